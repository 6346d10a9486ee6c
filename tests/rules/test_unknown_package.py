"""Names that the index does not have and never had."""

from __future__ import annotations

import pytest

from core_strategies import about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.dependency import NormalizedName
from vetgate.model.verdict import Signal
from vetgate.rules.unknown_package import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}


@pytest.mark.parametrize(
    "presence",
    [fact.Listed(), fact.Removed(), fact.Reborn(), fact.Held(), fact.Quarantined()],
    ids=lambda one: one.word,
)
def test_is_silent(presence: fact.Presence) -> None:
    assert seen(RULE, listed(), about(presence=known(presence))) == []


def test_signals_a_name_that_no_record_remembers() -> None:
    assert seen(RULE, listed(), about(presence=known(fact.NeverSeen()))) == [
        Signal(
            "the index has no such package",
            {"presence": "never-seen", "resembles": [], **TOLD},
        )
    ]


def test_says_that_pip_does_not_look_where_another_tool_does() -> None:
    moved = listed()._replace(moved_by="tool.uv.sources.acme")

    (signal,) = seen(RULE, moved, about(presence=known(fact.NeverSeen())))

    assert signal.message == (
        "the index has no such package, and pip does not read tool.uv.sources.acme"
    )


def test_names_the_likeliest_name_that_was_meant() -> None:
    meant = (NormalizedName("acme-utils"), NormalizedName("acne"))
    facts = about(presence=known(fact.NeverSeen()))._replace(resembles=known(meant))

    assert seen(RULE, listed(), facts) == [
        Signal(
            "the index has no such package; did you mean acme-utils?",
            {"presence": "never-seen", "resembles": ["acme-utils", "acne"], **TOLD},
        )
    ]


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about()) == [
        Signal(
            "whether the index has it could not be learned: the index timed out",
            {"unknown": "whether the index has it", "why": "the index timed out"},
            unknown=True,
        )
    ]
