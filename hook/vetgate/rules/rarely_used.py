"""Hardly any public package depends on this one.

## What it signals
A package on which fewer public packages depend than the limit `dependents` (2).

## Why it is a risk
A package that others build on is watched by those others; one that nobody uses is not.

## Example
    acme-strutil       # 0 public packages depend on it

## What to do
Nothing, if you know the package: applications and young libraries rightly have no dependents.
Else read it, and pin it or vouch for it.

## Limits
Weak when alone, which is why it only warns.
Silent for the most downloaded packages (`trust-rank`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, is_there, told_by


def _check(_change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    if not is_there(facts):
        return
    known = asked(facts.dependents, "how many packages depend on it")
    if isinstance(known, Signal):
        yield known
        return
    count, limit = known.value, limits.values["dependents"]
    if count >= limit:
        return
    others = "1 public package depends" if count == 1 else f"{count:,} public packages depend"
    yield Signal(
        f"{others} on it, fewer than {limit:,}",
        evidence={"dependents": count, "limit": limit, **told_by(known)},
    )


RULE = Rule(
    id="rarely-used",
    title="hardly depended on",
    doc=__doc__,
    default_level=Level.WARN,
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "dependents"}),
    limits={"dependents": 2},
    trusts_popularity=True,
)
