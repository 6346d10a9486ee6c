"""The only judge of which paths a disk may take for one and the same.

git tells apart what differs in case or in how its letters are composed; the disks of Windows and
macOS do not, and which of the two files lies there in the end is a matter of chance.
"""

from __future__ import annotations

from collections.abc import Iterable


class Twins:
    """The paths of files and links, by what such a disk makes of them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_fold: dict[str, list[str]] = {}
        for path in paths:
            self._by_fold.setdefault(_folded(path), []).append(path)

    def of(self, path: str) -> str | None:
        """Return another path that is to some the same as this one, or as a folder above it."""
        end = len(path)
        while end > 0:
            for other in self._by_fold.get(_folded(path[:end]), ()):
                if other != path[:end]:
                    return other
            end = path.rfind("/", 0, end)
        return None


class Changed:
    """The paths in which two states differ."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self._folds: frozenset[str] | None = None

    def touches(self, paths: Iterable[str]) -> bool:
        """Whether one of these is, or may be to some disk, what changed; or a folder above it is.

        What comes to lie beside a file changes it, where a disk takes both for one.
        """
        asked = frozenset(paths)
        if not self._paths.isdisjoint(asked):
            return True
        if self._folds is None:
            self._folds = frozenset(map(_folded, self._paths))
        return any(self._has(path) for path in asked)

    def _has(self, path: str) -> bool:
        fold = _folded(path)
        while fold:
            if fold in (self._folds or ()):
                return True
            fold = fold.rpartition("/")[0]
        return False


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFD", path).casefold())
