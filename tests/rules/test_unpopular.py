"""Packages that hardly anyone downloads."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.facts import Downloads, Fact
from vetgate.model.verdict import Signal
from vetgate.rules.unpopular import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}


@pytest.mark.parametrize(
    "downloads",
    [
        pytest.param(Downloads(1000), id="exactly-the-limit"),
        pytest.param(Downloads(1000, at_least=True), id="at-least-the-limit"),
        pytest.param(Downloads(10**9), id="many"),
    ],
)
def test_is_silent(downloads: Downloads) -> None:
    assert seen(RULE, listed(), about(presence=LISTED, downloads=known(downloads))) == []


@pytest.mark.parametrize(
    ("count", "message"),
    [
        pytest.param(999, "999 downloads in the last month, fewer than 1,000", id="one-too-few"),
        pytest.param(1, "1 download in the last month, fewer than 1,000", id="one"),
        pytest.param(0, "0 downloads in the last month, fewer than 1,000", id="none"),
    ],
)
def test_signals(count: int, message: str) -> None:
    found = seen(RULE, listed(), about(presence=LISTED, downloads=known(Downloads(count))))

    assert found == [Signal(message, {"downloads": count, "limit": 1000, **TOLD})]


@pytest.mark.parametrize(("count", "signals"), [(4999, 1), (5000, 0)])
def test_the_limit_is_the_policys(count: int, signals: int) -> None:
    facts = about(presence=LISTED, downloads=known(Downloads(count)))

    assert len(seen(RULE, listed(), facts, downloads=5000)) == signals


def test_large_figures_are_written_for_reading() -> None:
    facts = about(presence=LISTED, downloads=known(Downloads(4999)))

    assert [one.message for one in seen(RULE, listed(), facts, downloads=5000)] == [
        "4,999 downloads in the last month, fewer than 5,000"
    ]


@pytest.mark.parametrize(
    "presence", [known(fact.Removed()), known(fact.NeverSeen())], ids=["removed", "never-seen"]
)
def test_leaves_a_package_that_is_not_there_to_other_rules(presence: Fact[fact.Presence]) -> None:
    assert seen(RULE, listed(), about(presence=presence, downloads=known(Downloads(0)))) == []


@pytest.mark.parametrize(
    "presence",
    [
        known(fact.Reborn()),
        known(fact.Held()),
        known(fact.Quarantined()),
        fact.Unknown("offline"),
    ],
    ids=["reborn", "held", "quarantined", "unknown"],
)
def test_looks_at_a_package_that_may_be_there(presence: Fact[fact.Presence]) -> None:
    facts = about(presence=presence, downloads=known(Downloads(0)))

    assert len(seen(RULE, listed(), facts)) == 1


def test_a_lower_bound_below_the_limit_says_nothing() -> None:
    why = "the test only says at least 999 a month"

    assert seen(
        RULE, listed(), about(presence=LISTED, downloads=known(Downloads(999, at_least=True)))
    ) == [
        Signal(
            f"how often it is downloaded could not be learned: {why}",
            {"unknown": "how often it is downloaded", "why": why},
            unknown=True,
        )
    ]


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about(presence=LISTED)) == [
        Signal(
            "how often it is downloaded could not be learned: the service timed out",
            {"unknown": "how often it is downloaded", "why": "the service timed out"},
            unknown=True,
        )
    ]
