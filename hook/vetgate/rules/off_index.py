"""The dependency does not come from an index that the policy names.

## What it signals
A dependency from a URL, from a VCS branch or tag, from a path that is no part of the project (it
leads out, into a submodule, or to nothing that is in the commit), or from an index that the policy
does not name; an option that names such a place or takes a check away
(`--extra-index-url`, `--find-links`, `--trusted-host`); a private name that the public index has
too.

## Why it is a risk
What stands behind a URL, a branch or a tag can change from one day to the next, and nobody has
looked at it.
With a further index, whichever has the higher version wins: this is *dependency confusion*.

## Example
    acme @ git+https://git.example/acme@main      # whatever `main` is on that day

## What to do
Pin it: a URL with `#sha256=...`, a VCS reference by full commit id.
Name your team's indexes in the policy: `indexes = ["https://packages.acme.example/simple"]`.

## Limits
Does not look behind the URL.
A reference of 40 or 64 hexadecimal digits is taken for a commit id; whether a branch or a tag of
that name exists cannot be seen without asking its repository.
A path inside the project is part of the commit and is reviewed with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.closed import assert_never
from vetgate.model.dependency import FromIndex, FromOption, FromPath, FromUrl, FromVcs
from vetgate.model.facts import Held, Known, Listed, PackageFacts, Quarantined, Reborn
from vetgate.model.policy import Exemption, Level
from vetgate.model.urls import comparable
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, told_by

_THERE = (Listed, Reborn, Held, Quarantined)


def _check(change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    origin = change.after.origin
    match origin:
        case FromIndex():
            yield from _unnamed(origin, limits)
            if limits.private and not limits.elsewhere:
                yield from _confusable(facts)
        case FromUrl():
            yield Signal(f"comes from the URL {origin.url}", evidence={"url": origin.url})
        case FromVcs():
            reference = origin.reference or "the default branch"
            can_change = "" if change.after.pinned else ", which can change"
            yield Signal(
                f"comes from {origin.url} at {reference}{can_change}",
                evidence={"url": origin.url, "reference": origin.reference},
            )
        case FromPath():
            if not origin.inside:
                yield Signal(
                    f"comes from {origin.path}, which is no part of the project",
                    evidence={"path": origin.path},
                )
        case FromOption():
            if comparable(origin.url) not in limits.indexes:
                yield Signal(
                    f"{origin.option} names {origin.url}, which the policy does not",
                    evidence={"option": origin.option, "url": origin.url},
                )
        case _:
            assert_never(origin)


def _unnamed(origin: FromIndex, limits: Limits) -> Iterator[Signal]:
    """Signal the indexes that the policy does not name."""
    asked = (origin.only_index,) if origin.only_index is not None else origin.indexes
    for url in asked:
        if comparable(url) not in limits.indexes:
            yield Signal(
                f"may come from {url}, which the policy does not name",
                evidence={"index": url},
            )


def _confusable(facts: PackageFacts) -> Iterator[Signal]:
    """Signal a private name that the public index has too, as far as the snapshot knows."""
    presence = facts.presence
    if isinstance(presence, Known) and isinstance(presence.value, _THERE):
        yield Signal(
            "the policy calls this name private, but the public index has a package of that name",
            evidence={"presence": presence.value.word, "private": True, **told_by(presence)},
        )


RULE = Rule(
    id="off-index",
    title="not from a named index",
    doc=__doc__,
    default_level=Level.WARN,
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    check=_check,
    heeds=frozenset({"presence"}),
    asks_index=False,
)
