"""Packages that the index's administrators hold back."""

from __future__ import annotations

import pytest

from core_strategies import about, known, listed, seen
from vetgate.model import facts as fact
from vetgate.model.facts import PackageFacts
from vetgate.model.verdict import Signal
from vetgate.rules.quarantined import RULE


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(about(), id="nothing-known"),
        pytest.param(about(presence=known(fact.Listed())), id="listed"),
        pytest.param(about()._replace(status=known("active")), id="active"),
        pytest.param(about()._replace(status=known("deprecated")), id="deprecated"),
    ],
)
def test_is_silent(facts: PackageFacts) -> None:
    assert seen(RULE, listed(), facts) == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(about(presence=known(fact.Quarantined())), id="by-presence"),
        pytest.param(about()._replace(status=known("quarantined")), id="by-status"),
        pytest.param(
            about(presence=known(fact.Listed()))._replace(status=known("quarantined")),
            id="by-status-though-listed",
        ),
    ],
)
def test_signals(facts: PackageFacts) -> None:
    assert seen(RULE, listed(), facts) == [
        Signal(
            "the index's administrators hold it in quarantine, as they do with reported malware",
            {"status": "quarantined", "source": "the test", "as_of": "2026-11-23"},
        )
    ]
