"""Packages on which hardly any other depends."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.verdict import Signal
from vetgate.rules.rarely_used import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}


@pytest.mark.parametrize("count", [pytest.param(2, id="exactly-the-limit"), 700])
def test_is_silent(count: int) -> None:
    assert seen(RULE, listed(), about(presence=LISTED, dependents=known(count))) == []


@pytest.mark.parametrize(
    ("count", "message"),
    [
        pytest.param(1, "1 public package depends on it, fewer than 2", id="one-too-few"),
        pytest.param(0, "0 public packages depend on it, fewer than 2", id="none"),
    ],
)
def test_signals(count: int, message: str) -> None:
    found = seen(RULE, listed(), about(presence=LISTED, dependents=known(count)))

    assert found == [Signal(message, {"dependents": count, "limit": 2, **TOLD})]


def test_the_limit_is_the_policys() -> None:
    facts = about(presence=LISTED, dependents=known(1499))

    assert [one.message for one in seen(RULE, listed(), facts, dependents=1500)] == [
        "1,499 public packages depend on it, fewer than 1,500"
    ]
    assert seen(RULE, listed(), facts, dependents=1499) == []


@pytest.mark.parametrize("presence", [fact.Removed(), fact.NeverSeen()], ids=lambda one: one.word)
def test_leaves_a_package_that_is_not_there_to_other_rules(presence: fact.Presence) -> None:
    assert seen(RULE, listed(), about(presence=known(presence), dependents=known(0))) == []


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about(presence=LISTED)) == [
        Signal(
            "how many packages depend on it could not be learned: the service timed out",
            {"unknown": "how many packages depend on it", "why": "the service timed out"},
            unknown=True,
        )
    ]
