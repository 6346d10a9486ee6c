"""One decision vouches for what is plainly in use, and leaves to a person what is not."""

from __future__ import annotations

from datetime import date

import pytest

from core_strategies import dependency
from vetgate.commands.baseline import Baseline, baseline
from vetgate.model.change import Added
from vetgate.model.dependency import FromUrl, Location, normalize
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.policyfile.entry import Entry

TODAY = date(2026, 11, 23)
END = date(2027, 5, 22)


def finding(rule: str, level: Level = Level.BLOCK, *, unknown: bool = False) -> Finding:
    return Finding(rule, level, "m", {}, unknown)


def judged(name: str, *findings: Finding, file: str = "requirements.txt") -> Judged:
    facts = PackageFacts(normalize(name))
    return Judged(Added(dependency(name, file=file)), Outcome.BLOCKED, findings, facts)


def plan(*changes: Judged, policy: Policy | None = None) -> Baseline:
    return baseline(changes, policy or Policy(), "dev@acme.example", TODAY)


def entry(name: str, *rules: str) -> Entry:
    return Entry(name, "in use before vetgate", None, rules, "dev@acme.example", TODAY, END)


def test_a_package_is_vouched_for_once_by_the_rules_that_block_it_only() -> None:
    found = plan(
        judged("rare", finding("unpopular"), finding("rarely-used", Level.WARN)),
        judged("rare", finding("no-repository"), file="other.txt"),
        judged("fine"),
        judged("a", finding("unpopular")),
    )

    assert found == Baseline((entry("a", "unpopular"), entry("rare", "no-repository", "unpopular")))


def test_what_is_exempted_already_needs_no_entry() -> None:
    pinned = finding("unpopular")._replace(exempted_by=Exemption.PIN)

    assert plan(judged("evil", pinned)) == Baseline()


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        ([finding("unpopular", unknown=True)], "not all could be told"),
        ([finding("unpopular"), finding("no-repository", unknown=True)], "not all could be told"),
        ([finding("removed")], "look at it yourself: removed"),
        (
            [finding("unpopular"), finding("unknown-package")],
            "look at it yourself: unknown-package",
        ),
        ([finding("quarantined")], "look at it yourself: quarantined"),
    ],
)
def test_what_a_person_should_look_at_is_left_out(findings: list[Finding], why: str) -> None:
    assert plan(judged("evil", *findings)) == Baseline((), (("evil", why),))


def test_a_rule_that_no_allowance_exempts_from_under_the_policy_is_left_out() -> None:
    only_pins = RulePolicy(exempted_by=frozenset({Exemption.PIN}))
    policy = Policy(rules={"unpopular": only_pins})

    found = plan(judged("evil", finding("unpopular")), policy=policy)

    assert found == Baseline((), (("evil", "look at it yourself: unpopular"),))


def test_what_has_no_name_cannot_be_vouched_for() -> None:
    nameless = dependency(None, FromUrl("https://a.example/a.whl"))
    blocked = Judged(Added(nameless), Outcome.BLOCKED, (finding("suspicious-tld"),))

    assert plan(blocked).left_out == ((nameless.spelled, "has no name to vouch for"),)


def test_an_entry_that_has_ended_is_not_written_a_second_time() -> None:
    over = Allowance(
        normalize("evil"), "r", Location("vetgate.toml", 1), rules=frozenset({"unpopular"})
    )

    found = plan(judged("evil", finding("unpopular")), policy=Policy(allow=(over,)))

    assert found == Baseline((), (("evil", "an entry for it has ended"),))
