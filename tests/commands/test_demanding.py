"""What a policy asks of a release that is to be pinned."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from vetgate.commands.demanding import demands_of
from vetgate.model.dependency import Location, normalize
from vetgate.model.pinnable import Demands, Waiver
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EVIL = normalize("evil")


def allowance(
    line: int, *rules: str, versions: str | None = None, expires: date | None = None
) -> Allowance:
    named = frozenset(rules) or None
    return Allowance(EVIL, "read", Location("vetgate.toml", line), versions, named, expires=expires)


def test_without_a_policy_three_days_are_asked() -> None:
    assert demands_of(Policy(), NOW) == Demands(NOW - timedelta(days=3), 3, Level.WARN, ())


def test_the_policy_has_the_last_word() -> None:
    rules = {
        "too-new": RulePolicy(limits={"days": 30}),
        "vulnerable": RulePolicy(Level.BLOCK),
    }

    assert demands_of(Policy(rules=rules), NOW) == Demands(
        NOW - timedelta(days=30), 30, Level.BLOCK, ()
    )


def test_a_rule_that_is_off_or_asks_for_no_days_asks_nothing() -> None:
    for own in (RulePolicy(Level.OFF), RulePolicy(limits={"days": 0})):
        assert demands_of(Policy(rules={"too-new": own}), NOW).settled is None


def test_a_limit_may_be_any_number_of_days() -> None:
    own = RulePolicy(limits={"days": 10**12})

    settled = demands_of(Policy(rules={"too-new": own}), NOW).settled

    assert settled is not None
    assert settled.year < 1980


def test_only_what_names_malware_waives_it_and_only_while_it_lasts() -> None:
    policy = Policy(
        allow=(
            allowance(1),
            allowance(2, "malware", versions="<2"),
            allowance(3, "malware", expires=NOW.date() - timedelta(days=1)),
            allowance(4, "malware", expires=NOW.date()),
            allowance(5, "unpopular"),
        )
    )

    assert demands_of(policy, NOW).waivers == (
        Waiver(EVIL, "malware", "vetgate.toml:2", "<2"),
        Waiver(EVIL, "malware", "vetgate.toml:4"),
        Waiver(EVIL, "vulnerable", "vetgate.toml:1"),
    )


def test_where_no_allowance_exempts_none_waives() -> None:
    own = RulePolicy(exempted_by=frozenset({Exemption.PIN}))
    policy = Policy(allow=(allowance(1, "malware", "vulnerable"),))

    for rule, other in (("malware", "vulnerable"), ("vulnerable", "malware")):
        found = demands_of(policy._replace(rules={rule: own}), NOW).waivers
        assert found == (Waiver(EVIL, other, "vetgate.toml:1"),)
