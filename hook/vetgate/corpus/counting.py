"""How often each rule fires on all packages of a snapshot, counted on two cores at once.

Most of it is to find the popular names that each name is like, which no two names share.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from datetime import datetime

from vetgate.corpus.collecting import uncollected
from vetgate.facts.kinds import Kinds
from vetgate.facts.prevalence_page import PAGE, written
from vetgate.facts.snapshot import Snapshot
from vetgate.model.prevalence import Among, Count, Prevalence
from vetgate.prevalence import RANKS, count
from vetgate.rules import RULES

_FEW = 50_000
"""Packages that are counted before another process would have begun."""
_MIDDLE = "n"
"""About as many names are before it as behind it."""


def prevalence_page(path: str, now: datetime) -> tuple[str, str]:
    """Count on the snapshot at `path`; return the page's key and its text."""
    return PAGE, written(counted(path, now))


def counted(path: str, now: datetime) -> Prevalence:
    """Count on how many packages of the snapshot at `path` each rule fires."""
    snapshot = Snapshot.open(path)
    try:
        few = snapshot.packages < _FEW
    finally:
        snapshot.close()
    if few:
        return _part(path, now, "", None)
    # A process of its own, begun anew: a copy of this one would share the engine's threads' locks.
    with multiprocessing.get_context("spawn").Pool(1) as other:
        second = other.apply_async(_part, (path, now, _MIDDLE, None))
        first = _part(path, now, "", _MIDDLE)
        return _sum((first, second.get()))


@uncollected()
def _part(path: str, now: datetime, after: str, to: str | None) -> Prevalence:
    snapshot = Snapshot.open(path)
    try:
        return count(Kinds(snapshot, RANKS, after, to), RULES, now=now)
    finally:
        snapshot.close()


def _sum(parts: Iterable[Prevalence]) -> Prevalence:
    """Add the tables of disjoint sets of packages up."""
    tables = tuple(parts)
    groups = zip(*(table.groups for table in tables), strict=True)
    return Prevalence(
        tuple(Among(each[0].rank, sum(one.packages for one in each)) for each in groups),
        {
            rule: tuple(
                Count(sum(one.fires_on for one in each), sum(one.unknown for one in each))
                for each in zip(*(table.counts[rule] for table in tables), strict=True)
            )
            for rule in tables[0].counts
        },
    )
