"""The policy in force: where it is looked for, what it extends, what the rules let it say."""

from __future__ import annotations

import os
from collections.abc import Callable

from vetgate.commands.asking import Asking, is_offline
from vetgate.errors import PolicyError
from vetgate.model.dependency import Location
from vetgate.model.policy import Policy, RulePolicy
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING
from vetgate.policyfile.finding import Found, find

if TYPE_CHECKING:  # of use only where there is a policy file, or one that extends another
    from vetgate.policyfile.chain import Source
    from vetgate.policyfile.layer import Layer

Ask = Callable[[], Asking]


class InForce(Record):
    """A policy, and the files that it is made of, the nearest first; none: the defaults."""

    policy: Policy
    layers: tuple[Layer, ...] = ()

    def place(self, keys: tuple[str, ...]) -> Location | None:
        """Return where a setting is said by the nearest file that says it; None: nowhere."""
        places = (layer.place(*keys) for layer in self.layers)
        return next((place for place in places if place is not None), None)


def policy_for(root: str, folder: str, asking: Ask | None = None) -> Policy:
    """Read the nearest policy from a folder upwards, as `in_force` does."""
    return in_force(root, folder, asking).policy


def in_force(
    root: str, folder: str, asking: Ask | None = None, *, start: str | None = None
) -> InForce:
    """Read the nearest policy upwards from `start`, as far as the project's root.

    `folder` is where the command was given: paths are told as seen from there, and the search
    starts there if nothing else is said. `asking` tells how a policy on the web may be asked for;
    without it, the process's environment does. Raises `PolicyError`; without a file the defaults
    hold.
    """
    try:
        found = find(folder if start is None else start, root)
    except PolicyError as error:
        if error.path is not None:
            error.path = os.path.relpath(error.path, folder)
        raise
    return InForce(Policy()) if found is None else read_layers(found, folder, asking)


def read_found(found: Found, folder: str, asking: Ask | None = None) -> Policy:
    """Read a policy file and what it extends, as `read_layers` does."""
    return read_layers(found, folder, asking).policy


def read_layers(found: Found, folder: str, asking: Ask | None = None) -> InForce:
    """Read a policy file and what it extends, its path as seen from a folder.

    Raises `PolicyError`.
    """

    def on_disk() -> Source:
        from vetgate.commands.extending import FromDisk

        return FromDisk(folder, asking or asking_by_default)

    return layered(found, os.path.relpath(found.path, folder), on_disk)


def layered(found: Found, shown: str, source: Callable[[], Source]) -> InForce:
    """Read a policy file that is called `shown`, and what it extends from a source."""
    from vetgate.policyfile.layer import over, policy_of
    from vetgate.policyfile.reading import read_layer

    first = read_layer(found.content, shown, known_rules(), table=found.table)
    if first.extends is None:
        return InForce(policy_of(first, shown), (first,))
    from functools import reduce

    from vetgate.policyfile.chain import Opened, chain

    opened = Opened(found, shown, os.path.realpath(found.path))
    layers = chain(opened, first, default_rules(), source())
    policy = policy_of(reduce(over, layers), shown)
    return InForce(policy._replace(closed=reduce(over, layers[1:]).lock), layers)


def asking_by_default() -> Asking:
    """Return how facts are looked up where a command line does not say."""
    from datetime import datetime, timezone

    offline = is_offline(os.environ, asked=False)
    return Asking(os.environ, datetime.now(timezone.utc), offline)


def known_rules() -> dict[str, frozenset[str]]:
    """Return what a policy may say of each rule, for the policy reader."""
    from vetgate.rules import RULES

    return {
        rule.id: frozenset(rule.limits) | ({"in-manifest"} if rule.in_manifest_level else set())
        for rule in RULES
    }


def default_rules() -> dict[str, RulePolicy]:
    """Return what each rule is where no policy says anything of it."""
    from vetgate.rules import RULES

    return {
        rule.id: RulePolicy(
            rule.default_level, rule.in_manifest_level, rule.exempted_by, rule.limits
        )
        for rule in RULES
    }
