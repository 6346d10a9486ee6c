"""What holds of every verdict, whatever the changes, the facts and the policy."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from core_strategies import NOW, names
from engine_strategies import (
    allowances,
    changes,
    completed,
    facts_about,
    generous,
    homes,
    plain,
    policies,
)
from vetgate.bench import is_known
from vetgate.engine import is_private, judge, questions
from vetgate.model.change import Change, Incoming, Removed
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, PackageFacts
from vetgate.model.policy import Allowance, Level, Policy, RulePolicy
from vetgate.model.verdict import Outcome, Signal, Verdict
from vetgate.rules import RULES
from vetgate.rules.base import Limits, Rule

Facts = dict[NormalizedName, PackageFacts]


class Case(NamedTuple):
    """All that a verdict depends on, but for the rules and the clock."""

    changes: tuple[Change, ...]
    facts: Facts
    policy: Policy
    home: tuple[str, ...]

    def verdict(self, rules: tuple[Rule, ...] = RULES) -> Verdict:
        return judge(self.changes, self.facts, self.policy, rules, now=NOW, home=self.home)

    def questions(self) -> dict[NormalizedName, frozenset[str]]:
        return questions(self.changes, self.facts, self.policy, RULES, now=NOW, home=self.home)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    drawn = tuple(draw(st.lists(changes, min_size=1, max_size=3)))
    facts = {
        change.after.name: draw(facts_about(change.after.name))
        for change in drawn
        if not isinstance(change, Removed) and change.after.name is not None
    }
    return Case(drawn, facts, draw(policies), draw(homes))


def is_trusted(facts: PackageFacts, policy: Policy) -> bool:
    return isinstance(facts.rank, Known) and facts.rank.value <= policy.trust_rank


@st.composite
def plain_cases(draw: st.DrawFn) -> Case:
    change = draw(plain)
    name = change.after.name
    facts = {} if name is None else {name: draw(facts_about(name))}
    return Case((change,), facts, draw(generous), draw(homes))


@settings(max_examples=600)
@given(plain_cases() | cases(), st.data())
def test_what_is_not_asked_could_not_have_altered_the_verdict(
    case: Case, data: st.DataObject
) -> None:
    asked = case.questions()
    # Reports about a package that everybody uses are not asked for: see the page of `malware`.
    popular = frozenset({"advisories"})
    learned = {
        # Nobody may be asked about a private name, whatever the answer would be.
        name: facts
        if is_private(name, case.policy)
        else data.draw(
            completed(
                facts,
                asked.get(name, frozenset())
                | (popular if is_trusted(facts, case.policy) else frozenset()),
            )
        )
        for name, facts in case.facts.items()
    }
    before, after = case.verdict(), case._replace(facts=learned).verdict()

    for old, new in zip(before.changes, after.changes, strict=True):
        if old.facts is not None and is_trusted(old.facts, case.policy):
            # What would only be a warning is not asked about a package that everybody uses.
            assert (new.outcome is Outcome.BLOCKED) is (old.outcome is Outcome.BLOCKED)
        else:
            assert new.outcome is old.outcome


@given(cases())
def test_nothing_is_asked_about_a_private_name(case: Case) -> None:
    assert [name for name in case.questions() if is_private(name, case.policy)] == []


@given(cases())
def test_only_facts_that_some_rule_needs_are_asked(case: Case) -> None:
    needed = frozenset().union(*(rule.needs for rule in RULES))

    assert all(asked and asked <= needed for asked in case.questions().values())


@given(cases())
def test_the_worst_change_decides_for_the_whole(case: Case) -> None:
    verdict = case.verdict()

    assert [judged.change for judged in verdict.changes] == [*case.changes]
    assert verdict.outcome is max(judged.outcome for judged in verdict.changes)


@given(cases())
def test_the_worst_finding_that_nothing_exempts_decides_for_a_change(case: Case) -> None:
    words = {Level.BLOCK: Outcome.BLOCKED, Level.WARN: Outcome.WARNED}
    for judged in case.verdict().changes:
        counted = [words[each.level] for each in judged.findings if each.exempted_by is None]
        assert judged.outcome is max(counted, default=Outcome.PASSED)


@given(cases())
def test_an_unknown_fact_counts_as_its_rule_says_or_as_the_policy_says_of_the_unknown(
    case: Case,
) -> None:
    own = {rule.id: case.policy.rules.get(rule.id, RulePolicy()).level for rule in RULES}
    defaults = {rule.id: rule.default_level for rule in RULES}
    order = [Level.OFF, Level.WARN, Level.BLOCK]
    for judged in case.verdict().changes:
        # A project keeps committing when nothing can be learned about what it has.
        known = not isinstance(judged.change, Removed) and is_known(judged.change)
        most = Level.WARN if known else case.policy.unknown
        for finding in judged.findings:
            if finding.unknown:
                level = own[finding.rule] or defaults[finding.rule]
                assert finding.level is min(level, most, key=order.index)
                assert finding.exempted_by is None


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_changes_and_rules_does_not_change_the_verdict(
    case: Case, random: Random
) -> None:
    shuffled, rules = list(case.changes), list(RULES)
    random.shuffle(shuffled)
    random.shuffle(rules)
    before = case.verdict()
    after = case._replace(changes=tuple(shuffled)).verdict(tuple(rules))

    assert after.outcome is before.outcome
    assert {(one.change, one.outcome) for one in after.changes} == {
        (one.change, one.outcome) for one in before.changes
    }


@given(cases())
def test_each_change_is_judged_by_itself(case: Case) -> None:
    together = case.verdict().changes

    for change, judged in zip(case.changes, together, strict=True):
        assert case._replace(changes=(change,)).verdict().changes == (judged,)


@given(cases(), st.sampled_from(Level), st.booleans(), st.booleans())
def test_another_signal_never_improves_a_verdict(
    case: Case,
    level: Level,
    unknown: bool,  # noqa: FBT001 - drawn, not passed by a caller
    in_manifest: bool,  # noqa: FBT001 - drawn, not passed by a caller
) -> None:
    def check(_change: Incoming, _facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
        yield Signal("seen", unknown=unknown, in_manifest=in_manifest)

    louder = Rule("louder", "louder", "", level, frozenset(), check, asks_index=False)

    assert case.verdict((*RULES, louder)).outcome >= case.verdict().outcome


@given(cases(), allowances)
def test_an_allowance_never_touches_another_name(case: Case, allowance: Allowance) -> None:
    policy = case.policy._replace(allow=(*case.policy.allow, allowance))
    for before, after in zip(
        case.verdict().changes, case._replace(policy=policy).verdict().changes, strict=True
    ):
        if isinstance(before.change, Removed) or before.change.after.name != allowance.name:
            assert after == before
        assert after.outcome <= before.outcome


@given(cases(), names)
def test_what_is_known_about_one_package_is_nothing_to_another(
    case: Case, name: NormalizedName
) -> None:
    without = {other: facts for other, facts in case.facts.items() if other != name}
    for before, after in zip(
        case.verdict().changes, case._replace(facts=without).verdict().changes, strict=True
    ):
        if isinstance(before.change, Removed) or before.change.after.name != name:
            assert after == before
