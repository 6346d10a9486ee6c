"""Hardly anyone downloads this package.

## What it signals
A package with fewer downloads in the last month than the limit `downloads` (1,000).

## Why it is a risk
Nobody else would notice that something is wrong with it.
Names made to be taken for others have few downloads, and so have packages taken over unseen.

## Example
    left-padd          # 12 downloads in the last month

## What to do
Read the package, then pin the version that you read, or vouch for it with a reason and an end.

## Limits
Downloads count machines and mirrors, not people, and can be bought.
Silent for the most downloaded packages (`trust-rank`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, could_not_tell, is_there, told_by


def _check(_change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    if not is_there(facts):
        return
    known = asked(facts.downloads, "how often it is downloaded")
    if isinstance(known, Signal):
        yield known
        return
    count, limit = known.value.a_month, limits.values["downloads"]
    if count >= limit:
        return
    if known.value.at_least:
        yield could_not_tell(
            "how often it is downloaded", f"{known.source} only says at least {count:,} a month"
        )
        return
    times = "1 download" if count == 1 else f"{count:,} downloads"
    yield Signal(
        f"{times} in the last month, fewer than {limit:,}",
        evidence={"downloads": count, "limit": limit, **told_by(known)},
    )


RULE = Rule(
    id="unpopular",
    title="hardly downloaded",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "downloads"}),
    limits={"downloads": 1000},
    trusts_popularity=True,
)
