"""The only finder of environments: a folder or an interpreter in, the folders of packages out."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator

from vetgate.errors import UsageError
from vetgate.model.record import Record

_PLACES = (
    *("lib/python3*/site-packages", "lib64/python3*/site-packages"),
    *("lib/pypy3*/site-packages", "Lib/site-packages"),
    *("lib/python3*/dist-packages", "lib/python3/dist-packages"),
    *("local/lib/python3*/dist-packages", "local/lib/python3*/site-packages"),
)
"""Where environments keep packages: virtual ones (PEP 405), Windows, PyPy, Debian's own two."""

_MARK = "pyvenv.cfg"
_MOST = 1024 * 1024
"""Bytes of a settings file that are read."""


class Environment(Record):
    """An environment: its folder, and the folders that packages are installed in."""

    prefix: str
    folders: tuple[str, ...]
    shares_system: bool = False
    """What the system's own interpreter has can be imported too (PEP 405)."""


def find_environment(path: str, folder: str) -> Environment:
    """Find an environment by its folder or its interpreter, as named from a folder.

    Raises `UsageError`.
    """
    prefix = _prefix(os.path.join(folder, path), path)
    folders: dict[str, str] = {}
    for place in _PLACES:
        # `root_dir` keeps the signs of a pattern in the folder's own name from being one.
        for found in sorted(glob.glob(place, root_dir=prefix)):
            full = os.path.join(prefix, found)
            # `lib64` is often a link to `lib`.
            folders.setdefault(os.path.realpath(full), full)
    if not folders:
        raise UsageError(
            "no environment: it has no folder for packages",
            path=path,
            hint="name the folder of a virtual environment, or its interpreter",
        )
    return Environment(prefix, tuple(folders.values()), _shares_system(prefix))


def added_folders(folder: str) -> Iterator[str]:
    """Name the folders that `.pth` files add to the import path; their code is not run.

    https://docs.python.org/3/library/site.html
    """
    for path in sorted(glob.glob("*.pth", root_dir=folder)):
        for line in _lines(os.path.join(folder, path)):
            if line.startswith(("#", "import ", "import\t")) or not line.strip():
                continue
            full = os.path.join(folder, line.rstrip())
            if os.path.isdir(full):
                yield full


def _prefix(full: str, path: str) -> str:
    if os.path.isdir(full):
        return os.path.abspath(full)
    if not os.path.isfile(full):
        raise UsageError("no such environment", path=path)
    # In a virtual environment the interpreter is a link, and the link is what makes it one.
    above = os.path.dirname(os.path.dirname(os.path.abspath(full)))
    if os.path.isfile(os.path.join(above, _MARK)):
        return above
    return os.path.dirname(os.path.dirname(os.path.realpath(full)))


def _shares_system(prefix: str) -> bool:
    for line in _lines(os.path.join(prefix, _MARK)):
        key, _, value = line.partition("=")
        if key.strip().lower() == "include-system-site-packages":
            return value.strip().lower() == "true"
    return False


def _lines(path: str) -> list[str]:
    if not os.path.isfile(path):
        return []
    try:
        with open(path, "rb") as file:
            return file.read(_MOST).decode("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
