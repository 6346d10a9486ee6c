"""The only place that follows `extends`, from the nearest policy file to the last."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.policy import RulePolicy
from vetgate.model.record import Record
from vetgate.model.typed import Protocol
from vetgate.policyfile.finding import Found
from vetgate.policyfile.layer import Layer, Parent
from vetgate.policyfile.locking import refuse_weakening
from vetgate.policyfile.reading import read_layer

MOST_PARENTS = 5


class Opened(Record):
    """A policy file that was read: what it is called in messages, and what tells it from others."""

    found: Found
    shown: str
    identity: str


class Source(Protocol):
    """Where the files come from that a policy extends."""

    def open(self, parent: Parent, below: Opened) -> Opened:
        """Read what the file `below` names; raises `PolicyError`."""


def chain(
    first: Opened, layer: Layer, defaults: Mapping[str, RulePolicy], source: Source
) -> tuple[Layer, ...]:
    """Return a file's layer and all that it extends, the nearest first.

    `defaults` has every rule whole. Raises `PolicyError` for a file that cannot be had or read, a
    circle, too long a chain, and for what softens a lock.
    """
    known = {
        name: frozenset(rule.limits) | ({"in-manifest"} if rule.in_manifest else set())
        for name, rule in defaults.items()
    }
    layers, opened = [layer], [first]
    while (parent := layers[-1].extends) is not None:
        if len(layers) > MOST_PARENTS:
            raise parent.node.error(
                f"extends more than {MOST_PARENTS} policies, one through the other",
                hint="have it extend the last of them itself",
            )
        above = source.open(parent, opened[-1])
        if above.identity in {one.identity for one in opened}:
            raise parent.node.error(f"extends itself through {above.shown}")
        found = above.found
        layers.append(read_layer(found.content, above.shown, known, table=found.table))
        opened.append(above)
    for at in range(len(layers) - 2, -1, -1):
        refuse_weakening(layers[at], layers[at + 1 :], defaults)
    return tuple(layers)
