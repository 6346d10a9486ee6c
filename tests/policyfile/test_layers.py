"""How policies are laid over each other: the child wins, lists add up, locks hold."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policyfile.layers import DEFAULTS, KNOWN, layers_of, policies, refusal
from vetgate.model.dependency import Location
from vetgate.model.policy import Level, Policy, RulePolicy
from vetgate.policyfile.layer import Layer, over, policy_of, rule_over
from vetgate.policyfile.reading import read_layer

BASE = "extends = 'base.toml'\n"
ENTRY = "[[allow]]\nname = 'own'\nreason = 'read'\n"


def merged(first: str, **files: str) -> Policy:
    return policy_of(reduce(over, layers_of(first, **files)), "vetgate.toml")


def layer(text: str) -> Layer:
    return read_layer(text.encode(), "p.toml", KNOWN)


def values(one: Layer) -> Layer:
    """Leave out the root, which is whatever table was read."""
    return one._replace(root=ROOT)


ROOT = layer("").root


def test_the_child_wins_and_what_is_listed_adds_up() -> None:
    base = """\
unknown = "warn"
trust-rank = 10
private = ["a-*", "b-*"]
indexes = ["https://a.example"]
[rules.unpopular]
level = "warn"
downloads = 5
[[allow]]
name = "theirs"
reason = "read"
"""
    own = f"""\
{BASE}trust-rank = 20
private = ["c-*", "a-*"]
[rules.unpopular]
downloads = 7
{ENTRY}"""

    policy = merged(own, base=base)

    assert policy._replace(allow=()) == Policy(
        unknown=Level.WARN,
        trust_rank=20,
        private=("c-*", "a-*", "b-*"),
        indexes=("https://a.example",),
        rules={"unpopular": RulePolicy(Level.WARN, limits={"downloads": 7})},
        path="vetgate.toml",
    )
    assert [(one.name, one.location) for one in policy.allow] == [
        ("own", Location("vetgate.toml", 6)),
        ("theirs", Location("base.toml", 8)),
    ]


def test_the_same_entry_in_two_files_is_no_mistake() -> None:
    policy = merged(BASE + ENTRY, base=ENTRY)

    assert [one.location.file for one in policy.allow] == ["vetgate.toml", "base.toml"]


def test_a_setting_is_where_the_nearest_file_says_it() -> None:
    own, base = layers_of(f"{BASE}[rules.unpopular]\nlevel = 'off'\n", base="\ntrust-rank = 1\n")

    assert own.place("rules", "unpopular", "level") == Location("vetgate.toml", 3)
    assert own.place("trust-rank") is None
    assert base.place("trust-rank") == Location("base.toml", 2)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({}, "extends 'base.toml', which is not there", id="absent"),
        pytest.param(
            {"base": "extends = 'vetgate.toml'"},
            "base.toml:1: extends 'vetgate.toml', which is not there",
            id="named-with-its-place",
        ),
        pytest.param(
            {"base": "\nextends = 'more.toml'", "more": "extends = 'base.toml'"},
            "more.toml:1: extends itself through base.toml",
            id="circle",
        ),
        pytest.param(
            {"base": "\nunknow = 'warn'"},
            "base.toml:2: unknown key 'unknow' | did you mean unknown? known: allow, extends, "
            "indexes, lock, max-age, private, rules, self-approved, trust-rank, unknown",
            id="wrong-above",
        ),
    ],
)
def test_what_cannot_be_extended_is_said_with_its_place(
    files: dict[str, str], message: str
) -> None:
    where = "" if "base" in files else "vetgate.toml:1: "

    assert refusal(BASE, **files) == f"{where}{message}"


@pytest.mark.parametrize(("parents", "fits"), [(5, True), (6, False)])
def test_five_parents_are_the_most(parents: int, *, fits: bool) -> None:
    files = {f"p{number}": f"extends = 'p{number + 1}.toml'" for number in range(1, parents)}
    files[f"p{parents}"] = ""

    said = refusal("extends = 'p1.toml'", **files)

    assert said == (
        ""
        if fits
        else "p5.toml:1: extends more than 5 policies, one through the other | "
        "have it extend the last of them itself"
    )


FORM = 'a file on the web is named as in { url = "https://…", sha256 = "…" }'
DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1", f"extends must be a path or a table | {FORM}"),
        ("''", "extends names no file"),
        (
            "'https://a.example/p.toml'",
            f"extends names a URL without the digest of what is there | {FORM}",
        ),
        ("{ url = 'https://a.example' }", f"extends must have the key sha256 | {FORM}"),
        (f"{{ sha256 = '{DIGEST}' }}", f"extends must have the key url | {FORM}"),
        ("{ url = 1, sha256 = '' }", "extends.url must be a string, not an integer"),
        (
            f"{{ url = 'http://a.example/p', sha256 = '{DIGEST}' }}",
            f"not an https URL: 'http://a.example/p' | {FORM}",
        ),
        (
            f"{{ url = 'https://me:pw@a.example/p', sha256 = '{DIGEST}' }}",
            "extends.url has credentials in it | leave them out; a netrc file may have them",
        ),
        (
            f"{{ url = 'https://a.example/p', sha256 = '{DIGEST[1:]}' }}",
            "extends.sha256 is not the SHA-256 digest of a file | it has 64 digits of 0-9a-f",
        ),
        ("{ url = 'https://a.example/p', sha = '' }", f"unknown key extends.sha | {FORM}"),
    ],
)
def test_what_extends_may_not_say(written: str, message: str) -> None:
    assert refusal(f"extends = {written}\n") == f"vetgate.toml:1: {message}"


LOCKED = (
    "lock = ['unknown', 'trust-rank', 'max-age', 'self-approved', 'private', 'indexes', 'allow']\n"
)
RULE = "[rules.unpopular]\nlock = true\n"
TLD = "[rules.suspicious-tld]\nlock = true\n"


@pytest.mark.parametrize(
    ("base", "own"),
    [
        (LOCKED, "unknown = 'block'\n"),
        (LOCKED, "trust-rank = 5000\n"),
        (LOCKED, "max-age = 7\n"),
        (LOCKED, "self-approved = 'block'\n"),
        (LOCKED + "private = ['a-*']", "private = ['a-*']\n"),
        (LOCKED, "[rules.unpopular]\nlevel = 'off'\n"),
        (RULE, "trust-rank = 0\n"),
        (RULE, "[rules.unpopular]\nlevel = 'block'\ndownloads = 1000\nexempted-by = ['pin']\n"),
        (RULE + "level = 'warn'\n", "[rules.unpopular]\nlevel = 'warn'\n"),
        (RULE, "[rules.unpopular]\nlock = true\n"),
        (RULE, "[rules.suspicious-tld]\nlevel = 'off'\n"),
        (RULE, f"private = ['a-*']\n{ENTRY}"),
        (TLD, "[rules.suspicious-tld]\nlevel = 'block'\nin-manifest = 'block'\n"),
        (TLD + "level = 'off'\n", "[rules.suspicious-tld]\nlevel = 'warn'\n"),
    ],
)
def test_what_is_locked_may_be_said_again_or_more_strictly(base: str, own: str) -> None:
    assert refusal(BASE + own, base=base) == ""


def stands(value: str) -> str:
    return f" | it is {value} there, and may only be stricter"


@pytest.mark.parametrize(
    ("base", "own", "message"),
    [
        (LOCKED, "unknown = 'warn'", f"2: unknown weakens what base.toml:1 locks{stands('block')}"),
        (
            LOCKED,
            "trust-rank = 5001",
            f"2: trust-rank weakens what base.toml:1 locks{stands('5000')}",
        ),
        (
            LOCKED,
            "self-approved = 'warn'",
            f"2: self-approved weakens what base.toml:1 locks{stands('block')}",
        ),
        (LOCKED, "private = ['a-*']", "2: private weakens what base.toml:1 locks"),
        (
            LOCKED,
            "indexes = ['https://a.example']",
            "2: indexes weakens what base.toml:1 locks",
        ),
        (LOCKED, ENTRY, "2: the allowance for own weakens what base.toml:1 locks"),
        (RULE, "unknown = 'warn'", f"2: unknown weakens what base.toml:2 locks{stands('block')}"),
        (
            RULE,
            "trust-rank = 5001",
            f"2: trust-rank weakens what base.toml:2 locks{stands('5000')}",
        ),
        (
            RULE,
            "[rules.unpopular]\nlevel = 'warn'",
            f"3: rules.unpopular.level weakens a rule that base.toml:2 locks{stands('block')}",
        ),
        (
            RULE,
            "[rules.unpopular]\ndownloads = 999",
            f"3: rules.unpopular.downloads weakens a rule that base.toml:2 locks{stands('1000')}",
        ),
        (
            RULE,
            "[rules.unpopular]\nexempted-by = ['lock', 'pin']",
            "3: rules.unpopular.exempted-by weakens a rule that base.toml:2 locks"
            + stands("[allow, pin]"),
        ),
        (
            RULE,
            "[rules.unpopular]\nlock = false",
            "3: rules.unpopular.lock takes back what base.toml:2 locks",
        ),
        (
            TLD,
            "[rules.suspicious-tld]\nin-manifest = 'warn'",
            "3: rules.suspicious-tld.in-manifest weakens a rule that base.toml:2 locks"
            + stands("block"),
        ),
    ],
)
def test_what_softens_a_lock_is_refused_with_both_places(base: str, own: str, message: str) -> None:
    assert refusal(BASE + own, base=base) == f"vetgate.toml:{message}"


def test_a_lock_holds_through_a_file_between() -> None:
    said = refusal(
        "extends = 'mid.toml'\n[rules.unpopular]\nlevel = 'off'\n",
        mid="extends = 'base.toml'\n[rules.unpopular]\ndownloads = 5000\n",
        base=RULE,
    )

    assert said == (
        "vetgate.toml:3: rules.unpopular.level weakens a rule that base.toml:2 locks"
        + stands("block")
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "lock = ['rules']",
            (
                "1: unknown setting that can be locked 'rules' | known: allow, indexes, max-age, "
                "private, self-approved, trust-rank, unknown"
            ),
        ),
        ("lock = ['allow', 'allow']", "1: named twice: allow"),
        ("lock = true", "1: lock must be an array, not a boolean"),
        (
            "[rules.unpopular]\nlock = 'yes'",
            "2: rules.unpopular.lock must be a boolean, not a string",
        ),
    ],
)
def test_what_a_lock_may_not_say(text: str, message: str) -> None:
    assert refusal(text) == f"vetgate.toml:{message}"


@given(policies, policies, policies)
def test_it_does_not_matter_which_two_of_three_are_laid_over_each_other_first(
    one: str, two: str, three: str
) -> None:
    a, b, c = layer(one), layer(two), layer(three)

    assert values(over(over(a, b), c)) == values(over(a, over(b, c)))


@given(policies)
def test_an_empty_policy_alters_none_that_it_extends_or_that_extends_it(text: str) -> None:
    one, empty = layer(text), layer("")

    assert values(over(one, empty)) == values(one) == values(over(empty, one))


STRENGTH = [Level.OFF, Level.WARN, Level.BLOCK]


def whole(policy: Policy, name: str) -> RulePolicy:
    rule = rule_over(policy.rules.get(name, RulePolicy()), DEFAULTS[name])
    own = policy.rules.get(name, RulePolicy()).in_manifest
    return rule._replace(
        in_manifest=own or (Level.OFF if rule.level is Level.OFF else rule.in_manifest)
    )


@given(policies, policies, st.sampled_from(sorted(DEFAULTS)))
def test_no_child_weakens_a_locked_rule(base: str, own: str, name: str) -> None:
    base = base.replace(f"[rules.{name}]\n", f"[rules.{name}]\nlock = true\n")
    assume(refusal(BASE + own, base=base) == "")
    before, after = merged(base), merged(BASE + own, base=base)
    old, new = whole(before, name), whole(after, name)

    assert STRENGTH.index(new.level or Level.OFF) >= STRENGTH.index(old.level or Level.OFF)
    if old.in_manifest is not None:
        assert STRENGTH.index(new.in_manifest or Level.OFF) >= STRENGTH.index(old.in_manifest)
    assert (new.exempted_by or frozenset()) <= (old.exempted_by or frozenset())
    assert all(new.limits[limit] >= least for limit, least in old.limits.items())
    assert STRENGTH.index(after.unknown) >= STRENGTH.index(before.unknown)
    assert after.trust_rank <= before.trust_rank


@given(policies, policies)
def test_without_locks_nothing_is_refused(base: str, own: str) -> None:
    assert refusal(BASE + own, base=base) == ""
