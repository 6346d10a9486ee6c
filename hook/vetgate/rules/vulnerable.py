"""Every version that may come in is affected by a known vulnerability.

## What it signals
A dependency of which each version that the constraint lets in, or the pinned one, is affected by a
vulnerability that was published (PyPA's, GitHub's and others' advisories, by way of OSV; what was
withdrawn is left out, and what several name counts once).
The message names a version that is free of all of them, where there is one: the next one, else the
newest of those before.

## Why it is a risk
Whoever wants in knows these advisories, too, and for many there are tools that use them.

## Example
    jinja2<2.11        # PYSEC-2021-66: the first version without it is 2.11.3

## What to do
Let in the version that the message names.
If you cannot, read the advisory: what it needs may not be there in your use.
Then vouch for it, with an end.

## Limits
Silent where the constraint lets in a version that is free: pip takes the newest, and so that one.
Whether the vulnerable code is reached is not known.
Where the releases are not known, what the advisories call fixed is taken to be there.
A locked version is judged as that version.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import Advisory, FactName, Known, PackageFacts, Unknown
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules import base
from vetgate.rules.base import Limits, Rule


def _asks(facts: PackageFacts, limits: Limits) -> frozenset[FactName]:
    return base.open_about_reports(facts, limits, malicious=False)


def _check(change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    if not base.is_there(facts):
        return
    known = facts.advisories
    if isinstance(known, Unknown):
        yield base.could_not_tell(base.REPORTED, known.why)
        return
    reports = tuple(one for one in known.value if not one.malicious)
    seen = list(_seen(base.specifier_of(change), reports, known, facts)) if reports else []
    yield from seen
    if not seen and not base.is_fresh(known, limits.now, limits.max_age):
        yield base.too_old(known, base.REPORTED, limits.max_age)


def _seen(
    specifier: str,
    reports: tuple[Advisory, ...],
    known: Known[tuple[Advisory, ...]],
    facts: PackageFacts,
) -> Iterator[Signal]:
    from vetgate.model.plain_versions import lets_in_a_free_one

    releases = facts.releases.value if isinstance(facts.releases, Known) else None
    if lets_in_a_free_one(reports, specifier, releases):
        return
    # Few come here, and what it imports is heavy.
    from vetgate.model.reports import free, free_before, reach

    found = reach(reports, specifier, releases)
    if not found.every:
        return
    highest = found.versions[0] if found.versions else None
    # What is reported malicious is no way out either.
    fixed = free(known.value, highest, releases)
    earlier = None if fixed else free_before(known.value, highest, releases)
    what = f"version {highest} is" if found.admitted == 1 else "every version that this admits is"
    yield Signal(
        f"{what} affected by {base.named(found.hit)} ({base.dated(known)}); "
        f"{_way_out(fixed, earlier)}",
        evidence={
            "reports": base.ids_of(found.hit),
            "versions": [*found.versions],
            "fixed": fixed,
            **({} if earlier is None else {"earlier": earlier}),
            **base.told_by(known),
        },
    )


def _way_out(fixed: str | None, earlier: str | None) -> str:
    if fixed is not None:
        return f"{fixed} is free of what is known"
    if earlier is not None:
        return f"{earlier} is free of what is known, and no later version is"
    return "no version free of it is known"


RULE = Rule(
    id="vulnerable",
    title="a known vulnerability",
    doc=__doc__,
    default_level=Level.WARN,
    exempted_by=frozenset({Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "advisories", "releases"}),
    asks=_asks,
)
