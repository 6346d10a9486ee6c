"""Kinds of packages: what is told of one of each kind holds for all of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.kinds import Kinds
from vetgate.facts.snapshot import Snapshot
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    FactName,
    Known,
    Listed,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Removed,
    Span,
)
from vetgate.prevalence import RANKS, count, firing, read_by
from vetgate.rules import RULES
from vetgate.rules.base import Rule

T = TypeVar("T")
NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)
COLUMNS: tuple[FactName, ...] = tuple(fact for fact in Row._fields[1:])
READ: frozenset[FactName] = frozenset().union(*map(read_by, RULES))
NAMES = ("acme", "acmee", "beta", "gamma", "n", "requests", "reqeusts", "request", "zeta", "zz")
days = st.dates(date(2026, 11, 10), date(2026, 11, 20))
reports = st.sampled_from(
    [
        Advisory("MAL-1", malicious=True, spans=(Span(),)),
        Advisory("MAL-2", malicious=True, versions=("1.0",)),
        Advisory("PYSEC-1", malicious=False, spans=(Span(),)),
    ]
)
releases = st.builds(
    Release, st.sampled_from(["1.0", "2.0"]), st.none() | st.just(NOW), yanked=st.booleans()
)


def perhaps(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Draw a value, or nothing."""
    return st.none() | values


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Draw what is on record of some packages, each rank once."""
    ranks = iter(draw(st.permutations([1, 100, 101, 4999, 5000, 5001, 10_000, 10_001, 15_000, 7])))
    presences: st.SearchStrategy[Presence] = st.sampled_from(
        [Quarantined(), Listed(), Removed(), Removed(date(2024, 3, 1)), Reborn()]
    )
    made = []
    for name in NAMES[: draw(st.integers(1, len(NAMES)))]:
        latest = draw(perhaps(days))
        made.append(
            Row(
                NormalizedName(name),
                presence=draw(perhaps(presences)),
                rank=next(ranks) if draw(st.booleans()) else None,
                downloads=draw(perhaps(st.sampled_from([0, 999, 1000, 10**6]))),
                dependents=draw(perhaps(st.integers(0, 2))),
                repository=draw(perhaps(st.sampled_from(["", "https://github.com/acme/acme"]))),
                first_upload=latest,
                latest_upload=latest,
                status=draw(perhaps(st.sampled_from(["archived", "quarantined"]))),
                urls=draw(perhaps(st.sampled_from([("//acme.top",), ("//acme.example",)]))),
                releases=draw(perhaps(st.lists(releases, max_size=2).map(tuple))),
                advisories=draw(perhaps(st.lists(reports, max_size=2, unique=True).map(tuple))),
            )
        )
    return made


def opened(folder: str, packages: list[Row], *, suspicious: bool) -> Snapshot:
    """Write a snapshot and open it."""
    origins = dict.fromkeys(COLUMNS, Origin("the tests", NOW))
    about = About(NOW, origins, downloads_floor=50_000, suspicious_urls_only=suspicious)
    path = str(Path(folder) / "some.sqlite")
    write(path, packages, about)
    return Snapshot.open(path)


class Alone:
    """The packages of a snapshot, each a kind of its own."""

    def __init__(self, snapshot: Snapshot) -> None:
        names = [NormalizedName(str(cells["name"])) for cells in snapshot.cells()]
        self.packages = list(snapshot.facts(dict.fromkeys(names, READ)).values())

    def each(
        self, questions: Sequence[frozenset[FactName]]
    ) -> Iterator[list[tuple[PackageFacts, int]]]:
        """Give all of them for each question."""
        return ([(facts, 1) for facts in self.packages] for _ in questions)


def members_of(snapshot: Snapshot, rule: Rule) -> list[NormalizedName]:
    """Name what a rule fires on, kind by kind."""

    def fires(facts: PackageFacts) -> bool:
        return any(firing([facts], rule, now=NOW))

    return [*Kinds(snapshot, RANKS).members(read_by(rule), fires)]


@given(rows(), st.booleans(), st.sampled_from(["", "b", "n", "request"]))
def test_what_is_counted_by_kinds_is_what_is_counted_one_by_one(
    packages: list[Row],
    suspicious: bool,  # noqa: FBT001 - drawn
    middle: str,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = opened(folder, packages, suspicious=suspicious)
        alone = Alone(snapshot)
        whole = count(Kinds(snapshot, RANKS), RULES, now=NOW)
        halves = [
            count(kinds, RULES, now=NOW)
            for kinds in (Kinds(snapshot, RANKS, "", middle), Kinds(snapshot, RANKS, middle))
        ]
        fired = {
            rule.id: [facts.name for facts, _ in firing(alone.packages, rule, now=NOW)]
            for rule in RULES
        }
        members = {rule.id: members_of(snapshot, rule) for rule in RULES}
        snapshot.close()

    assert whole == count(alone, RULES, now=NOW)
    assert sum(half.groups[-1].packages for half in halves) == len(packages)
    assert members == fired


def test_packages_that_differ_in_nothing_that_is_asked_are_one_kind(tmp_path: Path) -> None:
    packages = [
        Row(NormalizedName(f"p{n}"), Listed(), downloads=n % 2, dependents=n) for n in range(10)
    ]
    snapshot = opened(str(tmp_path), packages, suspicious=False)

    asked = [frozenset({"downloads"}), frozenset[FactName]()]
    by_downloads, all_alike = ([*kinds] for kinds in Kinds(snapshot, RANKS).each(asked))
    snapshot.close()

    told = [(facts.name, facts.downloads, number) for facts, number in by_downloads]
    assert [(name, number) for name, _, number in told] == [("p0", 5), ("p1", 5)]
    assert all(isinstance(fact, Known) for _, fact, _ in told)
    assert [(facts.name, number) for facts, number in all_alike] == [("p0", 10)]
