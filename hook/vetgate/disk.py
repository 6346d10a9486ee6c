"""The files of a project as they lie on the disk, as a `State`; where its manifests are."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from vetgate.errors import ManifestError

MAX_FILE = 32 * 1024 * 1024
"""Bytes; no manifest that a person can review is larger."""

_MAX_NESTED = 3
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
        real, mode = self._found(path, self._limit)
        if not stat.S_ISREG(mode):
            raise ManifestError("is not a file", path=path)
        return real

    def locate(self, path: str) -> str:
        limit = self._limit or os.path.realpath(self._folder)
        real, mode = self._found(path, limit)
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ManifestError("is neither a file nor a folder", path=path)
        at = real
        while at != limit:
            if os.path.lexists(os.path.join(at, ".git")):
                raise ManifestError("lies in another repository", path=path)
            at = os.path.dirname(at)
        return real

    def link(self, path: str) -> str | None:
        try:
            return os.readlink(os.path.join(self._folder, path))
        except (OSError, ValueError):
            return None

    def _found(self, path: str, limit: str | None) -> tuple[str, int]:
        """Return where a path leads, and the mode of what is there."""
        try:
            real = os.path.realpath(os.path.join(self._folder, path))
            if limit is not None and not _lies_in(real, limit):
                raise ManifestError("leaves the project", path=path)
            return real, os.stat(real).st_mode
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ManifestError(f"cannot be read: {error.strerror}", path=path) from error
        except ValueError as error:
            # A name that no file can have, such as one with a zero character.
            raise ManifestError(f"cannot be read: {error}", path=path) from error

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

    def find(self, wanted: Callable[[str], bool], opens: Callable[[str], bool]) -> Iterator[str]:
        """Name the files that are wanted, in order; virtual environments are left out.

        `opens` tells by the path of a symbolic link to a folder whether to look behind it.
        Raises `ManifestError` for a folder that cannot be read.
        """
        yield from self._walk(self._folder, wanted, opens, frozenset())

    def behind(
        self, link: str, wanted: Callable[[str], bool], opens: Callable[[str], bool]
    ) -> Iterator[str]:
        """Name the wanted files that are found through a link to a folder; of others, nothing."""
        full = os.path.join(self._folder, link)
        if opens(link) and os.path.islink(full) and os.path.isdir(full):
            yield from self._walk(full, wanted, opens, frozenset({os.path.realpath(full)}))

    def _walk(
        self,
        top: str,
        wanted: Callable[[str], bool],
        opens: Callable[[str], bool],
        chain: frozenset[str],
    ) -> Iterator[str]:
        """Walk below a folder; `chain` are the folders that links led to on the way here."""
        if len(chain) > _MAX_NESTED:
            raise ManifestError("is a symbolic link within too many others", path=self._shown(top))

        def refuse(error: OSError) -> None:
            raise ManifestError(f"cannot be read: {error.strerror}", path=str(error.filename))

        for folder, folders, files in os.walk(top, onerror=refuse):
            folders[:] = sorted(
                name
                for name in folders
                if name not in _SKIPPED
                and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            )
            for full in (os.path.join(folder, name) for name in folders):
                real = os.path.realpath(full)
                if os.path.islink(full) and opens(self._shown(full)) and real not in chain:
                    yield from self._walk(full, wanted, opens, chain | {real})
            for name in sorted(files):
                path = self._shown(os.path.join(folder, name))
                if wanted(path):
                    yield path

    def _shown(self, full: str) -> str:
        return os.path.relpath(full, self._folder).replace(os.sep, "/")


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
