"""Whether the index has the name that somebody is about to vouch for."""

from __future__ import annotations

from collections.abc import Collection

from vetgate.commands.asking import Asking
from vetgate.commands.judging import open_snapshot
from vetgate.commands.lookups import look_up
from vetgate.engine import is_private
from vetgate.errors import UsageError
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, NeverSeen, Removed
from vetgate.model.policy import Policy
from vetgate.rules import RULES

_ABOUT_ABSENCE = frozenset({"removed", "unknown-package"})


def refuse_absent(
    name: NormalizedName, policy: Policy, asking: Asking, rules: Collection[str] | None
) -> tuple[str, ...]:
    """Raise `UsageError` for a name that the index does not have, or may not have.

    Whoever takes such a name later would find the allowance waiting. Not knowing is no better than
    absence here, only the way out is named. Nothing is asked about a private name, nor for an
    allowance that names a rule about absence (then absence is what is vouched for), nor for one
    that names only rules that are not about the index's package. Returns what is to be said of
    the cache; raises `SnapshotError` too.
    """
    about_index = {rule.id for rule in RULES if rule.asks_index}
    if rules is not None and (_ABOUT_ABSENCE & set(rules) or about_index.isdisjoint(rules)):
        return ()
    if is_private(name, policy):
        return ()
    snapshot = open_snapshot(asking.environment)
    try:
        answers, talk = look_up({name: frozenset({"presence"})}, snapshot, asking)
        presence = answers[name].presence
        if not isinstance(presence, Known):
            raise UsageError(
                f"whether the index has {name} could not be learned: {presence.why}",
                hint="try again later, or vouch for the name unseen with --unlisted",
            )
        if isinstance(presence.value, NeverSeen | Removed):
            alike = snapshot.facts({name: frozenset({"resembles"})})[name].resembles
            near = alike.value[:3] if isinstance(alike, Known) else ()
            meant = f"did you mean {' or '.join(near)}? " if near else ""
            gone = isinstance(presence.value, Removed)
            raise UsageError(
                f"the index no longer has {name}" if gone else f"the index has no package {name}",
                hint=f"{meant}the allowance would be for whoever takes the name; "
                "vouch for it all the same with --unlisted",
            )
        return talk
    finally:
        snapshot.close()
