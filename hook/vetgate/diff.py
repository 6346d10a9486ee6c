"""before, after -> changes: what a new state admits that the old one did not.

A dependency is no change as long as some dependency of the state before admits everything that it
admits, in whatever manifest that one stood: moved, tightened and reordered lines are not news.
"""

from __future__ import annotations

from collections.abc import Iterable

from vetgate.model.change import Added, Change, Removed, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Origin,
)
from vetgate.model.specifiers import admits


def diff(before: Iterable[Dependency], after: Iterable[Dependency]) -> tuple[Change, ...]:
    """Compare two states, each given as all of its dependencies.

    Every dependency of `after` is looked at exactly once, also where a name is listed twice, and
    the changes come in the order of `after`, what was removed last.
    """
    old: dict[str, list[Dependency]] = {}
    for dependency in before:
        old.setdefault(_key(dependency), []).append(dependency)
    new = tuple(after)
    places = frozenset(
        dependency.origin.url
        for dependency in new
        if isinstance(dependency.origin, FromOption) and _key(dependency) not in old
    )
    constrained = {_key(dependency) for dependency in new if dependency.constraint}
    changes: list[Change] = []
    for dependency in new:
        key = _key(dependency)
        candidates = old.get(key, [])
        if dependency.constraint:
            # What holds back is measured by what held back before, if anything did.
            candidates = [one for one in candidates if one.constraint] or candidates
        if not candidates:
            changes.append(Added(dependency))
        elif not any(_admits(candidate, dependency, places) for candidate in candidates):
            changes.append(Updated(_nearest(candidates, dependency), dependency))
        elif key not in constrained and (freed := _freed(candidates, dependency, places)):
            changes.append(Updated(_nearest(freed, dependency), dependency))
    kept = {_key(dependency) for dependency in new}
    changes.extend(Removed(min(gone, key=_place)) for key, gone in old.items() if key not in kept)
    return tuple(changes)


def _key(dependency: Dependency) -> str:
    """Tell what makes two dependencies the same one: the name, or what stands for it."""
    if dependency.name is not None:
        return dependency.name
    # A space keeps these apart from names, which have none.
    return f"{dependency.origin.kind} {dependency.requirement}"


def _nearest(candidates: list[Dependency], dependency: Dependency) -> Dependency:
    """Choose the dependency that a reader would call the one that changed."""
    here = dependency.location
    return min(
        candidates,
        key=lambda candidate: (
            candidate.location.file != here.file,
            candidate.table != dependency.table,
            abs(candidate.location.line - here.line),
            _place(candidate),
        ),
    )


def _place(dependency: Dependency) -> tuple[str, int, str]:
    """Order dependencies, so that the order in which they are given does not matter."""
    return (*dependency.location, repr(dependency))


def _freed(
    candidates: list[Dependency], after: Dependency, places: frozenset[str]
) -> list[Dependency]:
    """Name the constraints that held `after` back, which itself is as it was."""
    return [
        candidate
        for candidate in candidates
        if candidate.constraint and not _origin_admits(candidate.origin, after.origin, places)
    ]


def _admits(before: Dependency, after: Dependency, places: frozenset[str]) -> bool:
    """Whether `before` admitted all that `after` admits.

    `places` are new options' URLs: each is a change of its own, and not one for every dependency
    in reach of it.
    """
    if before.constraint and not after.constraint:
        return False
    if not set(after.extras) <= set(before.extras):
        return False
    if before.hashes and not (after.hashes and set(after.hashes) <= set(before.hashes)):
        return False
    return _origin_admits(before.origin, after.origin, places)


def _origin_admits(old: Origin, new: Origin, places: frozenset[str]) -> bool:
    if isinstance(old, FromIndex) and isinstance(new, FromIndex):
        return (
            old.only_index == new.only_index
            and set(new.indexes) - set(old.indexes) <= places
            # Without a place that it came from, it comes from another one.
            and set(old.indexes) <= set(new.indexes)
            and old.instead in ((), new.instead)
            and admits(old.specifier, new.specifier)
        )
    if isinstance(old, FromUrl) and isinstance(new, FromUrl):
        return old.url == new.url and old.hashes in ((), new.hashes)
    if isinstance(old, FromVcs | FromPath | FromOption):
        return old == new
    return False
