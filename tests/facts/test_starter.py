"""The snapshot that comes with vetgate: what it records, and how it is built."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.facts.starter import main, ranked, removed
from vetgate.facts.writer import Row
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Downloads, FactName, Known, Listed, Removed, Unknown

WANTED: frozenset[FactName] = frozenset({"presence", "rank", "downloads"})


def test_it_knows_the_most_downloaded_names() -> None:
    with_starter = Snapshot.open(STARTER)

    assert with_starter.packages == 14_988
    assert len(with_starter.ranked()) == 14_985
    assert "requests" in with_starter.ranked()[:20]
    assert "CC BY 4.0" in with_starter.attribution
    assert not with_starter.complete


def test_a_popular_name_is_listed_ranked_and_downloaded_enough() -> None:
    name = NormalizedName("requests")

    facts = Snapshot.open(STARTER).facts({name: WANTED})[name]

    assert isinstance(facts.presence, Known)
    assert facts.presence.value == Listed()
    assert facts.presence.as_of == datetime(2026, 11, 1, tzinfo=timezone.utc)
    assert isinstance(facts.rank, Known)
    assert isinstance(facts.downloads, Known)
    assert facts.downloads.value == Downloads(50_000, at_least=True)
    assert "57,487" in facts.downloads.source


@pytest.mark.parametrize("name", ["perf", "performance", "pingdomv3"])
def test_a_name_on_record_as_removed_is_removed(name: str) -> None:
    facts = Snapshot.open(STARTER).facts({NormalizedName(name): WANTED})[NormalizedName(name)]

    assert isinstance(facts.presence, Known)
    assert facts.presence.value == Removed(None)
    assert isinstance(facts.downloads, Unknown)


def test_it_is_small() -> None:
    assert Path(STARTER).stat().st_size < 700_000


def test_of_two_spellings_the_better_rank_counts() -> None:
    table = ["name\tmonth\trank\n", "A_b\t2026-10\t7\n", "a-b\t2026-10\t5\n", "c\t2026-10\t\n"]

    assert list(ranked(table)) == [Row(NormalizedName("a-b"), Listed(), rank=5)]


def test_a_record_of_removal_may_have_a_day() -> None:
    rows = list(removed(["# note\n", "\n", "Perf_x 2019-07-30 told here\n", "y - told there\n"]))

    assert [row.name for row in rows] == ["perf-x", "y"]
    assert [row.presence for row in rows] == [
        Removed(datetime(2019, 7, 30, tzinfo=timezone.utc).date()),
        Removed(None),
    ]


def test_it_is_built_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text("name\tmonth\trank\nbig\t2026-10\t1\n")

    main(str(tmp_path / "names.tsv"), str(tmp_path / "out.sqlite"))

    assert Snapshot.open(str(tmp_path / "out.sqlite")).packages == 4
