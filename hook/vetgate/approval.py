"""Approval by somebody else: a change is judged by the policy as it stood before the change.

No I/O, no clock. What only the change's own edits of the policy would let pass is *self-approved*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from vetgate.engine import OUTCOMES, is_private, judge
from vetgate.model.change import Added, Change, Removed
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.facts import FactName, PackageFacts, Unknown
from vetgate.model.policy import Level, Policy, RulePolicy
from vetgate.model.record import Record
from vetgate.model.urls import comparable
from vetgate.model.verdict import Finding, Judged, Outcome, Verdict
from vetgate.rules.base import Rule

_STRENGTH = {Level.OFF: 0, Level.WARN: 1, Level.BLOCK: 2}
_NO_RULE = RulePolicy()
_SINCE = "but only since this change"
_WHY_UNASKED = f"the policy calls it private, {_SINCE}: it was not asked about"

Facts = Mapping[NormalizedName, PackageFacts]


class Proposed(Record):
    """The policy as the change leaves it."""

    policy: Policy
    place: Callable[[tuple[str, ...]], Location | None]
    """Where it says a setting, by its keys; None where it does not."""


def judge_by_both(
    changes: Iterable[Change],
    facts: Facts,
    standing: Policy,
    proposed: Proposed,
    rules: tuple[Rule, ...],
    *,
    now: datetime,
    home: tuple[str, ...] = (),
) -> Verdict:
    """Judge each change by the standing policy, and tell what only the proposed one exempts.

    Such a finding counts at most as the standing policy's `self-approved` says, and never more
    than it did: at `block` the verdict is that of the standing policy.
    """
    changes = tuple(changes)
    secret = newly_secret(changes, standing, proposed.policy)
    # What is not asked about must not weigh less for that, not even of what the project has.
    strict = standing._replace(unknown=Level.BLOCK)
    as_new = tuple(map(_as_new, changes)) if secret else ()
    as_secret = judge(as_new, facts, strict, rules, now=now, home=home)
    before = judge(changes, facts, standing, rules, now=now, home=home)
    after = judge(changes, facts, proposed.policy, rules, now=now, home=home)
    judged = []
    for at, (old, new) in enumerate(zip(before.changes, after.changes, strict=True)):
        ruled = old
        if _name(old.change) in secret:
            ruled = as_secret.changes[at]._replace(change=old.change)
        judged.append(_combined(ruled, new, standing, proposed))
    worst = max((one.outcome for one in judged), default=Outcome.PASSED)
    return Verdict(worst, tuple(judged))


def without_secrets(
    wanted: Mapping[NormalizedName, frozenset[FactName]],
    changes: Iterable[Change],
    facts: dict[NormalizedName, PackageFacts],
    standing: Policy,
    proposed: Policy,
) -> dict[NormalizedName, frozenset[FactName]]:
    """Return the questions without those about names that the change itself calls private.

    Nobody outside is to learn of such a name, approved or not; its `facts` say why they are open.
    """
    secret = newly_secret(tuple(changes), standing, proposed)
    for name in secret & wanted.keys():
        known = facts.get(name, PackageFacts(name))._asdict()
        # What is on record stays, however old: it may be all that speaks against the package.
        unasked = {
            fact: Unknown(_WHY_UNASKED) for fact in wanted[name] if isinstance(known[fact], Unknown)
        }
        facts[name] = PackageFacts(**{**known, **unasked})
    return {name: asked for name, asked in wanted.items() if name not in secret}


def newly_secret(
    changes: tuple[Change, ...], standing: Policy, proposed: Policy
) -> frozenset[NormalizedName]:
    """Name what the proposed policy keeps from the public index and the standing one does not."""
    return frozenset(
        name
        for change in changes
        if not isinstance(change, Removed)
        and (name := change.after.name) is not None
        and _is_own(change.after, name, proposed)
        and not _is_own(change.after, name, standing)
    )


def _is_own(dependency: Dependency, name: NormalizedName, policy: Policy) -> bool:
    if is_private(name, policy):
        return True
    origin = dependency.origin
    if not isinstance(origin, FromIndex) or origin.only_index is None:
        return False
    return comparable(origin.only_index) in {comparable(url) for url in policy.indexes}


def _name(change: Change) -> NormalizedName | None:
    return None if isinstance(change, Removed) else change.after.name


def _as_new(change: Change) -> Change:
    return change if isinstance(change, Removed) else Added(change.after)


def _combined(old: Judged, new: Judged, standing: Policy, proposed: Proposed) -> Judged:
    findings = tuple(
        kept for finding in old.findings for kept in _weighed(finding, new, standing, proposed)
    )
    outcome = max(
        (OUTCOMES[finding.level] for finding in findings if finding.exempted_by is None),
        default=Outcome.PASSED,
    )
    return old._replace(findings=findings, outcome=outcome)


def _weighed(
    finding: Finding, new: Judged, standing: Policy, proposed: Proposed
) -> Iterator[Finding]:
    """Weigh one finding of the standing policy by what the proposed one makes of its rule."""
    alike = [one for one in new.findings if one.rule == finding.rule]
    left = [one.level for one in alike if one.exempted_by is None]
    heaviest = max(left, key=_STRENGTH.__getitem__, default=Level.OFF)
    if finding.exempted_by is not None or _STRENGTH[heaviest] >= _STRENGTH[finding.level]:
        yield finding
        return
    level = min(
        finding.level,
        max(heaviest, standing.self_approved, key=_STRENGTH.__getitem__),
        key=_STRENGTH.__getitem__,
    )
    exempted = next((one for one in alike if one.exempted_by is not None), None)
    cause = _cause(finding, exempted, new.change, standing, proposed)
    notes = (*finding.notes, f"self-approved: {cause}")
    evidence = {**finding.evidence, "self_approved": cause}
    if level is not Level.OFF:
        yield finding._replace(level=level, notes=notes, evidence=evidence)
    elif exempted is not None:
        yield exempted._replace(notes=notes, evidence=evidence)


def _cause(
    finding: Finding,
    exempted: Finding | None,
    change: Change,
    standing: Policy,
    proposed: Proposed,
) -> str:
    """Say which edit of the policy would let a finding pass, and where it stands."""
    if exempted is not None and exempted.allowance is not None:
        where = exempted.allowance.location
        return f"{where.file}:{where.line} allows it, {_SINCE}"
    name = _name(change)
    if name is not None and is_private(name, proposed.policy) > is_private(name, standing):
        return f"{_where(('private',), proposed)} calls it private, {_SINCE}"
    for keys in _altered(finding.rule, standing, proposed.policy):
        said = ".".join(keys)
        if proposed.place(keys) is None:
            return f"{_file(proposed)} no longer sets {said}, {_SINCE}"
        return f"{_where(keys, proposed)} sets {said}, {_SINCE}"
    return f"{_file(proposed)} lets it pass, {_SINCE}"


def _altered(rule: str, standing: Policy, proposed: Policy) -> Iterator[tuple[str, ...]]:
    """Yield the settings that bear on a rule and are not what they were."""
    old, new = standing.rules.get(rule, _NO_RULE), proposed.rules.get(rule, _NO_RULE)
    for key, was, now in (
        ("level", old.level, new.level),
        ("in-manifest", old.in_manifest, new.in_manifest),
        ("exempted-by", old.exempted_by, new.exempted_by),
    ):
        if was != now:
            yield ("rules", rule, key)
    for limit in sorted({*old.limits, *new.limits}):
        if old.limits.get(limit) != new.limits.get(limit):
            yield ("rules", rule, limit)
    if standing.unknown is not proposed.unknown:
        yield ("unknown",)
    if standing.trust_rank != proposed.trust_rank:
        yield ("trust-rank",)
    if standing.max_age != proposed.max_age:
        yield ("max-age",)
    if standing.indexes != proposed.indexes:
        yield ("indexes",)


def _where(keys: tuple[str, ...], proposed: Proposed) -> str:
    place = proposed.place(keys)
    return _file(proposed) if place is None else f"{place.file}:{place.line}"


def _file(proposed: Proposed) -> str:
    return proposed.policy.path or "the policy"
