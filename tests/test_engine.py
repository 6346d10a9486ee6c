"""Where signals meet the policy: levels, unknown facts, exemptions, trust, and what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone

import pytest

from core_strategies import (
    COMMIT,
    LISTED,
    NOW,
    OTHER_SHA256,
    SHA256,
    about,
    dependency,
    known,
    listed,
    option,
)
from vetgate.engine import MALWARE, is_private, judge, questions
from vetgate.model.change import Added, Change, Incoming, Removed, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    NormalizedName,
    normalize,
)
from vetgate.model.facts import Downloads, NeverSeen, PackageFacts, Quarantined, Unknown
from vetgate.model.facts import Removed as Gone
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.model.verdict import Finding, Outcome, Signal
from vetgate.rules import RULES
from vetgate.rules.base import Limits, Rule

ACME = normalize("acme")
INDEX = "https://packages.acme.example/simple"
HOME = "https://index.example/simple/"
BLOCK, WARN, OFF = Level.BLOCK, Level.WARN, Level.OFF
BLOCKED, WARNED, PASSED = Outcome.BLOCKED, Outcome.WARNED, Outcome.PASSED


def ruling(  # what a rule is, not what it does
    *signals: Signal,
    id: str = "loud",  # noqa: A002 - the field's own name
    level: Level = BLOCK,
    exempted_by: frozenset[Exemption] = frozenset(),
    trusts_popularity: bool = False,
    asks_index: bool = True,
    in_manifest_level: Level | None = None,
    needs: frozenset[str] = frozenset(),
) -> Rule:
    def check(_change: Incoming, _facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
        yield from signals or (Signal("seen"),)

    return Rule(
        id,
        "a test's rule",
        "",
        level,
        exempted_by,
        check,
        needs=needs,
        trusts_popularity=trusts_popularity,
        asks_index=asks_index,
        in_manifest_level=in_manifest_level,
    )


def findings(
    rule: Rule,
    after: Dependency | None = None,
    facts: PackageFacts | None = None,
    *,
    policy: Policy = Policy(),  # noqa: B008 - frozen
    home: tuple[str, ...] = (HOME,),
    now: datetime = NOW,
) -> tuple[Finding, ...]:
    after = listed() if after is None else after
    told = {} if facts is None else {ACME: facts}
    verdict = judge([Added(after)], told, policy, (rule,), now=now, home=home)
    return verdict.changes[0].findings


def outcome(
    rule: Rule,
    after: Dependency | None = None,
    facts: PackageFacts | None = None,
    policy: Policy = Policy(),  # noqa: B008 - frozen
) -> Outcome:
    after = listed() if after is None else after
    told = {} if facts is None else {ACME: facts}
    return judge([Added(after)], told, policy, (rule,), now=NOW, home=(HOME,)).outcome


def own(**fields: RulePolicy) -> Policy:
    return Policy(rules={name.replace("_", "-"): one for name, one in fields.items()})


def test_no_changes_pass() -> None:
    verdict = judge([], {}, Policy(), RULES, now=NOW)

    assert (verdict.outcome, verdict.changes) == (PASSED, ())


def test_a_removal_passes_and_is_told() -> None:
    verdict = judge([Removed(listed())], {}, Policy(), (ruling(),), now=NOW)

    assert (verdict.outcome, verdict.changes[0].findings) == (PASSED, ())


def test_an_update_is_judged_by_what_it_becomes() -> None:
    change = Updated(listed(specifier="==1.0"), listed(specifier=">=1"))
    rule = ruling(exempted_by=frozenset({Exemption.PIN}))

    assert judge([change], {}, Policy(), (rule,), now=NOW).outcome is BLOCKED


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(listed(specifier="==1.0"), WARNED, id="known"),
        pytest.param(listed()._replace(origin=FromIndex("", INDEX)), BLOCKED, id="from-elsewhere"),
        pytest.param(
            listed()._replace(origin=FromIndex("", indexes=(INDEX,), instead=(INDEX,))),
            BLOCKED,
            id="from-another-default",
        ),
        pytest.param(
            listed()._replace(origin=FromUrl("https://a.example/acme-1.tar.gz")),
            BLOCKED,
            id="from-a-url",
        ),
        pytest.param(listed(specifier="==1.0")._replace(constraint=True), BLOCKED, id="held-back"),
        pytest.param(listed(specifier="==1.0")._replace(installed=True), BLOCKED, id="installed"),
    ],
)
def test_what_cannot_be_learned_only_warns_of_what_the_project_has_from_there(
    before: Dependency, expected: Outcome
) -> None:
    rule = ruling(Signal("who knows", unknown=True))
    change = Updated(before, listed(specifier=">=1"))

    assert judge([change], {}, Policy(), (rule,), now=NOW).outcome is expected
    assert judge([change], {}, Policy(), (ruling(),), now=NOW).outcome is BLOCKED


def test_what_the_policy_makes_of_the_unknown_is_no_less_for_what_is_known() -> None:
    rule = ruling(Signal("who knows", unknown=True))
    change = Updated(listed(specifier="==1.0"), listed())

    assert judge([change], {}, Policy(unknown=WARN), (rule,), now=NOW).outcome is WARNED


def test_each_change_is_told_with_its_verdict() -> None:
    changes: list[Change] = [
        Removed(listed("beta")),
        Added(listed()),
        Added(option("--find-links", INDEX)),
    ]
    verdict = judge(changes, {}, Policy(), (ruling(),), now=NOW)

    assert [one.change for one in verdict.changes] == changes
    assert [one.outcome for one in verdict.changes] == [PASSED, BLOCKED, PASSED]
    assert verdict.outcome is BLOCKED


@pytest.mark.parametrize(
    "passed_over",
    [
        pytest.param(Signal("off", in_manifest=True), id="off"),
        pytest.param(Signal("who knows", unknown=True), id="unknown"),
    ],
)
@pytest.mark.parametrize("after", [listed(), listed(specifier="==1.0")], ids=["loose", "pinned"])
def test_a_signal_that_is_passed_over_does_not_hide_the_next(
    passed_over: Signal, after: Dependency
) -> None:
    rule = ruling(
        passed_over,
        Signal("seen"),
        level=WARN,
        in_manifest_level=OFF,
        exempted_by=frozenset({Exemption.PIN}),
    )
    found = findings(rule, after, about(rank=known(1)))

    assert [one.message for one in found] == ["seen"]


def test_an_unknown_fact_that_does_not_matter_does_not_hide_what_was_seen() -> None:
    signals = (Signal("who knows", unknown=True), Signal("seen"))
    rule = ruling(*signals, exempted_by=frozenset({Exemption.PIN}))
    found = findings(rule, listed(specifier="==1.0"))

    assert [(one.message, one.exempted_by) for one in found] == [("seen", Exemption.PIN)]


def test_a_rule_that_is_off_is_not_even_run() -> None:
    def check(_change: Incoming, _facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
        raise AssertionError("run")

    rule = Rule("loud", "", "", OFF, frozenset(), check)

    assert findings(rule) == ()


def test_a_finding_carries_what_the_signal_said() -> None:
    signal = Signal("seen", {"figure": 3}, in_manifest=True)

    assert findings(ruling(signal)) == (Finding("loud", BLOCK, "seen", {"figure": 3}),)


def test_the_facts_are_kept_with_the_verdict() -> None:
    facts = about(presence=LISTED)
    verdict = judge(
        [Added(listed()), Added(option("--find-links", INDEX)), Added(listed("beta"))],
        {ACME: facts},
        Policy(),
        (),
        now=NOW,
    )

    assert [one.facts for one in verdict.changes] == [
        facts,
        None,
        PackageFacts(normalize("beta")),
    ]


@pytest.mark.parametrize(
    ("default", "policy", "expected"),
    [
        (BLOCK, Policy(), BLOCKED),
        (WARN, Policy(), WARNED),
        (OFF, Policy(), PASSED),
        (BLOCK, own(loud=RulePolicy(level=WARN)), WARNED),
        (WARN, own(loud=RulePolicy(level=BLOCK)), BLOCKED),
        (BLOCK, own(loud=RulePolicy(level=OFF)), PASSED),
        (OFF, own(loud=RulePolicy(level=WARN)), WARNED),
        (BLOCK, own(other=RulePolicy(level=OFF)), BLOCKED),
    ],
)
def test_the_policys_level_goes_before_the_rules(
    default: Level, policy: Policy, expected: Outcome
) -> None:
    assert outcome(ruling(level=default), policy=policy) is expected


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert findings(ruling(), policy=own(loud=RulePolicy(level=OFF))) == ()


@pytest.mark.parametrize(
    ("level", "in_manifest", "rules_own", "expected"),
    [
        (None, None, None, WARNED),
        (None, None, BLOCK, BLOCKED),
        (None, WARN, BLOCK, WARNED),
        (None, OFF, BLOCK, PASSED),
        (BLOCK, None, WARN, WARNED),
        (BLOCK, None, None, BLOCKED),
        (OFF, None, BLOCK, PASSED),
        (OFF, BLOCK, BLOCK, BLOCKED),
        (OFF, BLOCK, None, PASSED),
    ],
)
def test_what_stands_in_the_manifest_has_a_level_of_its_own(
    level: Level | None, in_manifest: Level | None, rules_own: Level | None, expected: Outcome
) -> None:
    rule = ruling(Signal("seen", in_manifest=True), level=WARN, in_manifest_level=rules_own)
    policy = own(loud=RulePolicy(level=level, in_manifest=in_manifest))

    assert outcome(rule, policy=policy) is expected


def test_a_level_for_the_manifest_is_not_one_for_the_metadata() -> None:
    rule = ruling(level=WARN, in_manifest_level=BLOCK)

    assert outcome(rule) is WARNED
    assert outcome(rule, policy=own(loud=RulePolicy(level=OFF, in_manifest=BLOCK))) is PASSED
    assert findings(rule, policy=own(loud=RulePolicy(level=OFF, in_manifest=BLOCK))) == ()


@pytest.mark.parametrize(
    ("level", "unknown", "expected"),
    [
        (BLOCK, BLOCK, BLOCKED),
        (BLOCK, WARN, WARNED),
        (WARN, BLOCK, WARNED),
        (WARN, WARN, WARNED),
        (OFF, BLOCK, PASSED),
    ],
)
def test_an_unknown_fact_counts_at_most_as_its_rule(
    level: Level, unknown: Level, expected: Outcome
) -> None:
    rule = ruling(Signal("who knows", unknown=True), level=level)

    assert outcome(rule, policy=Policy(unknown=unknown)) is expected


PIN, LOCK, ALLOW, PRIVATE = Exemption
PINNED = listed(specifier="==1.0")
LOCKED = dependency(origin=FromIndex("==1.0"), hashes=(SHA256,), locked=True)


@pytest.mark.parametrize(("level", "expected"), [(BLOCK, WARNED), (WARN, WARNED), (OFF, PASSED)])
def test_what_is_of_the_past_warns_at_most(level: Level, expected: Outcome) -> None:
    assert outcome(ruling(Signal("once", past=True), level=level)) is expected


def test_what_could_not_be_seen_is_excused_where_a_rule_says_so() -> None:
    doubting = ruling(Signal("who knows", unknown=True), exempted_by=frozenset({ALLOW}))
    rule = doubting._replace(unknown_exempted_by=frozenset({PIN, ALLOW}))
    other = Policy(allow=(allowance(rules=frozenset({"another"})),))
    over = Policy(allow=(allowance(rules=None, expires=date(2020, 1, 1)),))

    assert outcome(doubting, PINNED) is BLOCKED
    assert outcome(doubting, policy=other) is BLOCKED
    assert outcome(rule) is BLOCKED
    assert outcome(rule, LOCKED) is BLOCKED
    assert outcome(rule, PINNED) is PASSED
    assert outcome(rule, policy=other) is PASSED
    assert outcome(rule, policy=over) is BLOCKED
    assert outcome(rule._replace(unknown_exempted_by=frozenset({PIN})), policy=other) is BLOCKED


def test_what_was_seen_is_not_excused_with_it() -> None:
    rule = ruling(exempted_by=frozenset({ALLOW}))
    rule = rule._replace(unknown_exempted_by=frozenset({PIN, ALLOW}))
    other = Policy(allow=(allowance(rules=frozenset({"another"})),))

    assert outcome(rule, PINNED) is BLOCKED
    assert outcome(rule, policy=other) is BLOCKED


def test_a_rule_may_say_itself_what_it_still_asks() -> None:
    told: list[Limits] = []

    def asks(_facts: PackageFacts, limits: Limits) -> frozenset[str]:
        told.append(limits)
        return frozenset({"owners"})

    rule = ruling(needs=frozenset({"urls"}))._replace(asks=asks)
    policy = Policy(max_age=3)

    assert questions([Added(listed())], {ACME: POPULAR}, policy, (rule,), now=NOW) == {
        ACME: {"owners"}
    }
    assert told == [Limits({}, NOW, max_age=3, trusted=True)]


def test_the_policys_unknown_is_nothing_to_a_known_fact() -> None:
    assert outcome(ruling(), policy=Policy(unknown=WARN)) is BLOCKED


@pytest.mark.parametrize(
    ("rank", "trusted"),
    [(known(1), True), (known(5000), True), (known(5001), False), (Unknown("no snapshot"), False)],
)
def test_a_rule_that_trusts_popularity_is_silent_up_to_the_rank(
    rank: Unknown,
    trusted: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    facts = about(rank=rank)

    assert (outcome(ruling(trusts_popularity=True), facts=facts) is PASSED) is trusted
    assert outcome(ruling(), facts=facts) is BLOCKED


def test_the_rank_is_the_policys() -> None:
    rule, facts = ruling(trusts_popularity=True), about(rank=known(7))

    assert outcome(rule, facts=facts, policy=Policy(trust_rank=7)) is PASSED
    assert outcome(rule, facts=facts, policy=Policy(trust_rank=6)) is BLOCKED


@pytest.mark.parametrize(
    ("level", "unknown", "rank", "expected"),
    [
        (WARN, BLOCK, 5000, PASSED),
        (WARN, BLOCK, 5001, WARNED),
        (BLOCK, WARN, 5000, PASSED),
        (BLOCK, BLOCK, 5000, BLOCKED),
    ],
)
def test_a_popular_package_gets_no_warning_about_what_nobody_knows(
    level: Level, unknown: Level, rank: int, expected: Outcome
) -> None:
    rule = ruling(Signal("who knows", unknown=True), level=level)

    policy = Policy(unknown=unknown)
    assert outcome(rule, facts=about(rank=known(rank)), policy=policy) is expected


@pytest.mark.parametrize(
    ("by", "after", "exemption", "why"),
    [
        pytest.param({PIN}, PINNED, PIN, "==1.0", id="pin"),
        pytest.param({PIN}, listed(), None, "", id="not-pinned"),
        pytest.param({PIN}, LOCKED, None, "", id="a-lock-is-no-pin"),
        pytest.param({LOCK}, LOCKED, LOCK, "==1.0", id="lock"),
        pytest.param({LOCK}, PINNED, None, "", id="a-pin-is-no-lock"),
        pytest.param({PIN, LOCK}, LOCKED, LOCK, "==1.0", id="either"),
        pytest.param(set(), PINNED, None, "", id="by-nothing"),
    ],
)
def test_exempts(
    by: set[Exemption], after: Dependency, exemption: Exemption | None, why: str
) -> None:
    [finding] = findings(ruling(exempted_by=frozenset(by)), after)

    assert (finding.level, finding.exempted_by, finding.exempted_why) == (BLOCK, exemption, why)
    assert outcome(ruling(exempted_by=frozenset(by)), after) is (
        BLOCKED if exemption is None else PASSED
    )


def test_an_unknown_fact_is_not_told_where_the_answer_could_not_matter() -> None:
    rule = ruling(Signal("who knows", unknown=True), exempted_by=frozenset({PIN}))

    assert findings(rule, PINNED) == ()
    assert outcome(rule) is BLOCKED


def test_the_policy_may_say_otherwise_what_exempts() -> None:
    rule = ruling(exempted_by=frozenset({PIN}))

    assert outcome(rule, PINNED, policy=own(loud=RulePolicy(exempted_by=frozenset()))) is BLOCKED
    wider = own(loud=RulePolicy(exempted_by=frozenset({LOCK})))
    assert outcome(ruling(), LOCKED, policy=wider) is PASSED


def test_a_private_name_exempts_where_the_rule_says_so() -> None:
    rule = ruling(exempted_by=frozenset({PRIVATE}), asks_index=False)
    policy = Policy(private=("acme*",))

    [finding] = findings(rule, policy=policy)
    assert finding.exempted_by is PRIVATE
    assert finding.exempted_why == "the policy calls this name private"
    assert outcome(rule, listed("beta"), policy=policy) is BLOCKED


def allowance(
    *,
    name: str = "acme",
    versions: str | None = None,
    rules: frozenset[str] | None = None,
    expires: date | None = None,
) -> Allowance:
    return Allowance(
        normalize(name),
        "read by hand",
        Location("vetgate.toml", 12),
        versions=versions,
        rules=rules,
        expires=expires,
    )


ALLOWING = "vetgate.toml:12: read by hand"
LOOSE = listed(specifier=">=1.2,<2")


@pytest.mark.parametrize(
    ("entry", "after", "note"),
    [
        pytest.param(allowance(), listed(), None, id="everything"),
        pytest.param(allowance(name="beta"), listed(), "", id="another-name"),
        pytest.param(allowance(rules=frozenset({"loud", "x"})), listed(), None, id="this-rule"),
        pytest.param(allowance(rules=frozenset({"x"})), listed(), "", id="another-rule"),
        pytest.param(allowance(rules=frozenset()), listed(), "", id="no-rule"),
        pytest.param(allowance(expires=date(2026, 11, 23)), listed(), None, id="the-last-day"),
        pytest.param(
            allowance(expires=date(2026, 11, 22)),
            listed(),
            "vetgate.toml:12: expired on 2026-11-22",
            id="the-day-after",
        ),
        pytest.param(allowance(versions=">=1,<2"), LOOSE, None, id="within"),
        pytest.param(allowance(versions=">=1.2,<2"), LOOSE, None, id="exactly"),
        pytest.param(
            allowance(versions=">=1.3,<2"),
            LOOSE,
            "vetgate.toml:12: for the versions >=1.3,<2 only, and this admits >=1.2,<2",
            id="one-version-beyond",
        ),
        pytest.param(
            allowance(versions=">=1"),
            listed(),
            "vetgate.toml:12: for the versions >=1 only, and this admits any version",
            id="any-version",
        ),
        pytest.param(
            allowance(versions=">=1,<2"),
            listed(specifier="==1.5a1"),
            "vetgate.toml:12: for the versions >=1,<2 only, and this admits ==1.5a1",
            id="a-pre-release",
        ),
        pytest.param(
            allowance(versions=">=1"),
            dependency(origin=FromVcs("git+https://git.example/acme", "main")),
            "vetgate.toml:12: for the versions >=1 of an index only",
            id="versions-of-no-index",
        ),
        pytest.param(
            allowance(),
            dependency(origin=FromVcs("git+https://git.example/acme", "main")),
            None,
            id="from-anywhere",
        ),
    ],
)
def test_an_allowance(entry: Allowance, after: Dependency, note: str | None) -> None:
    rule = ruling(exempted_by=frozenset({ALLOW}), asks_index=False)
    [finding] = findings(rule, after, policy=Policy(allow=(entry,)))

    notes = (note,) if note else ()
    assert finding.notes == notes
    assert finding.exempted_by is (ALLOW if note is None else None)
    assert finding.exempted_why == (_why(entry) if note is None else "")


def _why(entry: Allowance) -> str:
    return ALLOWING if entry.expires is None else f"{ALLOWING} (expires {entry.expires})"


@pytest.mark.parametrize(
    ("after", "why"),
    [
        pytest.param(
            dependency(origin=FromVcs("git+https://git.example/acme", COMMIT)), COMMIT, id="commit"
        ),
        pytest.param(
            dependency(origin=FromUrl(INDEX, (SHA256,)), hashes=(OTHER_SHA256,)),
            f"{SHA256}, {OTHER_SHA256}",
            id="hashes",
        ),
    ],
)
def test_a_pin_of_another_kind_is_told(after: Dependency, why: str) -> None:
    [finding] = findings(ruling(exempted_by=frozenset({PIN}), asks_index=False), after)

    assert (finding.exempted_by, finding.exempted_why) == (PIN, why)


def test_an_allowance_is_nothing_to_a_rule_that_none_exempts_from() -> None:
    assert outcome(ruling(), policy=Policy(allow=(allowance(),))) is BLOCKED


def test_one_allowance_that_holds_is_enough() -> None:
    rule = ruling(exempted_by=frozenset({ALLOW}))
    expired = allowance(expires=date(2020, 1, 1))

    other = allowance(rules=frozenset({"another"}))

    assert outcome(rule, policy=Policy(allow=(expired, other, allowance()))) is PASSED
    [finding] = findings(rule, policy=Policy(allow=(expired, allowance(versions="==9"))))
    assert finding.notes == (
        "vetgate.toml:12: expired on 2020-01-01",
        "vetgate.toml:12: for the versions ==9 only, and this admits any version",
    )


def test_an_expiry_is_a_day_of_the_clock_that_is_given() -> None:
    rule = ruling(exempted_by=frozenset({ALLOW}))
    policy = Policy(allow=(allowance(expires=date(2026, 11, 23)),))
    late = datetime(2026, 11, 23, 23, 59, 59, tzinfo=timezone.utc)

    assert findings(rule, policy=policy, now=late)[0].exempted_by is ALLOW
    midnight = datetime(2026, 11, 24, tzinfo=timezone.utc)
    assert findings(rule, policy=policy, now=midnight)[0].exempted_by is None


def test_only_an_allowance_that_names_it_exempts_from_malware() -> None:
    rule = ruling(id=MALWARE, exempted_by=frozenset({ALLOW}))

    assert outcome(rule, policy=Policy(allow=(allowance(),))) is BLOCKED
    named = allowance(rules=frozenset({MALWARE}))
    assert outcome(rule, policy=Policy(allow=(allowance(), named))) is PASSED


def test_what_has_no_name_cannot_be_allowed() -> None:
    rule = ruling(exempted_by=frozenset({ALLOW}), asks_index=False)
    policy = Policy(allow=(allowance(name=""), allowance()))

    assert outcome(rule, option("--find-links", INDEX), policy=policy) is BLOCKED


@pytest.mark.parametrize(
    ("after", "policy", "home", "judged"),
    [
        pytest.param(listed(), Policy(), (HOME,), True, id="the-index"),
        pytest.param(listed(), Policy(private=("acme",)), (HOME,), False, id="private"),
        pytest.param(listed(), Policy(private=("ac*",)), (HOME,), False, id="private-by-pattern"),
        pytest.param(listed(), Policy(private=("cme", "acm")), (HOME,), True, id="whole-names"),
        pytest.param(listed(), Policy(private=("Acme-*", "")), (HOME,), True, id="other-names"),
        pytest.param(dependency(origin=FromUrl(INDEX)), Policy(), (HOME,), False, id="url"),
        pytest.param(
            dependency(origin=FromVcs("git+" + INDEX)), Policy(), (HOME,), False, id="vcs"
        ),
        pytest.param(
            dependency(origin=FromPath(".", inside=True)), Policy(), (HOME,), False, id="path"
        ),
        pytest.param(dependency(None, FromIndex("")), Policy(), (HOME,), False, id="nameless"),
        pytest.param(
            dependency(origin=FromIndex("", only_index=INDEX)),
            Policy(),
            (HOME,),
            True,
            id="an-index-that-nobody-vouches-for",
        ),
        pytest.param(
            dependency(origin=FromIndex("", only_index=INDEX + "/")),
            Policy(indexes=(INDEX,)),
            (HOME,),
            False,
            id="an-index-of-the-policys",
        ),
        pytest.param(
            dependency(origin=FromIndex("", only_index=INDEX)),
            Policy(indexes=(INDEX,)),
            (HOME, INDEX),
            True,
            id="an-index-of-the-policys-that-is-asked",
        ),
        pytest.param(
            dependency(origin=FromIndex("", indexes=(INDEX,))),
            Policy(indexes=(INDEX,)),
            (HOME,),
            True,
            id="a-further-index-of-the-policys",
        ),
    ],
)
def test_a_rule_about_the_index_looks_at_what_comes_from_it(
    after: Dependency,
    policy: Policy,
    home: tuple[str, ...],
    judged: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    rule = ruling(needs=frozenset({"presence"}))
    asked = questions([Added(after)], {}, policy, (rule,), now=NOW, home=home)

    assert bool(findings(rule, after, policy=policy, home=home)) is judged
    assert asked == ({ACME: {"presence"}} if judged else {})
    assert findings(ruling(asks_index=False), after, policy=policy, home=home) != ()


def test_a_rule_is_told_its_limits_the_time_and_the_places() -> None:
    told: list[Limits] = []

    def check(_change: Incoming, _facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
        told.append(limits)
        return iter(())

    rule = Rule(
        "loud", "", "", BLOCK, frozenset(), check, limits={"a": 1, "b": 2}, asks_index=False
    )
    policy = Policy(
        private=("acme",), indexes=(INDEX + "/",), rules={"loud": RulePolicy(limits={"b": 3})}
    )
    bound = dependency("beta", FromIndex("", only_index=INDEX))
    judge([Added(listed()), Added(bound)], {}, policy, (rule,), now=NOW, home=(HOME,))

    places = ("https://index.example/simple", INDEX)
    assert told == [
        Limits({"a": 1, "b": 3}, NOW, private=True, indexes=places, elsewhere=False),
        Limits({"a": 1, "b": 3}, NOW, private=False, indexes=places, elsewhere=True),
    ]


def asked(
    after: Dependency,
    facts: PackageFacts | None = None,
    policy: Policy = Policy(),  # noqa: B008 - frozen
) -> dict[NormalizedName, frozenset[str]]:
    told = {} if facts is None else {ACME: facts}
    return questions([Added(after)], told, policy, RULES, now=NOW, home=(HOME,))


POPULAR = about(presence=LISTED, rank=known(5000))._replace(imitates=known(()))
RANKED = POPULAR._replace(rank=known(5001), downloads=known(Downloads(50_000, at_least=True)))
REPORTS = {"advisories", "releases"}
ALL = {"presence", "downloads", "dependents", "repository", "urls", "imitates", *REPORTS}


@pytest.mark.parametrize(
    ("after", "facts", "policy", "expected"),
    [
        pytest.param(listed(), None, Policy(), ALL, id="nothing-known"),
        pytest.param(
            listed(), about(presence=LISTED), Policy(), ALL - {"presence"}, id="known-to-be-there"
        ),
        pytest.param(
            listed(),
            about(presence=LISTED, downloads=known(Downloads(9))),
            Policy(),
            ALL - {"presence", "downloads"},
            id="downloads-known",
        ),
        pytest.param(listed(), POPULAR, Policy(), set(), id="popular"),
        pytest.param(
            listed(),
            POPULAR._replace(rank=known(5001)),
            Policy(),
            ALL - {"presence", "imitates"},
            id="nearly",
        ),
        pytest.param(
            listed(), about(rank=known(1)), Policy(), {"presence", "imitates"}, id="popular-once"
        ),
        pytest.param(
            listed(), about(presence=known(NeverSeen())), Policy(), ALL, id="it-may-be-there-now"
        ),
        pytest.param(listed(), about(presence=known(Gone())), Policy(), ALL, id="or-again"),
        pytest.param(
            listed(),
            about(presence=known(Quarantined())),
            Policy(),
            ALL - {"presence"},
            id="quarantined",
        ),
        pytest.param(
            PINNED, None, Policy(), {"presence", "urls", "imitates", *REPORTS}, id="pinned"
        ),
        pytest.param(LOCKED, None, Policy(), ALL, id="locked"),
        pytest.param(
            listed(),
            None,
            Policy(allow=(allowance(),)),
            {"presence", *REPORTS},
            id="allowed-neither-quarantined-nor-malicious",
        ),
        pytest.param(
            listed(),
            None,
            Policy(allow=(allowance(expires=date(2020, 1, 1)),)),
            ALL,
            id="no-longer-allowed",
        ),
        pytest.param(
            listed(),
            None,
            own(**{rule.id: RulePolicy(level=OFF) for rule in RULES if rule.id != "unpopular"}),
            {"presence", "downloads"},
            id="one-rule",
        ),
        pytest.param(
            listed(),
            None,
            own(
                **{rule.id: RulePolicy(level=OFF) for rule in RULES},
                suspicious_tld=RulePolicy(level=OFF, in_manifest=BLOCK),
            ),
            set(),
            id="no-rule-but-about-the-manifest",
        ),
        pytest.param(
            listed(),
            POPULAR._replace(rank=known(1)),
            own(suspicious_tld=RulePolicy(level=BLOCK)),
            {"urls"},
            id="popular-but-it-would-block",
        ),
        pytest.param(
            listed(),
            RANKED,
            own(unpopular=RulePolicy(limits={"downloads": 50_001})),
            ALL - {"presence", "imitates"},
            id="a-lower-bound-below-the-limit",
        ),
        pytest.param(
            listed(),
            RANKED,
            own(unpopular=RulePolicy(limits={"downloads": 50_000})),
            ALL - {"presence", "downloads", "imitates"},
            id="a-lower-bound-that-suffices",
        ),
        pytest.param(listed(), None, Policy(private=("acme",)), set(), id="private"),
        pytest.param(
            dependency(origin=FromVcs("git+https://acme.top/a", COMMIT)),
            None,
            Policy(),
            set(),
            id="vcs",
        ),
    ],
)
def test_asks_for_what_could_still_alter_the_verdict(
    after: Dependency, facts: PackageFacts | None, policy: Policy, expected: set[str]
) -> None:
    assert asked(after, facts, policy) == ({ACME: expected} if expected else {})


def test_what_two_changes_need_of_one_package_is_asked_together() -> None:
    both: list[Change] = [Added(PINNED), Added(listed(line=2)), Removed(listed("beta"))]

    assert questions(both, {}, Policy(), RULES, now=NOW) == {ACME: ALL}
    assert questions(both[::-1], {}, Policy(), RULES, now=NOW) == {ACME: ALL}
    assert questions(both[:1], {}, Policy(), RULES, now=NOW) == {
        ACME: {"presence", "urls", "imitates", *REPORTS}
    }


@pytest.mark.parametrize(
    ("name", "patterns", "private"),
    [
        ("acme", (), False),
        ("acme", ("acme",), True),
        ("acme-utils", ("acme",), False),
        ("acme-utils", ("acme-*",), True),
        ("my-acme", ("acme*",), False),
        ("beta", ("acme", "b?ta"), True),
    ],
)
def test_a_name_is_private_by_the_policys_patterns(
    name: str,
    patterns: tuple[str, ...],
    private: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert is_private(normalize(name), Policy(private=patterns)) is private


def test_a_quarantined_package_is_blocked_whatever_vouches_for_it() -> None:
    facts = {ACME: about(presence=known(Quarantined()), rank=known(1))}
    policy = Policy(unknown=WARN, allow=(allowance(),))
    change = Added(dependency(origin=FromIndex("==1.0"), hashes=(SHA256,)))

    assert judge([change], facts, policy, RULES, now=NOW).outcome is BLOCKED
