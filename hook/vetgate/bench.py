"""One policy, ready to be asked about one change after the other: its answers rest on nothing else.

No I/O, no clock.
"""

from __future__ import annotations

import re
from datetime import datetime

from vetgate.model.change import Incoming, Updated
from vetgate.model.dependency import Dependency, FromIndex, NormalizedName
from vetgate.model.facts import Known, PackageFacts
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.model.urls import comparable
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule

_NOTHING = RulePolicy()


class Bench:
    """What every change is judged by, looked up once."""

    __slots__ = ("allowances", "named", "now", "others", "policy", "private", "rules")

    def __init__(
        self, policy: Policy, rules: tuple[Rule, ...], now: datetime, home: tuple[str, ...]
    ) -> None:
        self.policy, self.rules, self.now = policy, rules, now
        lookups = {comparable(url) for url in home}
        named = {comparable(url) for url in policy.indexes}
        self.others = frozenset(named - lookups)
        self.named = tuple(sorted(named | lookups))
        self.private = matcher(policy.private)
        self.allowances: dict[NormalizedName, list[Allowance]] = {}
        for allowance in policy.allow:
            self.allowances.setdefault(allowance.name, []).append(allowance)

    def is_private(self, name: NormalizedName | None) -> bool:
        return name is not None and self.private is not None and bool(self.private.match(name))

    def level(self, rule: Rule) -> Level:
        return self.policy.rules.get(rule.id, _NOTHING).level or rule.default_level

    def level_in_manifest(self, rule: Rule) -> Level:
        # A rule that is off is off in the manifest too, unless the policy says otherwise.
        own = self.policy.rules.get(rule.id, _NOTHING).in_manifest
        level = self.level(rule)
        if rule.in_manifest_level is None:
            return level
        return own or (level if level is Level.OFF else rule.in_manifest_level)

    def level_of(self, rule: Rule, signal: Signal, change: Incoming) -> Level:
        if signal.in_manifest:
            return self.level_in_manifest(rule)
        level = self.level(rule)
        if signal.past and level is Level.BLOCK:
            return Level.WARN
        if signal.unknown and level is Level.BLOCK:
            # A project keeps committing when every source is down: what it has, it knows.
            return Level.WARN if is_known(change) else self.policy.unknown
        return level

    def limit(self, rule: Rule, name: str) -> int:
        own = self.policy.rules.get(rule.id, _NOTHING).limits
        return own.get(name, rule.limits.get(name, 0))

    def exempted_by(self, rule: Rule) -> frozenset[Exemption]:
        own = self.policy.rules.get(rule.id, _NOTHING).exempted_by
        return rule.exempted_by if own is None else own

    def is_elsewhere(self, dependency: Dependency) -> bool:
        """Whether it names an index of the policy's, other than where names are looked up."""
        origin = dependency.origin
        if not isinstance(origin, FromIndex) or origin.only_index is None:
            return False
        return comparable(origin.only_index) in self.others

    def is_public(self, dependency: Dependency) -> bool:
        """Whether the package is the one that the public index has under this name."""
        if dependency.name is None or not isinstance(dependency.origin, FromIndex):
            return False
        return not (self.is_private(dependency.name) or self.is_elsewhere(dependency))

    def limits(self, rule: Rule, dependency: Dependency, facts: PackageFacts) -> Limits:
        own = self.policy.rules.get(rule.id, _NOTHING).limits
        return Limits(
            {**rule.limits, **own},
            self.now,
            self.is_private(dependency.name),
            self.named,
            self.is_elsewhere(dependency),
            self.policy.max_age,
            self.trusts(facts),
        )

    def trusts(self, facts: PackageFacts) -> bool:
        return isinstance(facts.rank, Known) and facts.rank.value <= self.policy.trust_rank


def is_known(change: Incoming) -> bool:
    """Whether the project has this package already, from the same place.

    A constraint only holds back: what it names is not there. Nor does a project have what happens
    to be installed.
    """
    if not isinstance(change, Updated) or change.before.installed:
        return False
    if change.before.constraint and not change.after.constraint:
        return False
    before, after = change.before.origin, change.after.origin
    if not isinstance(before, FromIndex) or not isinstance(after, FromIndex):
        return False
    return before._replace(specifier="") == after._replace(specifier="")


def matcher(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile the policy's name patterns into one; None where there are none."""
    if not patterns:
        return None
    from fnmatch import translate

    return re.compile("|".join(translate(pattern) for pattern in patterns))
