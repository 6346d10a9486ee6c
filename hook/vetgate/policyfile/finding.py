"""The only place that knows where a policy file may be."""

# pathlib would cost more than the whole search.

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from vetgate.errors import PolicyError
from vetgate.model.record import Record

FILE_NAME = "vetgate.toml"
PROJECT_FILE = "pyproject.toml"
TABLE = ("tool", "vetgate")


class Found(Record):
    """A policy file: its path, its content, and the table in it that is the policy."""

    path: str
    content: bytes
    table: tuple[str, ...] = ()


def find(start: str, root: str | None = None) -> Found | None:
    """Return the nearest policy file from the folder `start` upward, as ruff does.

    `root` is the last folder that is looked into; without it, that of the file system. For a
    `start` that is not below it, only `root` itself is looked into. In one
    folder, `vetgate.toml` and a `[tool.vetgate]` are two policies: that is an error, since either
    would hide the other. Raises `PolicyError`, also for a policy file that cannot be read.
    """
    folder = os.path.abspath(start)
    last = None if root is None else os.path.abspath(root)
    if last is not None and os.path.join(last, "") != os.path.join(folder, "")[: len(last) + 1]:
        folder = last
    while True:
        found = _in_folder(folder)
        if found is not None:
            return found
        above = os.path.dirname(folder)
        if folder in (last, above):
            return None
        folder = above


def _in_folder(folder: str) -> Found | None:
    own_path = os.path.join(folder, FILE_NAME)
    project_path = os.path.join(folder, PROJECT_FILE)
    own = content_of(own_path) if os.path.lexists(own_path) else None
    project = content_of(project_path, follow=True) if os.path.exists(project_path) else None
    return chosen(folder, own, project, lambda: os.path.islink(project_path))


def chosen(
    folder: str, own: bytes | None, project: bytes | None, is_link: Callable[[], bool]
) -> Found | None:
    """Return which of the two files of a folder is its policy; raises `PolicyError` if both are.

    `is_link` tells whether the project file is a symbolic link.
    """
    own_path = os.path.join(folder, FILE_NAME)
    project_path = os.path.join(folder, PROJECT_FILE)
    line = None if project is None else _table_line(project, project_path)
    if line is not None and own is not None:
        raise PolicyError(
            f"a second policy beside {FILE_NAME}",
            path=project_path,
            line=line,
            hint=f"keep the policy in {FILE_NAME} or in [tool.vetgate], not in both",
        )
    if own is not None:
        return Found(own_path, own)
    if project is None or line is None:
        return None
    if is_link():
        raise PolicyError("a symbolic link in place of a policy file", path=project_path)
    return Found(project_path, project, TABLE)


def _table_line(content: bytes, path: str) -> int | None:
    """Return the line of `[tool.vetgate]`, None where there is none."""
    # Two cheap looks before the decoder is imported. A key can also be written with escapes.
    if b"vetgate" not in content and b"\\" not in content:
        return None

    from vetgate.tomlmap import load

    document = load(content, path, PolicyError)
    tool = document.data.get("tool")
    if not isinstance(tool, dict) or "vetgate" not in tool:
        return None
    return document.line(*TABLE)


def content_of(path: str, *, follow: bool = False) -> bytes:
    """Read a policy file that is there; raises `PolicyError`.

    A link in place of a policy is not followed: whoever may write its target would write the
    policy, past those who own this path. Nothing but a plain file is opened, since a pipe would
    wait for ever.
    """
    try:
        mode = os.stat(path, follow_symlinks=follow).st_mode
        if stat.S_ISLNK(mode):
            raise PolicyError("a symbolic link in place of a policy file", path=path)
        if not stat.S_ISREG(mode):
            raise PolicyError("not a plain file", path=path)
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise PolicyError(f"cannot be read: {reason}", path=path) from error
