"""The index once had this package and no longer does.

## What it signals
A package that the index no longer has, though a record says that it once did; one that was removed
and then registered again by somebody else (*reborn*); one whose name a security team holds.

## Why it is a risk
Deleting a project frees its name at once, for anybody.
Every project that still names it installs whatever the next owner uploads.
In March 2024 `pingdomv3` was taken over in this way.

## Example
    pingdomv3          # removed from the index: whoever registers the name is installed

## What to do
Take the dependency out, or depend on what replaced it.
If you must keep it, pin the exact version that you have read, with its hash.

## Limits
Sees only what some record remembers: a name that nobody recorded is an `unknown-package`.
Whoever owned it before and registers it again is told from others only where the record names the
owners; a package that was there before it was removed, by its files' dates, is one restored.
A name that the index's administrators have closed looks the same from outside as one that is free.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model import facts as fact
from vetgate.model.change import Incoming
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, told_by


def _check(_change: Incoming, facts: fact.PackageFacts, _limits: Limits) -> Iterator[Signal]:
    known = asked(facts.presence, "whether the index has it")
    if isinstance(known, Signal):
        yield known
        return
    presence = known.value
    if isinstance(presence, fact.Removed):
        since = presence.since.isoformat() if presence.since else None
        seen = f" since {since}" if since else ""
        yield Signal(
            f"no longer on the index{seen}: anyone may register the name and be installed",
            evidence={"presence": "removed", "since": since, **told_by(known)},
        )
    elif isinstance(presence, fact.Reborn):
        gone = presence.removed_on.isoformat() if presence.removed_on else None
        again = presence.again_on.isoformat() if presence.again_on else None
        dates = f" (removed {gone or 'at an unknown date'}, back {again or 'at an unknown date'})"
        yield Signal(
            f"was removed from the index and registered again by somebody else{dates}",
            evidence={
                "presence": "reborn",
                "removed_on": gone,
                "again_on": again,
                **told_by(known),
            },
        )
    elif isinstance(presence, fact.Held):
        yield Signal(
            "was removed from the index; a security team holds the name with an empty package",
            evidence={"presence": "held", **told_by(known)},
        )


RULE = Rule(
    id="removed",
    title="no longer on the index",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset({Exemption.PIN, Exemption.LOCK, Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence"}),
)
