"""before, after -> changes: what a new state admits that the old one did not.

A dependency is no change as long as some dependency of the state before admits everything that it
admits, in whatever manifest that one stood: moved, tightened and reordered lines are not news.
What a constraint held back is news where nothing in the same run of pip holds it back any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from types import MappingProxyType

from vetgate.model.change import Added, Change, Incoming, Removed, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Origin,
)
from vetgate.model.manifest import Runs
from vetgate.model.specifiers import admits

_TOGETHER: Runs = MappingProxyType({})


def diff(
    before: Iterable[Dependency],
    after: Iterable[Dependency],
    *,
    runs: tuple[Runs, Runs] = (_TOGETHER, _TOGETHER),
    tip: Iterable[Dependency] | None = None,
    edited: frozenset[str] = frozenset(),
) -> tuple[Change, ...]:
    """Compare two states, each given as all of its dependencies.

    Every dependency of `after` is looked at exactly once, also where a name is listed twice, and
    the changes come in the order of `after`, what was removed last. `runs` are those of the two
    states; without any, all files are read in one. `tip` is what `after` will be merged into, if
    that is not the state before: what stood in another file before, or stands in one of those that
    are `edited`, is no news only if it is declared there too.
    """
    new = tuple(after)
    compared = _Compared(tuple(before), new, runs, tip, edited)
    changes: list[Change] = []
    for dependency in new:
        change = compared.change(dependency) or compared.freed(dependency)
        if change is not None:
            changes.append(change)
    kept = {_key(dependency) for dependency in new}
    changes.extend(
        Removed(min(gone, key=_place)) for key, gone in compared.old.items() if key not in kept
    )
    return tuple(changes)


class _Compared:
    """Two states, looked up by what makes two dependencies the same one."""

    def __init__(
        self,
        before: tuple[Dependency, ...],
        after: tuple[Dependency, ...],
        runs: tuple[Runs, Runs],
        tip: Iterable[Dependency] | None,
        edited: frozenset[str],
    ) -> None:
        self.old = _by_key(before)
        self._tip, self._edited = None if tip is None else _by_key(tip), edited
        self._places = frozenset(
            dependency.origin.url
            for dependency in after
            if isinstance(dependency.origin, FromOption) and _key(dependency) not in self.old
        )
        self._holding = _by_key(one for one in after if one.constraint)
        self._before, self._after, self._runs = before, after, runs

    @cached_property
    def _runs_before(self) -> dict[str, list[frozenset[str]]]:
        return _runs_by_file(self._before, self._runs[0])

    @cached_property
    def _runs_after(self) -> dict[str, list[frozenset[str]]]:
        return _runs_by_file(self._after, self._runs[1])

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(one.location.file for one in self._before if not one.constraint)

    def change(self, dependency: Dependency) -> Incoming | None:
        """Tell what a dependency admits that none did before; None: nothing."""
        candidates = self.old.get(_key(dependency), [])
        if dependency.constraint:
            # What holds back is measured by what held back before, if anything did.
            candidates = [one for one in candidates if one.constraint] or candidates
        if not candidates:
            return Added(dependency)
        admitting = [one for one in candidates if _admits(one, dependency, self._places)]
        if not admitting:
            return Updated(_nearest(candidates, dependency), dependency)
        return self._lost(dependency, admitting)

    def _lost(self, dependency: Dependency, admitting: list[Dependency]) -> Incoming | None:
        """Tell what was moved, maybe, and is not there any more where it is going.

        A file that nobody edited is kept as the tip has it: a merge sees no change there. In one
        that was, a merge brings back each line that stands elsewhere in it than it did.
        """
        here = dependency.location.file
        if self._tip is None:
            return None
        if here not in self._edited and any(one.location.file == here for one in admitting):
            return None
        there = self._tip.get(_key(dependency), [])
        if any(_admits(one, dependency, self._places) for one in there):
            return None
        return Updated(_nearest(there, dependency), dependency) if there else Added(dependency)

    def freed(self, dependency: Dependency) -> Updated | None:
        """Tell what a constraint no longer holds back, the dependency itself being as it was."""
        candidates = self.old.get(_key(dependency), [])
        holding = [
            one
            for one in candidates
            if one.constraint and not _origin_admits(one.origin, dependency.origin, self._places)
        ]
        if dependency.constraint or not holding:
            return None
        runs_before = [
            run
            for one in candidates
            if not one.constraint and _admits(one, dependency, self._places)
            for run in self._runs_before[one.location.file]
        ]
        for run in self._runs_after[dependency.location.file]:
            # As free as now in one run is as free as before.
            let_go = min(
                (self._let_go(holding, was, run) for was in runs_before), key=len, default=[]
            )
            if let_go:
                return Updated(_nearest(let_go, dependency), dependency)
        return None

    def _let_go(
        self, holding: list[Dependency], before: frozenset[str], after: frozenset[str]
    ) -> list[Dependency]:
        """Name the constraints of one run that nothing stands in for in another."""
        return [
            one
            for one in holding
            if (one.location.file in before and not self._is_held(one, after))
            or (self._is_alone(one) and not self._is_held(one, None))
        ]

    def _is_held(self, constraint: Dependency, run: frozenset[str] | None) -> bool:
        """Whether a constraint that is as strict is in force in a run; None: in any."""
        return any(
            # One that is itself a change is judged by itself.
            _origin_admits(constraint.origin, one.origin, self._places) or self.change(one)
            for one in self._holding.get(_key(constraint), [])
            if run is None or one.location.file in run
        )

    def _is_alone(self, constraint: Dependency) -> bool:
        """Whether no manifest names the file of a constraint: it is for command lines then."""
        runs = self._runs_before[constraint.location.file]
        return all(run.isdisjoint(self._required) for run in runs)


def _runs_by_file(state: tuple[Dependency, ...], runs: Runs) -> dict[str, list[frozenset[str]]]:
    """Return, for each file of a state, the runs that it is read in."""
    files = frozenset(one.location.file for one in state)
    if not runs:
        return {file: [files] for file in files}
    return {file: [run for run in runs.values() if file in run] for file in files}


def _by_key(dependencies: Iterable[Dependency]) -> dict[str, list[Dependency]]:
    found: dict[str, list[Dependency]] = {}
    for dependency in dependencies:
        found.setdefault(_key(dependency), []).append(dependency)
    return found


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


def _admits(before: Dependency, after: Dependency, places: frozenset[str]) -> bool:
    """Whether `before` admitted all that `after` admits.

    `places` are new options' URLs: where each is looked at besides, it is a change of its own, and
    not one for every dependency in reach of it.
    """
    if before.constraint and not after.constraint:
        return False
    if not set(after.extras) <= set(before.extras):
        return False
    if before.hashes and not (after.hashes and set(after.hashes) <= set(before.hashes)):
        return False
    return _origin_admits(before.origin, after.origin, places)


def _is_narrower(old: FromIndex, new: FromIndex) -> bool:
    """Whether what stands in for the default index now was looked at beside it before."""
    return not old.instead and set(new.instead) <= set(old.indexes)


def _origin_admits(old: Origin, new: Origin, places: frozenset[str]) -> bool:
    if isinstance(old, FromIndex) and isinstance(new, FromIndex):
        return (
            old.only_index == new.only_index
            and set(new.indexes) - set(old.indexes) <= places
            # Without a place that it came from, it comes from another one.
            and set(old.indexes) <= set(new.indexes)
            # Where the default index stands no more, all that came from it comes from elsewhere.
            and (old.instead == new.instead or _is_narrower(old, new))
            and admits(old.specifier, new.specifier)
        )
    if isinstance(old, FromUrl) and isinstance(new, FromUrl):
        return old.url == new.url and old.hashes in ((), new.hashes)
    if isinstance(old, FromVcs | FromPath | FromOption):
        return old == new
    return False
