"""What one policy file says by itself, before it is laid over what it extends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance, Level, Policy, RulePolicy
from vetgate.model.record import Record
from vetgate.model.typed import TypeAlias
from vetgate.tomlmap import Node

_NO_RULE = RulePolicy()


class LocalParent(Record):
    """A policy file that another one extends, by its path from that one's folder."""

    path: str
    node: Node
    """Where it is named."""


class RemoteParent(Record):
    """A policy file on a web server, of which the content is fixed."""

    url: str
    sha256: str
    """In lower case."""
    node: Node


Parent: TypeAlias = "LocalParent | RemoteParent"


class Layer(Record):
    """One policy file as it is written: None where it says nothing."""

    root: Node
    """The table that is the policy; of a long allow-list only what stands before it."""
    unknown: Level | None = None
    trust_rank: int | None = None
    max_age: int | None = None
    self_approved: Level | None = None
    private: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    rules: Mapping[str, RulePolicy] = MappingProxyType({})
    allow: tuple[Allowance, ...] = ()
    lock: frozenset[str] = frozenset()
    """The settings that no file which extends this one may soften."""
    locked_rules: frozenset[str] = frozenset()
    extends: Parent | None = None

    def place(self, *keys: str) -> Location | None:
        """Return where a key is said, None where it is not."""
        node = self.root.reach(*keys)
        return None if node is None else Location(node.path, node.line)


def over(child: Layer, parent: Layer) -> Layer:
    """Lay one file over another: the child's settings win, what is listed adds up.

    Locks are no matter here: `locking` refuses what they forbid. Associative, but for `root` and
    `extends`, which are the child's and the parent's.
    """
    named = {*child.rules, *parent.rules}
    return Layer(
        root=child.root,
        unknown=parent.unknown if child.unknown is None else child.unknown,
        trust_rank=parent.trust_rank if child.trust_rank is None else child.trust_rank,
        max_age=parent.max_age if child.max_age is None else child.max_age,
        self_approved=parent.self_approved if child.self_approved is None else child.self_approved,
        private=_both(child.private, parent.private),
        indexes=_both(child.indexes, parent.indexes),
        rules={
            name: rule_over(child.rules.get(name, _NO_RULE), parent.rules.get(name, _NO_RULE))
            for name in sorted(named)
        },
        # One's own come first: an edit finds them at the places they have in their file.
        allow=(*child.allow, *parent.allow),
        lock=child.lock | parent.lock,
        locked_rules=child.locked_rules | parent.locked_rules,
        extends=parent.extends,
    )


def rule_over(child: RulePolicy, parent: RulePolicy) -> RulePolicy:
    """Lay what is said of a rule over what else is said of it."""
    return RulePolicy(
        level=parent.level if child.level is None else child.level,
        in_manifest=parent.in_manifest if child.in_manifest is None else child.in_manifest,
        exempted_by=parent.exempted_by if child.exempted_by is None else child.exempted_by,
        limits={**parent.limits, **child.limits},
    )


def policy_of(layer: Layer, path: str) -> Policy:
    """Return the policy that a layer is, the defaults where it says nothing."""
    default = Policy()
    return Policy(
        unknown=default.unknown if layer.unknown is None else layer.unknown,
        trust_rank=default.trust_rank if layer.trust_rank is None else layer.trust_rank,
        private=layer.private,
        indexes=layer.indexes,
        rules=layer.rules,
        allow=layer.allow,
        path=path,
        max_age=default.max_age if layer.max_age is None else layer.max_age,
        self_approved=default.self_approved if layer.self_approved is None else layer.self_approved,
    )


def _both(own: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *more)))
