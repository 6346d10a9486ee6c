"""The only place that knows what weakens a policy, and keeps a lock from being got round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from vetgate.errors import GateError
from vetgate.model.dependency import Location
from vetgate.model.policy import Level, Policy, RulePolicy
from vetgate.model.record import Record
from vetgate.policyfile.layer import Layer, over, policy_of, rule_over
from vetgate.tomlmap import Node

HELD_WITH_RULES = ("unknown", "trust-rank", "max-age")
"""What would soften a locked rule from outside of its table, and is held with any such rule."""

_STRENGTH = {Level.OFF: 0, Level.WARN: 1, Level.BLOCK: 2}
_NO_RULE = RulePolicy()


class _Softer(Record):
    """A key that weakens what is locked, and what it is where it is locked."""

    keys: tuple[str, ...]
    standing: str


def refuse_weakening(
    child: Layer, above: Sequence[Layer], defaults: Mapping[str, RulePolicy]
) -> None:
    """Raise `PolicyError`, with both places, if a file softens what one that it extends locks.

    `above` is what it extends, the nearest first. `defaults` has every rule whole. Softer are: a
    lower level, a lower limit, a further exemption, a greater `trust-rank` or `max-age`, and for
    `private`, `indexes` and `allow` whatever is added.
    """
    standing = reduce(over, above)
    for name in sorted(standing.locked_rules):
        lock = _lock_of_rule(name, above)
        _refuse_unlocking(child, name, lock)
        for softer in _softer_rule(name, child, standing, defaults[name]):
            raise _error(child, softer, f"a rule that {_at(lock)} locks")
    for key in sorted(standing.lock | _held_with_rules(standing)):
        for softer in _softer_setting(key, child, standing):
            raise _error(child, softer, f"what {_at(lock_of_setting(key, above))} locks")


def lock_of_setting(key: str, layers: Sequence[Layer]) -> Location | None:
    """Return where a top-level setting is locked: by its name, or with a rule."""
    for layer in layers:
        if key in layer.lock:
            return layer.place("lock")
        if key in HELD_WITH_RULES and layer.locked_rules:
            return layer.place("rules", min(layer.locked_rules), "lock")
    return None


def _lock_of_rule(name: str, above: Sequence[Layer]) -> Location | None:
    locking = (layer for layer in above if name in layer.locked_rules)
    return next((layer.place("rules", name, "lock") for layer in locking), None)


def lock_of(keys: tuple[str, ...], layers: Sequence[Layer]) -> Location | None:
    """Return where a setting is locked, be it a rule's or at the top; None if it is not."""
    if keys[0] == "rules":
        return _lock_of_rule(keys[1], layers)
    return lock_of_setting(keys[0], layers)


def _held_with_rules(standing: Layer) -> set[str]:
    return set(HELD_WITH_RULES) if standing.locked_rules else set()


def _refuse_unlocking(child: Layer, name: str, lock: Location | None) -> None:
    node = child.root.reach("rules", name, "lock")
    if node is not None and name not in child.locked_rules:
        raise node.error(f"{node.label} takes back what {_at(lock)} locks")


def _softer_rule(
    name: str, child: Layer, standing: Layer, default: RulePolicy
) -> Iterator[_Softer]:
    table = ("rules", name)
    before = rule_over(standing.rules.get(name, _NO_RULE), default)
    own = child.rules.get(name, _NO_RULE)
    after = rule_over(own, before)
    if _weaker(after.level, before.level):
        yield _Softer((*table, "level"), _word(before.level))
    elsewhere = _in_manifest(before, standing, name)
    if _weaker(own.in_manifest, elsewhere):
        yield _Softer((*table, "in-manifest"), _word(elsewhere))
    allowed = before.exempted_by or frozenset()
    if not (after.exempted_by or frozenset()) <= allowed:
        words = ", ".join(sorted(one.value for one in allowed))
        yield _Softer((*table, "exempted-by"), f"[{words}]")
    for limit, least in sorted(before.limits.items()):
        if after.limits[limit] < least:
            yield _Softer((*table, limit), str(least))


def _in_manifest(rule: RulePolicy, standing: Layer, name: str) -> Level | None:
    """Return the level for what stands in the manifest; a rule that is off is off there too."""
    own = standing.rules.get(name, _NO_RULE).in_manifest
    return own or (Level.OFF if rule.level is Level.OFF else rule.in_manifest)


def _softer_setting(key: str, child: Layer, standing: Layer) -> Iterator[_Softer]:
    before = policy_of(standing, "")
    after = policy_of(over(child, standing), "")
    if _is_softer(key, before, after):
        shown = {
            "unknown": _word(before.unknown),
            "self-approved": _word(before.self_approved),
            "trust-rank": str(before.trust_rank),
            "max-age": str(before.max_age),
        }
        yield _Softer((key,), shown.get(key, ""))


def _is_softer(key: str, before: Policy, after: Policy) -> bool:
    return {
        "unknown": _weaker(after.unknown, before.unknown),
        "self-approved": _weaker(after.self_approved, before.self_approved),
        "trust-rank": after.trust_rank > before.trust_rank,
        "max-age": after.max_age > before.max_age,
        "private": len(after.private) > len(before.private),
        "indexes": len(after.indexes) > len(before.indexes),
        "allow": len(after.allow) > len(before.allow),
    }[key]


def _weaker(one: Level | None, other: Level | None) -> bool:
    return one is not None and other is not None and _STRENGTH[one] < _STRENGTH[other]


def _error(child: Layer, softer: _Softer, locked: str) -> GateError:
    hint = f"it is {softer.standing} there, and may only be stricter" if softer.standing else ""
    node = child.root.reach(*softer.keys)
    if softer.keys == ("allow",):
        first = child.allow[0]
        error = child.root.error(f"the allowance for {first.name} weakens {locked}")
        # A long allow-list is not part of the table that was decoded.
        error.line = first.location.line
        return error
    said = node if node is not None else _nearest(child.root, softer.keys)
    return said.error(f"{'.'.join(softer.keys)} weakens {locked}", hint=hint)


def _nearest(root: Node, keys: tuple[str, ...]) -> Node:
    return root.reach(*keys[:-1]) or root


def _at(lock: Location | None) -> str:
    return "a policy above" if lock is None else f"{lock.file}:{lock.line}"


def _word(level: Level | None) -> str:
    return "" if level is None else level.value
