"""The only reader of a policy: each key understood, or an error with its line.

The form is that of the design, section 6.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vetgate.errors import PolicyError
from vetgate.model.policy import Exemption, Level, Policy, RulePolicy
from vetgate.policyfile import patterns
from vetgate.policyfile.allowances import allowances
from vetgate.policyfile.layer import Layer, Parent, policy_of
from vetgate.policyfile.plain import split
from vetgate.policyfile.words import one_of_the_words, unknown
from vetgate.tomlmap import Node, load

_LOCKABLE = ("unknown", "trust-rank", "max-age", "self-approved", "private", "indexes", "allow")
_KEYS = (*_LOCKABLE, "rules", "lock", "extends")
_RULE_KEYS = ("level", "exempted-by", "lock")
_IN_MANIFEST = "in-manifest"
_LEVELS = frozenset(level.value for level in Level)


def read(
    content: bytes,
    path: str,
    known: Mapping[str, frozenset[str]],
    *,
    table: tuple[str, ...] = (),
) -> Policy:
    """Read and check a policy that extends no other.

    `known` maps the id of each rule to the names of its limits, `in-manifest` among them where
    the rule has a level of its own for that. `table` is where the policy begins: `("tool",
    "vetgate")` in a `pyproject.toml`. Raises `PolicyError` with file and line.
    """
    layer = read_layer(content, path, known, table=table)
    if layer.extends is not None:
        raise layer.extends.node.error("extends another policy, which is not read here")
    return policy_of(layer, path)


def read_layer(
    content: bytes,
    path: str,
    known: Mapping[str, frozenset[str]],
    *,
    table: tuple[str, ...] = (),
) -> Layer:
    """Read and check one policy file by itself, as `read` does; what it extends is only named."""
    plain = None if table else split(content, path, known)
    if plain is not None:
        before, allowed = plain
        try:
            root = Node.root(load(before, path, PolicyError))
            if root.get("allow") is None:
                return _layer(root, known)._replace(allow=allowed)
        except PolicyError:
            # Read as a whole, it may be right, or wrong in another place.
            pass
    root_of_all = Node.root(load(content, path, PolicyError)).reach(*table)
    if root_of_all is None:
        raise PolicyError(f"no table {'.'.join(table)}", path=path)
    return _layer(root_of_all, known)


def _layer(root: Node, known: Mapping[str, frozenset[str]]) -> Layer:
    for key, node in root.entries():
        if key not in _KEYS:
            raise unknown("key", key, _KEYS, node)
    level, rank, age = root.get("unknown"), root.get("trust-rank"), root.get("max-age")
    approved, lock, extends = root.get("self-approved"), root.get("lock"), root.get("extends")
    rules = dict(root.entries_of("rules"))
    return Layer(
        root=root,
        unknown=None if level is None else _level(level, {"block", "warn"}),
        trust_rank=None if rank is None else _count(rank),
        max_age=None if age is None else _count(age),
        self_approved=None if approved is None else _level(approved),
        private=patterns.private(root),
        indexes=patterns.indexes(root),
        rules={name: _rule(name, rule, known) for name, rule in rules.items()},
        allow=allowances(root, known),
        lock=frozenset() if lock is None else _settings(lock),
        locked_rules=frozenset(name for name, rule in rules.items() if _is_locked(rule)),
        extends=None if extends is None else _parent(extends),
    )


def _parent(node: Node) -> Parent:
    # Few policies extend another.
    from vetgate.policyfile.parents import parent

    return parent(node)


def _rule(name: str, rule: Node, known: Mapping[str, frozenset[str]]) -> RulePolicy:
    if name not in known:
        raise unknown("rule", name, known, rule)
    if rule.is_text():
        hint = f"write [{rule.label}], and below it level = ..."
        raise rule.wrong_type("a table", hint=hint)
    words = (*_RULE_KEYS, *sorted(known[name]))
    limits: dict[str, int] = {}
    for key, node in rule.entries():
        if key not in words:
            raise unknown(f"key of rule {name}", key, words, node)
        if key not in (*_RULE_KEYS, _IN_MANIFEST):
            limits[key] = _count(node)
    level, in_manifest = rule.get("level"), rule.get(_IN_MANIFEST)
    exempted = rule.get("exempted-by")
    return RulePolicy(
        level=None if level is None else _level(level),
        in_manifest=None if in_manifest is None else _level(in_manifest),
        exempted_by=None if exempted is None else _exemptions(exempted),
        limits=limits,
    )


def _level(node: Node, words: Collection[str] = _LEVELS) -> Level:
    return Level(one_of_the_words("level", node, words))


def _is_locked(rule: Node) -> bool:
    lock = rule.get("lock")
    return lock is not None and lock.flag()


def _settings(array: Node) -> frozenset[str]:
    found: set[str] = set()
    for node in array.elements():
        word = one_of_the_words("setting that can be locked", node, _LOCKABLE)
        if word in found:
            raise node.error(f"named twice: {word}")
        found.add(word)
    return frozenset(found)


def _exemptions(array: Node) -> frozenset[Exemption]:
    words = {exemption.value for exemption in Exemption}
    found: set[Exemption] = set()
    for node in array.elements():
        exemption = Exemption(one_of_the_words("exemption", node, words))
        if exemption in found:
            raise node.error(f"named twice: {exemption.value}")
        found.add(exemption)
    return frozenset(found)


def _count(node: Node) -> int:
    count = node.number()
    if count < 0:
        raise node.error(f"{node.label} must not be negative, not {count}")
    return count
