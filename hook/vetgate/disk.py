"""The files of a project as they lie on the disk, as a `State`; where its manifests are."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from vetgate.errors import ManifestError

MAX_FILE = 32 * 1024 * 1024
"""Bytes; no manifest that a person can review is larger."""

# Folders that hold other people's files, or none that a person wrote.
_SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", ".venv", "venv", "node_modules", "__pycache__"}
)


class Disk:
    """A folder on the disk; paths are relative to it, or absolute."""

    def __init__(self, folder: str, *, limit: str | None = None) -> None:
        """Read from `folder`; nothing outside of the folder `limit` is read, if one is given."""
        self._folder = folder
        self._limit = None if limit is None else os.path.realpath(limit)

    def resolve(self, path: str) -> str:
        try:
            real = os.path.realpath(os.path.join(self._folder, path))
            if self._limit is not None and not _lies_in(real, self._limit):
                raise ManifestError("leaves the project", path=path)
            mode = os.stat(real).st_mode
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=path) from error
        except ValueError as error:
            # A name that no file can have, such as one with a zero character.
            raise ManifestError(f"cannot be read: {error}", path=path) from error
        if not stat.S_ISREG(mode):
            raise ManifestError("is not a file", path=path)
        return real

    def passed(self, path: str) -> frozenset[str]:
        try:
            return frozenset((path, self.resolve(path)))
        except (FileNotFoundError, ManifestError):
            return frozenset((path,))

    def read(self, path: str) -> bytes:
        real = self.resolve(path)
        try:
            with open(real, "rb") as file:
                content = file.read(MAX_FILE + 1)
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=path) from error
        if len(content) > MAX_FILE:
            raise ManifestError(f"larger than {MAX_FILE} bytes", path=path)
        return content

    def find(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        """Name the files that are wanted, in order; virtual environments are left out.

        Raises `ManifestError` for a folder that cannot be read.
        """

        def refuse(error: OSError) -> None:
            raise ManifestError(f"cannot be read: {error.strerror}", path=str(error.filename))

        for folder, folders, files in os.walk(self._folder, onerror=refuse):
            folders[:] = sorted(
                name
                for name in folders
                if name not in _SKIPPED
                and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            )
            for name in sorted(files):
                full = os.path.join(folder, name)
                path = os.path.relpath(full, self._folder).replace(os.sep, "/")
                if wanted(path):
                    yield path


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
