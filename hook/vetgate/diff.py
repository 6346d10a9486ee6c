"""before, after -> changes: what a new state admits that the old one did not.

A dependency is no change as long as some dependency of the state before admits everything that it
admits, in whatever manifest that one stood: moved, tightened and reordered lines are not news.
"""

from __future__ import annotations

import re
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

# A specifier that names a pre-release lets pre-releases in (PEP 440, "Handling of pre-releases").
_PRE_RELEASE = re.compile(r"\d[._-]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)", re.IGNORECASE)


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
    changes: list[Change] = []
    for dependency in new:
        candidates = old.get(_key(dependency), [])
        if any(_admits(candidate, dependency, places) for candidate in candidates):
            continue
        if candidates:
            changes.append(Updated(_nearest(candidates, dependency), dependency))
        else:
            changes.append(Added(dependency))
    kept = {_key(dependency) for dependency in new}
    changes.extend(Removed(gone[0]) for key, gone in old.items() if key not in kept)
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
        ),
    )


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
            and _specifier_admits(old.specifier, new.specifier)
        )
    if isinstance(old, FromUrl) and isinstance(new, FromUrl):
        return old.url == new.url and old.hashes in ((), new.hashes)
    if isinstance(old, FromVcs | FromPath | FromOption):
        return old == new
    return False


def _specifier_admits(before: str, after: str) -> bool:
    """Whether every version that `after` admits was admitted by `before` (PEP 440)."""
    if before == after:
        return True
    if _PRE_RELEASE.search(after) and not _PRE_RELEASE.search(before):
        return False
    if not before.strip():
        return True
    # Costs several interpreter starts to import, and most changes do not come here.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(after).is_subset(SpecifierSet(before))
    except (InvalidSpecifier, ValueError):
        return False
