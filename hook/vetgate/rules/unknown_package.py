"""The index has no such package, and no record says that it ever had.

## What it signals
A name that the index does not have and that no record remembers.

## Why it is a risk
It is a typo, a name that a language model invented, or a private package that is not declared as
such: in each case anyone can register the name today and be installed tomorrow.

## Example
    reqeusts           # there is no such package: requests was meant

## What to do
Correct the name.
If the package is your own, name it in the policy: `private = ["acme-*"]`; then it is never looked
up on the public index.
That holds for the members of a workspace, too, and for whatever `tool.uv.sources` or a table of
Poetry's takes from a path or from an index of your own: pip reads neither, and nor does anyone who
installs the package that you publish, so that they would take whatever the index has by that name.

## Limits
A name that a record does remember is `removed`.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import Known, NeverSeen, PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, told_by


def _check(change: Incoming, facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
    known = asked(facts.presence, "whether the index has it")
    if isinstance(known, Signal):
        yield known
        return
    if not isinstance(known.value, NeverSeen):
        return
    meant = facts.resembles.value if isinstance(facts.resembles, Known) else ()
    moved = change.after.moved_by
    hint = f", and pip does not read {moved}" if moved is not None else ""
    hint += f"; did you mean {meant[0]}?" if meant else ""
    yield Signal(
        f"the index has no such package{hint}",
        evidence={"presence": "never-seen", "resembles": [*meant], **told_by(known)},
    )


RULE = Rule(
    id="unknown-package",
    title="not on the index",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset({Exemption.ALLOW, Exemption.PRIVATE}),
    check=_check,
    needs=frozenset({"presence"}),
)
