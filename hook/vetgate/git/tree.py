"""A commit or the index as a `State`: listed as far as needed, read only where asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from vetgate.errors import ManifestError
from vetgate.git.process import Blobs

_LINK = "120000"
_SUBMODULE = "160000"
_MAX_LINKS = 20


class Entry(NamedTuple):
    """One file of a tree: git's mode, and the id of its content."""

    mode: str
    oid: str


Entries: TypeAlias = "dict[str, Entry]"
"""Files by path."""


class Tree:
    """A commit or the index, as a `State`: nothing is read before it is asked for."""

    def __init__(
        self,
        blobs: Blobs,
        listed: Callable[[], Entries],
        changes: Mapping[str, Entry | None],
        matching: Entries | None = None,
    ) -> None:
        """Take a lister of all files and lay `changes` over it (None: the file is absent).

        `matching` is the part of it that was listed beforehand, changes included.
        """
        self._blobs, self._list_all, self._changes = blobs, listed, changes
        self._matching = matching
        self._all: Entries | None = None

    def matching(self) -> tuple[str, ...]:
        """Name the files that were listed beforehand, or else all, sorted."""
        return tuple(sorted(self._every() if self._matching is None else self._matching))

    def read(self, path: str) -> bytes:
        entry = self._entry(self.resolve(path))
        if entry is None:
            raise FileNotFoundError(path)
        return self._blobs.read(entry.oid, path)

    def resolve(self, path: str) -> str:
        """Follow symbolic links to the path that has the content.

        Raises `FileNotFoundError` and `ManifestError` as `State.read` does.
        """
        at, rest, links = "", path.split("/"), 0
        while rest:
            part, *rest = rest
            step = f"{at}/{part}" if at else part
            entry = self._entry(step)
            if entry is None:
                at = step
                continue
            if entry.mode == _SUBMODULE:
                raise ManifestError(
                    "lies in a submodule, whose files are not part of the commit",
                    path=path,
                    hint="judge the submodule's own repository",
                )
            if entry.mode != _LINK:
                if rest:
                    raise FileNotFoundError(path)
                return step
            links += 1
            if links > _MAX_LINKS:
                raise ManifestError("is a symbolic link that leads in a circle", path=path)
            target = os.fsdecode(self._blobs.read(entry.oid, path))
            at, rest = "", [*_inside(at, target, path), *rest]
        raise FileNotFoundError(path)

    def _entry(self, path: str) -> Entry | None:
        if path in self._changes:
            return self._changes[path]
        if self._matching is not None and path in self._matching:
            return self._matching[path]
        return self._every().get(path)

    def _every(self) -> Entries:
        if self._all is None:
            self._all = overlaid(self._list_all(), self._changes)
        return self._all


def overlaid(entries: Entries, changes: Mapping[str, Entry | None]) -> Entries:
    """Return the entries with changes laid over them (None: absent)."""
    merged = {**entries, **{path: entry for path, entry in changes.items() if entry is not None}}
    return {path: entry for path, entry in merged.items() if changes.get(path, entry) is not None}


def _inside(folder: str, target: str, path: str) -> list[str]:
    """Return the parts of a link's target, from the top of the repository."""
    parts = folder.split("/") if folder else []
    leaves = target.startswith("/")
    for part in target.split("/"):
        if part == "..":
            leaves = leaves or not parts
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    if leaves:
        raise ManifestError("is a symbolic link that leaves the repository", path=path)
    return parts
