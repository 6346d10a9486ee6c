"""Names that the index no longer has, or has again from somebody else."""

from __future__ import annotations

from datetime import date

import pytest

from core_strategies import about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.verdict import Evidence, Signal
from vetgate.rules.removed import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}


@pytest.mark.parametrize(
    "presence", [fact.Listed(), fact.Quarantined(), fact.NeverSeen()], ids=lambda one: one.word
)
def test_is_silent(presence: fact.Presence) -> None:
    assert seen(RULE, listed(), about(presence=known(presence))) == []


@pytest.mark.parametrize(
    ("presence", "message", "evidence"),
    [
        pytest.param(
            fact.Removed(),
            "no longer on the index: anyone may register the name and be installed",
            {"presence": "removed", "since": None},
            id="removed",
        ),
        pytest.param(
            fact.Removed(date(2024, 3, 1)),
            "no longer on the index since 2024-03-01: anyone may register the name and be"
            " installed",
            {"presence": "removed", "since": "2024-03-01"},
            id="removed-on-a-known-day",
        ),
        pytest.param(
            fact.Reborn(),
            "was removed from the index and registered again by somebody else (removed at an"
            " unknown date, back at an unknown date)",
            {"presence": "reborn", "removed_on": None, "again_on": None},
            id="reborn",
        ),
        pytest.param(
            fact.Reborn(date(2024, 3, 1), date(2024, 3, 27)),
            "was removed from the index and registered again by somebody else (removed"
            " 2024-03-01, back 2024-03-27)",
            {"presence": "reborn", "removed_on": "2024-03-01", "again_on": "2024-03-27"},
            id="reborn-on-known-days",
        ),
        pytest.param(
            fact.Held(),
            "was removed from the index; a security team holds the name with an empty package",
            {"presence": "held"},
            id="held",
        ),
    ],
)
def test_signals(presence: fact.Presence, message: str, evidence: Evidence) -> None:
    found = seen(RULE, listed(), about(presence=known(presence)))

    assert found == [Signal(message, {**evidence, **TOLD})]


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about()) == [
        Signal(
            "whether the index has it could not be learned: the index timed out",
            {"unknown": "whether the index has it", "why": "the index timed out"},
            unknown=True,
        )
    ]
