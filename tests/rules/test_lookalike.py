"""Names that could be taken for far more popular ones."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, NOW, about, known, listed, seen
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Downloads,
    Fact,
    Likeness,
    NeverSeen,
    PackageFacts,
    Unknown,
)
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits
from vetgate.rules.lookalike import RULE

HOW = "two neighbouring letters are swapped"
NO = Unknown("down")


def facts(
    *ranks: int,
    downloads: Fact[Downloads] = known(Downloads(500)),  # noqa: B008 - frozen
) -> PackageFacts:
    """Return facts about acme, which is like one name of each rank."""
    alike = tuple(Likeness(NormalizedName(f"name-{rank}"), rank, HOW) for rank in ranks)
    return about(presence=LISTED, downloads=downloads)._replace(imitates=known(alike))


def times(count: int) -> Fact[Downloads]:
    return known(Downloads(count))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(facts(), id="like-nothing"),
        pytest.param(facts(downloads=NO), id="like-nothing-and-not-counted"),
        pytest.param(facts(15_000, downloads=times(571)), id="not-a-hundred-times"),
        pytest.param(facts(1000, downloads=times(168_001)), id="popular-itself"),
        pytest.param(facts(16_000, downloads=times(1)), id="like-an-unpopular-one"),
        pytest.param(about(presence=known(NeverSeen())), id="never-seen"),
    ],
)
def test_is_silent(told: PackageFacts) -> None:
    assert seen(RULE, listed(), told) == []


@pytest.mark.parametrize(
    ("told", "rank"),
    [
        pytest.param(facts(15_000, downloads=times(570)), 15_000, id="just-a-hundred-times"),
        pytest.param(facts(10_000, downloads=times(1480)), 10_000, id="of-the-10000"),
        pytest.param(facts(8000, downloads=times(2540)), 8000, id="of-the-8000"),
        pytest.param(facts(5000, downloads=times(8050)), 5000, id="of-the-5000"),
        pytest.param(facts(2000, downloads=times(47_000)), 2000, id="of-the-2000"),
        pytest.param(facts(1000, downloads=NO), 1000, id="so-popular-that-no-count-is-needed"),
        pytest.param(facts(100, downloads=times(3_030_000)), 100, id="of-the-100"),
        pytest.param(
            facts(3, downloads=known(Downloads(10**9, at_least=True))), 3, id="a-lower-bound"
        ),
    ],
)
def test_signals(told: PackageFacts, rank: int) -> None:
    assert seen(RULE, listed(), told) == [
        Signal(
            f"could be taken for name-{rank}, which is far more popular (number {rank:,} by "
            f"downloads): {HOW}",
            {
                "resembles": [f"name-{rank}"],
                "rank": rank,
                "how": HOW,
                "source": "the test",
                "as_of": "2026-11-23",
            },
        )
    ]


@pytest.mark.parametrize(
    ("rank", "floor"),
    [
        (100, 303_000_000),
        (1000, 16_800_000),
        (2000, 4_700_000),
        (5000, 805_000),
        (8000, 254_000),
        (10_000, 148_000),
        (15_000, 57_000),
    ],
)
def test_each_rank_has_its_least_number_of_downloads(rank: int, floor: int) -> None:
    assert len(seen(RULE, listed(), facts(rank, downloads=times(floor // 100)))) == 1
    assert seen(RULE, listed(), facts(rank, downloads=times(floor // 100 + 1))) == []
    assert seen(RULE, listed(), facts(rank + 1, downloads=times(floor // 100))) == []


def test_of_several_the_first_that_is_popular_enough_is_told() -> None:
    (one,) = seen(RULE, listed(), facts(9000, 4000, 3, downloads=times(8000)))

    assert one.evidence["rank"] == 4000
    assert one.evidence["resembles"] == ["name-9000", "name-4000", "name-3"]


@pytest.mark.parametrize(
    ("told", "what", "why"),
    [
        (
            about(presence=LISTED)._replace(imitates=NO),
            "whether its name is like a popular one",
            "down",
        ),
        (
            facts(1001, downloads=NO),
            "whether name-1001, which its name is like, is far more popular",
            "down",
        ),
        (
            facts(9000, downloads=known(Downloads(5, at_least=True))),
            "whether name-9000, which its name is like, is far more popular",
            "only a lower bound is known",
        ),
    ],
)
def test_what_is_not_known_is_said(told: PackageFacts, what: str, why: str) -> None:
    assert seen(RULE, listed(), told) == [
        Signal(f"{what} could not be learned: {why}", {"unknown": what, "why": why}, unknown=True)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(about(), {"imitates"}, id="nothing-known"),
        pytest.param(facts(downloads=NO), set(), id="like-nothing"),
        pytest.param(facts(3), set(), id="counted"),
        pytest.param(facts(3, downloads=NO), {"downloads"}, id="not-counted"),
        pytest.param(
            facts(3, downloads=known(Downloads(5, at_least=True))), {"downloads"}, id="lower-bound"
        ),
    ],
)
def test_asks(told: PackageFacts, expected: set[str]) -> None:
    assert RULE.asks is not None
    assert RULE.asks(told, Limits({}, NOW)) == expected
