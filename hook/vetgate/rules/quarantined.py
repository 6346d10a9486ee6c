"""The index's administrators hold this package in quarantine.

## What it signals
A package that the index reports as quarantined (PEP 792).

## Why it is a risk
Administrators quarantine what was reported as malware, until they have looked.
Of those that were, hardly any came back.

## Example
    acme-stealer       # the index's administrators hold it in quarantine

## What to do
Take the dependency out, and look at what it may have done if it was ever installed.

## Limits
Nothing exempts from it, and it says nothing where the index could not be asked.
An index that speaks an older version of the API does not tell.
A single release in quarantine vanishes from the index as if it had been deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import Known, PackageFacts, Quarantined
from vetgate.model.policy import Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, told_by


def _check(_change: Incoming, facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
    # That the presence is unknown is said by `removed` and `unknown-package`.
    presence, status = facts.presence, facts.status
    if isinstance(presence, Known) and isinstance(presence.value, Quarantined):
        source = told_by(presence)
    elif isinstance(status, Known) and status.value == "quarantined":
        source = told_by(status)
    else:
        return
    yield Signal(
        "the index's administrators hold it in quarantine, as they do with reported malware",
        evidence={"status": "quarantined", **source},
    )


RULE = Rule(
    id="quarantined",
    title="in quarantine",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset(),
    check=_check,
    # Asked for by this rule too, because nothing exempts from it.
    needs=frozenset({"presence"}),
    heeds=frozenset({"status"}),
)
