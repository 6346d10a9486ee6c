"""The newest release that may come in is only days old.

## What it signals
A dependency of which the newest release that the constraint lets in, as pip would choose, is
younger than the limit `days` (3).
The message names the newest one that is old enough.

## Why it is a risk
Most malicious releases are found and taken down within a day or two.
Whoever waits that long lets others be the first.

## Example
    acme-http>=1.0     # 2.4.0 was uploaded 5 hours ago

## What to do
Pin the release that the message names, or wait.
If it is the young one that you want (it mends what is attacked, say), read it and pin it.

## Limits
What is on record is good for a day: a younger release may have come since, so that it is looked up.
An index that does not tell when files were uploaded leaves it unknown, and so does `===`.
The first file of a release counts: one that is added days later is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from vetgate.model.change import Incoming
from vetgate.model.facts import FactName, Known, PackageFacts, Release
from vetgate.model.policy import Exemption, Level
from vetgate.model.releases import admitted, exact
from vetgate.model.typed import TYPE_CHECKING
from vetgate.model.verdict import Signal
from vetgate.rules import base
from vetgate.rules.base import Limits, Rule

if TYPE_CHECKING:
    from packaging.version import Version

_WHAT = "when its releases were uploaded"
_RECORD_DAYS = 1
_HOURS = timedelta(hours=48)


def _asks(facts: PackageFacts, limits: Limits) -> frozenset[FactName]:
    if _is_settled(facts, limits):
        return frozenset()
    releases = facts.releases
    fresh = isinstance(releases, Known) and base.is_fresh(releases, limits.now, _RECORD_DAYS)
    return frozenset() if fresh else frozenset({"releases"})


def _check(change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    if not base.is_there(facts) or not limits.values["days"] or _is_settled(facts, limits):
        return
    known = base.asked(facts.releases, _WHAT)
    if isinstance(known, Signal):
        yield known
        return
    seen = list(_seen(base.specifier_of(change), known, limits))
    yield from seen
    pin = exact(base.specifier_of(change))
    on_record = pin is not None and any(pin == release.version for release in known.value)
    if not (seen or on_record or base.is_fresh(known, limits.now, _RECORD_DAYS)):
        yield base.too_old(known, _WHAT, _RECORD_DAYS)


def _seen(specifier: str, known: Known[tuple[Release, ...]], limits: Limits) -> Iterator[Signal]:
    cutoff = base.days_before(limits.now, limits.values["days"])
    uploads = [release.uploaded for release in known.value]
    if all(uploaded is not None and uploaded <= cutoff for uploaded in uploads):
        return
    # Few come here, and what this imports is heavy.
    found = admitted(specifier, known.value)
    if not found:
        return
    newest, release = found[0]
    if release.uploaded is None:
        yield base.could_not_tell(_WHAT, f"{known.source} does not tell it of {newest}")
    elif release.uploaded > cutoff:
        yield _young(specifier, found, known, limits)


def _is_settled(facts: PackageFacts, limits: Limits) -> bool:
    """Whether nothing at all was uploaded of late, so that versions need no comparing."""
    latest = facts.latest_upload
    cutoff = base.days_before(limits.now, limits.values["days"])
    return (
        isinstance(latest, Known)
        and base.is_fresh(latest, limits.now, _RECORD_DAYS)
        and latest.value <= cutoff
    )


def _young(
    specifier: str,
    found: Sequence[tuple[Version, Release]],
    known: Known[tuple[Release, ...]],
    limits: Limits,
) -> Signal:
    newest, release = found[0]
    days = limits.values["days"]
    cutoff = base.days_before(limits.now, days)
    old = [str(v) for v, each in found if each.uploaded is not None and each.uploaded <= cutoff]
    advice = f"; {old[0]} is old enough" if old else "; no release that this admits is old enough"
    if exact(specifier) is not None:
        advice = ""  # others are none of its business
    limit = "a day" if days == 1 else f"{days} days"
    uploaded = release.uploaded or limits.now
    return Signal(
        f"{newest} was uploaded {_ago(uploaded, limits.now)}, less than {limit}{advice}",
        evidence={
            "version": str(newest),
            "uploaded": uploaded.isoformat(),
            "limit": days,
            "old_enough": old[0] if old else None,
            **base.told_by(known),
        },
    )


def _ago(uploaded: datetime, now: datetime) -> str:
    age = now - uploaded
    if age >= _HOURS:
        return f"{age.days} days ago"
    hours = max(int(age.total_seconds() // 3600), 0)
    return (
        "within the last hour" if not hours else f"{hours} {'hour' if hours == 1 else 'hours'} ago"
    )


RULE = Rule(
    id="too-new",
    title="a release of these days",
    doc=__doc__,
    default_level=Level.WARN,
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "releases"}),
    heeds=frozenset({"latest_upload"}),
    limits={"days": 3},
    asks=_asks,
)
