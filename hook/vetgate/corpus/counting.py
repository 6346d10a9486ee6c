"""The page of a snapshot that tells how often each rule fires, counted on two cores at once.

It is the longest step of a build of the whole index: some twenty microseconds for each rule's look
at each package add up.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from datetime import datetime

from vetgate.facts.prevalence_page import PAGE, written
from vetgate.facts.snapshot import Snapshot
from vetgate.model.prevalence import Among, Count, Prevalence
from vetgate.prevalence import count
from vetgate.rules import RULES

_FEW = 20_000
"""Packages that are counted before another process would have begun."""
_MIDDLE = "n"
"""About as many names are before it as behind it."""


def prevalence_page(path: str, now: datetime) -> tuple[str, str]:
    """Count on the snapshot at `path`; return the page's key and its text."""
    snapshot = Snapshot.open(path)
    try:
        few = snapshot.packages < _FEW
    finally:
        snapshot.close()
    if few:
        return PAGE, written(_part(path, now, "", None))
    # A process of its own, begun anew: a copy of this one would share the engine's threads' locks.
    with multiprocessing.get_context("spawn").Pool(1) as other:
        second = other.apply_async(_part, (path, now, _MIDDLE, None))
        first = _part(path, now, "", _MIDDLE)
        return PAGE, written(_sum((first, second.get())))


def _part(path: str, now: datetime, after: str, to: str | None) -> Prevalence:
    snapshot = Snapshot.open(path)
    try:
        return count(snapshot.every(after, to), RULES, now=now)
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
