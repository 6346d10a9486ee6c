"""The snapshot that comes with vetgate: what it records."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from vetgate.facts.snapshot import STARTER, Snapshot
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
    assert [source.kind for source in with_starter.sources()] == [
        "index-names", "ranks", "removed",
    ]  # fmt: skip


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
