"""The package declares no source repository.

## What it signals
A package whose metadata names no source repository: neither under the well-known labels (Source,
Repository, ...), nor as a forge's address under any other label, nor in its description.

## Why it is a risk
What cannot be read in public, with its history, is read by nobody.

## Example
    acme-blob          # metadata without a Source or Repository URL

## What to do
Look into the package itself, then pin the version that you read, or vouch for it.
If it is yours: `[project.urls] Source = "https://..."`.

## Limits
A declared repository proves nothing: anyone may declare anyone's.
Silent for the most downloaded packages (`trust-rank`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, is_there, told_by


def _check(_change: Incoming, facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
    if not is_there(facts):
        return
    known = asked(facts.repository, "whether it declares a source repository")
    if isinstance(known, Signal):
        yield known
        return
    if not known.value:
        yield Signal(
            "declares no source repository", evidence={"repository": None, **told_by(known)}
        )


RULE = Rule(
    id="no-repository",
    title="no source repository",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "repository"}),
    trusts_popularity=True,
)
