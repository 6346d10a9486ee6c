"""Packages that say nothing of where their source is kept."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.verdict import Signal
from vetgate.rules.no_repository import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}


def test_is_silent_for_a_declared_repository() -> None:
    facts = about(presence=LISTED, repository=known("https://forge.example/acme"))

    assert seen(RULE, listed(), facts) == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_signals(nothing: str | None) -> None:
    assert seen(RULE, listed(), about(presence=LISTED, repository=known(nothing))) == [
        Signal("declares no source repository", {"repository": None, **TOLD})
    ]


@pytest.mark.parametrize("presence", [fact.Removed(), fact.NeverSeen()], ids=lambda one: one.word)
def test_leaves_a_package_that_is_not_there_to_other_rules(presence: fact.Presence) -> None:
    assert seen(RULE, listed(), about(presence=known(presence), repository=known(None))) == []


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about(presence=LISTED)) == [
        Signal(
            "whether it declares a source repository could not be learned: the index timed out",
            {
                "unknown": "whether it declares a source repository",
                "why": "the index timed out",
            },
            unknown=True,
        )
    ]
