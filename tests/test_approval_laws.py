"""What holds of a change that is judged by the policy before it, whatever both policies say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core_strategies import NOW, dependency, known
from engine_strategies import changes, facts_about, policies
from vetgate.approval import Facts, Proposed, judge_by_both, newly_secret, without_secrets
from vetgate.engine import is_private, judge, questions
from vetgate.model.change import Added, Change, Removed, Updated
from vetgate.model.dependency import FromIndex, NormalizedName
from vetgate.model.facts import Advisory, Listed, PackageFacts, Span
from vetgate.model.facts import Removed as Gone
from vetgate.model.policy import Level, Policy
from vetgate.model.verdict import Judged, Outcome, Verdict
from vetgate.rules import RULES

drawn_changes = st.lists(changes, min_size=1, max_size=3).map(tuple)


def facts_of(data: st.DataObject, drawn: tuple[Change, ...]) -> Facts:
    return {
        change.after.name: data.draw(facts_about(change.after.name))
        for change in drawn
        if not isinstance(change, Removed) and change.after.name is not None
    }


STRENGTH = [Level.OFF, Level.WARN, Level.BLOCK]


def heaviest(judged: Judged, rule: str) -> Level:
    """Return what a rule counts for a change: the heaviest of its findings that nothing exempts."""
    levels = [
        finding.level
        for finding in judged.findings
        if finding.rule == rule and finding.exempted_by is None
    ]
    return max(levels, key=STRENGTH.index, default=Level.OFF)


def as_secret(drawn: tuple[Change, ...], standing: Policy, proposed: Policy) -> list[Change]:
    """Return the changes of names that only the proposed policy keeps from the index."""
    secret = newly_secret(drawn, standing, proposed)
    return [one for one in drawn if not isinstance(one, Removed) and one.after.name in secret]


def by_one(drawn: tuple[Change, ...], facts: Facts, policy: Policy) -> Verdict:
    return judge(drawn, facts, policy, RULES, now=NOW)


def by_both(drawn: tuple[Change, ...], facts: Facts, standing: Policy, proposed: Policy) -> Verdict:
    return judge_by_both(drawn, facts, standing, Proposed(proposed, lambda _: None), RULES, now=NOW)


@given(drawn_changes, policies, policies, st.data())
def test_no_edit_of_the_policy_lets_more_pass_than_the_policy_before_it(
    drawn: tuple[Change, ...], standing: Policy, proposed: Policy, data: st.DataObject
) -> None:
    facts = facts_of(data, drawn)
    standing = standing._replace(self_approved=Level.BLOCK)
    before, both = by_one(drawn, facts, standing), by_both(drawn, facts, standing, proposed)

    for old, new in zip(before.changes, both.changes, strict=True):
        assert new.outcome >= old.outcome
    assert both.outcome == max(one.outcome for one in both.changes)


@given(drawn_changes, policies, policies, st.sampled_from(Level), st.data())
def test_approving_oneself_counts_as_the_policy_before_says(
    drawn: tuple[Change, ...],
    standing: Policy,
    proposed: Policy,
    level: Level,
    data: st.DataObject,
) -> None:
    facts = facts_of(data, drawn)
    standing = standing._replace(self_approved=level)
    before, after = by_one(drawn, facts, standing), by_one(drawn, facts, proposed)
    both = by_both(drawn, facts, standing, proposed)

    for old, new, one in zip(before.changes, after.changes, both.changes, strict=True):
        if one.change in as_secret(drawn, standing, proposed):
            continue
        for rule in RULES:
            was, would_be = heaviest(old, rule.id), heaviest(new, rule.id)
            approved = max(would_be, level, key=STRENGTH.index)
            assert heaviest(one, rule.id) is min(was, approved, key=STRENGTH.index)


@given(drawn_changes, policies, st.sampled_from(Level), st.data())
def test_without_an_edit_of_the_policy_nothing_is_different(
    drawn: tuple[Change, ...], policy: Policy, level: Level, data: st.DataObject
) -> None:
    facts = facts_of(data, drawn)
    policy = policy._replace(self_approved=level)

    assert by_both(drawn, facts, policy, policy) == by_one(drawn, facts, policy)


@given(drawn_changes, policies, policies, st.data())
def test_nothing_is_asked_about_a_name_that_either_policy_calls_private(
    drawn: tuple[Change, ...], standing: Policy, proposed: Policy, data: st.DataObject
) -> None:
    facts = dict(facts_of(data, drawn))
    wanted = questions(drawn, facts, standing, RULES, now=NOW)
    left = without_secrets(wanted, drawn, facts, standing, proposed)

    assert left.items() <= wanted.items()
    assert not any(is_private(name, standing) or is_private(name, proposed) for name in left)


@given(drawn_changes, policies, policies, st.data())
def test_what_is_not_asked_about_for_privacy_weighs_no_less(
    drawn: tuple[Change, ...], standing: Policy, proposed: Policy, data: st.DataObject
) -> None:
    facts = facts_of(data, drawn)
    unasked = dict(facts)
    standing = standing._replace(self_approved=Level.BLOCK)
    wanted = questions(drawn, facts, standing, RULES, now=NOW)
    without_secrets(wanted, drawn, unasked, standing, proposed)
    asked = by_one(drawn, facts, standing)
    both = by_both(drawn, unasked, standing, proposed)

    for old, new in zip(asked.changes, both.changes, strict=True):
        if old.outcome is Outcome.BLOCKED:
            assert new.outcome is Outcome.BLOCKED


def test_what_the_project_has_is_not_let_off_by_calling_it_private() -> None:
    name = NormalizedName("rare")
    drawn = (Updated(dependency("rare", FromIndex("==1.0")), dependency("rare")),)
    facts = {name: PackageFacts(name, presence=known(Gone()))}
    proposed = Policy(private=("rare",))
    without_secrets({name: frozenset({"presence"})}, drawn, facts, Policy(), proposed)

    verdict = by_both(drawn, facts, Policy(), proposed)

    assert verdict.outcome is Outcome.BLOCKED
    assert [judged.change for judged in verdict.changes] == [*drawn]


def test_an_old_report_counts_though_nothing_newer_may_be_asked() -> None:
    name = NormalizedName("rare")
    drawn = (Added(dependency("rare", FromIndex("==1.0"))),)
    report = Advisory("MAL-1", malicious=True, spans=(Span(),))
    facts = {
        name: PackageFacts(name, presence=known(Listed()), advisories=known((report,), days=9))
    }
    proposed = Policy(private=("rare",))
    without_secrets({name: frozenset({"advisories"})}, drawn, facts, Policy(), proposed)

    verdict = by_both(drawn, facts, Policy(), proposed)

    assert heaviest(verdict.changes[0], "malware") is Level.BLOCK
