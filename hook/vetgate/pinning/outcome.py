"""Whether an edited manifest is read as it should be: the one change, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.manifest import Include, Manifest


def is_pinned(
    before: Manifest, after: Manifest, index: int, version: str, hashes: tuple[str, ...]
) -> bool:
    """Whether the one dependency is pinned, and nothing else is read otherwise."""

    def wanted(old: Dependency, new: Dependency) -> bool:
        if not isinstance(old.origin, FromIndex) or not new.pinned:
            return False
        origin = old.origin._replace(specifier=f"=={version}")
        return new == old._replace(
            origin=origin, requirement=new.requirement, hashes=tuple(sorted(hashes))
        )

    # Each hash has a line of its own, which moves what stands below.
    return _is_changed(before, after, index, wanted, by=len(hashes))


def is_renamed(before: Manifest, after: Manifest, index: int, name: NormalizedName) -> bool:
    """Whether the one dependency has another name, and nothing else is read otherwise."""

    def wanted(old: Dependency, new: Dependency) -> bool:
        return new == old._replace(name=name, spelled=name, requirement=new.requirement)

    return _is_changed(before, after, index, wanted, by=0)


def removed_from(before: Manifest, after: Manifest, index: int) -> frozenset[int] | None:
    """Return which dependencies are gone: the one, and what else its string stood for.

    None if it is still there, or if something else is read otherwise.
    """
    target = before.dependencies[index]
    surplus = len(before.dependencies) - len(after.dependencies)
    if surplus < 1 or before.format != after.format:
        return None
    gone: set[int] = set()
    left = list(after.dependencies)
    moves = _Moves()
    for at, old in enumerate(before.dependencies):
        if at != index and left and moves.same(old, left[0]):
            del left[0]
        elif at == index or (share_place(old, target) and len(gone) < surplus):
            gone.add(at)
        else:
            return None
    if left or index not in gone or not moves.same_includes(before.includes, after.includes):
        return None
    return frozenset(gone)


def share_place(one: Dependency, other: Dependency) -> bool:
    """Whether one string may stand for both.

    It may stand for several (uv and Poetry can have a source for each platform): they are edited
    together.
    """
    return (one.name, one.location, one.table) == (other.name, other.location, other.table)


class _Moves:
    """How far what stands below a removal moves up: never down, and never by less than before."""

    def __init__(self) -> None:
        self._by = 0

    def same(self, old: Dependency, new: Dependency) -> bool:
        """Whether a dependency is read as it was, from a line that it may have moved to."""
        moved = Location(old.location.file, new.location.line)
        return new == old._replace(location=moved) and self._up(old.location.line, moved.line)

    def same_includes(self, before: Sequence[Include], after: Sequence[Include]) -> bool:
        """Do the same for all includes: these stand between the dependencies."""
        self._by = 0
        return len(before) == len(after) and all(
            new == old._replace(line=new.line) and self._up(old.line, new.line)
            for old, new in zip(before, after, strict=True)
        )

    def _up(self, old: int, new: int) -> bool:
        if old - new < self._by:
            return False
        self._by = old - new
        return True


def _is_changed(
    before: Manifest,
    after: Manifest,
    index: int,
    wanted: Callable[[Dependency, Dependency], bool],
    *,
    by: int,
) -> bool:
    """Whether the one dependency is as wanted, and all others are as before, `by` lines lower."""
    target = before.dependencies[index]
    line = target.location.line
    if len(before.dependencies) != len(after.dependencies) or before.format != after.format:
        return False
    if after.includes != tuple(
        one._replace(line=one.line + by) if one.line > line else one for one in before.includes
    ):
        return False
    for at, (old, new) in enumerate(zip(before.dependencies, after.dependencies, strict=True)):
        moved = _moved(old, line, by)
        if share_place(old, target) and (at == index or new != moved):
            if not wanted(moved, new):
                return False
        elif new != moved:
            return False
    return True


def _moved(old: Dependency, line: int, by: int) -> Dependency:
    location = old.location
    if not by or location.line <= line:
        return old
    return old._replace(location=Location(location.file, location.line + by))
