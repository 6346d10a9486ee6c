"""What a policy may say, and the whole message for each thing that it may not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import PolicyError
from vetgate.model.dependency import Location, normalize
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.policyfile import read

KNOWN = {
    "unpopular": frozenset({"downloads"}),
    "no-repository": frozenset[str](),
    "suspicious-tld": frozenset({"in-manifest"}),
}

WHOLE = """\
unknown = "warn"
trust-rank = 0
max-age = 3
private = ["acme-*", "Acme_[a-c]?.Tools", "one"]
indexes = ["https://packages.acme.example/simple", "file:///srv/wheels"]

[rules.unpopular]
level = "block"
downloads = 1000
exempted-by = ["pin", "allow"]

[rules.suspicious-tld]
level = "off"
in-manifest = "block"

[[allow]]
name = "Acme.Contrib"
versions = " >= 1.2, <2 "
rules = ["unpopular", "no-repository"]
reason = " reviewed "
by = "dev@acme.example"
on = 2026-11-23
expires = 2027-05-23

[[allow]]
name = "acme-contrib"
versions = "~=1.2"
reason = "x"
"""

POLICY = Policy(
    unknown=Level.WARN,
    trust_rank=0,
    max_age=3,
    private=("acme-*", "acme-[a-c]?-tools", "one"),
    indexes=("https://packages.acme.example/simple", "file:///srv/wheels"),
    rules={
        "unpopular": RulePolicy(
            level=Level.BLOCK,
            exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
            limits={"downloads": 1000},
        ),
        "suspicious-tld": RulePolicy(level=Level.OFF, in_manifest=Level.BLOCK),
    },
    allow=(
        Allowance(
            name=normalize("acme-contrib"),
            reason="reviewed",
            location=Location("vetgate.toml", 16),
            versions="<2,>=1.2",
            rules=frozenset({"unpopular", "no-repository"}),
            by="dev@acme.example",
            on=date(2026, 11, 23),
            expires=date(2027, 5, 23),
        ),
        Allowance(
            name=normalize("acme-contrib"),
            reason="x",
            location=Location("vetgate.toml", 25),
            versions="~=1.2",
        ),
    ),
    path="vetgate.toml",
)


def said(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        read(text.encode(), "vetgate.toml", KNOWN)
    hint = caught.value.hint()
    return f"{caught.value} | {hint}" if hint else str(caught.value)


def test_a_whole_policy_is_read() -> None:
    assert read(WHOLE.encode(), "vetgate.toml", KNOWN) == POLICY


def test_a_policy_in_a_table_is_the_same_policy() -> None:
    text = WHOLE.replace("[[allow", "[[tool.vetgate.allow").replace("[rules", "[tool.vetgate.rules")

    policy = read(
        f"[tool.vetgate]\n{text}".encode(), "vetgate.toml", KNOWN, table=("tool", "vetgate")
    )

    assert policy._replace(allow=()) == POLICY._replace(allow=())
    assert [entry.location.line for entry in policy.allow] == [17, 26]


def test_an_empty_policy_is_the_defaults() -> None:
    assert read(b"", "vetgate.toml", KNOWN) == Policy(path="vetgate.toml")


def test_a_table_that_is_not_there_is_an_error() -> None:
    with pytest.raises(PolicyError) as caught:
        read(b"", "pyproject.toml", KNOWN, table=("tool", "vetgate"))

    assert str(caught.value) == "pyproject.toml: no table tool.vetgate"


RULES = "known: no-repository, suspicious-tld, unpopular"
ALLOW = '[[allow]]\nname = "a"\nreason = "r"\n'
SHARED = "name what your packages share, as in `acme-*`"
SIGNS = "a pattern has letters, digits, - _ . and the wildcards * ? [abc]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "1: not valid TOML: expected '=' after a key in a key/value pair"),
        (
            "\nunkown = 'block'",
            (
                "2: unknown key 'unkown' | did you mean unknown? known: allow, extends, indexes, "
                "lock, max-age, private, rules, self-approved, trust-rank, unknown"
            ),
        ),
        (
            "\nextends = '../x.toml'",
            "2: extends another policy, which is not read here",
        ),
        ("unknown = 'off'", "1: unknown level 'off' | known: block, warn"),
        ("unknown = true", "1: unknown must be a string, not a boolean"),
        ("trust-rank = true", "1: trust-rank must be an integer, not a boolean"),
        ("trust-rank = 5e3", "1: trust-rank must be an integer, not a float"),
        ("max-age = -1", "1: max-age must not be negative, not -1"),
        ("max-age = '7 days'", "1: max-age must be an integer, not a string"),
        ("trust-rank = -1", "1: trust-rank must not be negative, not -1"),
        ("private = 'acme-*'", "1: private must be an array, not a string"),
        ("private = [\n1]", "2: private[0] must be a string, not an integer"),
        (
            "private = ['*']",
            f"1: a pattern without a letter would make every package private: '*' | {SHARED}",
        ),
        (
            "private = ['[a-z]*']",
            f"1: a pattern without a letter would make every package private: '[a-z]*' | {SHARED}",
        ),
        ("private = ['']", "1: not a project name or a pattern of names: ''"),
        ("private = ['acme-']", "1: not a project name or a pattern of names: 'acme-'"),
        (
            "private = ['ac me*']",
            f"1: not a project name or a pattern of names: 'ac me*' | {SIGNS}",
        ),
        (
            "private = ['acme[*']",
            f"1: not a project name or a pattern of names: 'acme[*' | {SIGNS}",
        ),
        ("private = ['a_b',\n'A.B']", "2: named twice in private: a-b"),
        (
            "indexes = ['packages.example']",
            (
                "1: not the URL of an index: 'packages.example' | it begins with https://, http:// "
                "or file:///"
            ),
        ),
        (
            "indexes = ['https://user:secret@packages.example/']",
            (
                "1: indexes[0] has credentials in it | leave them out: they are not needed to tell "
                "an index from another"
            ),
        ),
        (
            "indexes = ['https://a.example',\n'https://a.example']",
            "2: named twice in indexes: https://a.example",
        ),
        (
            "indexes = ['https://a.example/simple',\n'https://A.example/simple/']",
            "2: named twice in indexes: https://A.example/simple/",
        ),
        ("rules = []", "1: rules must be a table, not an array"),
        ("[rules.unpopuler]", f"1: unknown rule 'unpopuler' | did you mean unpopular? {RULES}"),
        (
            "[rules]\nunpopular = 'off'",
            (
                "2: rules.unpopular must be a table, not a string"
                " | write [rules.unpopular], and below it level = ..."
            ),
        ),
        (
            "[rules.unpopular]\ndownload = 3",
            (
                "2: unknown key of rule unpopular 'download' | did you mean downloads? known: "
                "downloads, exempted-by, level, lock"
            ),
        ),
        (
            "[rules.unpopular]\nin-manifest = 'off'",
            (
                "2: unknown key of rule unpopular 'in-manifest' | "
                "known: downloads, exempted-by, level, lock"
            ),
        ),
        (
            "[rules.unpopular]\nlevel = 'error'",
            "2: unknown level 'error' | known: block, off, warn",
        ),
        (
            "[rules.suspicious-tld]\nin-manifest = 3",
            "2: rules.suspicious-tld.in-manifest must be a string, not an integer",
        ),
        (
            "[rules.unpopular]\ndownloads = '3'",
            "2: rules.unpopular.downloads must be an integer, not a string",
        ),
        (
            "[rules.unpopular]\ndownloads = -3",
            "2: rules.unpopular.downloads must not be negative, not -3",
        ),
        (
            "[rules.unpopular]\nexempted-by = ['pins']",
            "2: unknown exemption 'pins' | did you mean pin? known: allow, lock, pin, private",
        ),
        ("[rules.unpopular]\nexempted-by = ['pin', 'pin']", "2: named twice: pin"),
        ("[allow]\nname = 'a'", "1: allow must be an array, not a table"),
        ("allow = ['a']", "1: allow[0] must be a table, not a string"),
        ("\n[[allow]]\nreason = 'r'", "2: allow[0] must have the key name"),
        ("\n[[allow]]\nname = 'a'", "2: allow[0] must have the key reason"),
        ("[[allow]]\nname = 'a'\nreason = ' '", "3: allow[0].reason is blank"),
        (
            "[[allow]]\nname = 'a'\nreason = 1",
            "3: allow[0].reason must be a string, not an integer",
        ),
        (
            "[[allow]]\nname = 'a*'\nreason = 'r'",
            (
                "2: not a project name: 'a*' | an allowance is for one package; name patterns "
                "belong in private"
            ),
        ),
        (
            ALLOW + "version = '1'",
            (
                "4: unknown key of an allowance 'version' | did you mean versions? known: by, "
                "expires, name, on, reason, rules, versions"
            ),
        ),
        (
            ALLOW + "versions = '1.2'",
            "4: not a version specifier: '1.2' | write it as in `>=1.2,<2` (PEP 440)",
        ),
        (
            ALLOW + "versions = ' '",
            "4: allow[0].versions is blank | leave the key out to allow every version",
        ),
        (
            ALLOW + "rules = []",
            "4: allow[0].rules names no rule | leave the key out to allow every rule but malware",
        ),
        (ALLOW + "rules = ['nope']", f"4: unknown rule 'nope' | {RULES}"),
        (ALLOW + "rules = ['unpopular', 'unpopular']", "4: named twice: unpopular"),
        (ALLOW + "by = ''", "4: allow[0].by is blank"),
        (
            ALLOW + "on = '2026-11-23'",
            "4: allow[0].on must be a date (2026-11-23, without quotes), not a string",
        ),
        (
            ALLOW + "expires = 2026-11-23T00:00:00Z",
            "4: allow[0].expires must be a date (2026-11-23, without quotes), not a date and time",
        ),
        (ALLOW + "on = 2026-02-30", "4: not valid TOML: invalid date or datetime"),
        (
            ALLOW + "on = 2026-11-23\nexpires = 2026-11-22",
            "1: the allowance expires before it begins",
        ),
        (
            ALLOW + "versions = '>=1,<2'\n[[allow]]\nname = 'A'\nreason = 's'\n"
            "versions = '<2, >=1'",
            (
                "5: a is allowed a second time for the same versions and rules | the first entry "
                "is on line 1"
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    assert said(text) == f"vetgate.toml:{message}"


@pytest.mark.parametrize(
    "second",
    [
        "name = 'a'\nversions = '==1'",
        "name = 'a'\nrules = ['unpopular']",
        "name = 'b'",
    ],
)
def test_entries_that_differ_in_one_thing_are_not_duplicates(second: str) -> None:
    policy = read(f"{ALLOW}[[allow]]\nreason = 'r'\n{second}".encode(), "vetgate.toml", KNOWN)

    assert len(policy.allow) == 2


def test_an_allowance_may_expire_on_its_first_day() -> None:
    policy = read(f"{ALLOW}on = 2026-11-23\nexpires = 2026-11-23".encode(), "vetgate.toml", KNOWN)

    assert policy.allow[0].expires == date(2026, 11, 23)


WORDS = st.sampled_from([
    '"a"', '"*"', "1", "-1", "true", "[]", '["pin"]', '["unpopular"]', "{}", "2026-11-23", '""',
    '">=1"', '"block"', "{ level = 'off' }", "[{ name = 'a', reason = 'r' }]", "1.5",
])  # fmt: skip
KEYS = st.sampled_from([
    "unknown", "trust-rank", "private", "indexes", "rules", "rules.unpopular", "allow", "extends",
    "rules.unpopular.level", "rules.unpopular.downloads", "rules.no-repository.exempted-by", "x",
])  # fmt: skip


@given(st.dictionaries(KEYS, WORDS, max_size=4))
def test_a_policy_is_read_or_refused_with_a_line(pairs: dict[str, str]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in pairs.items())
    try:
        policy = read(text.encode(), "vetgate.toml", KNOWN)
    except PolicyError as error:
        assert 1 <= (error.line or 0) <= len(pairs)  # noqa: PT017 (all that is raised is looked at)
    else:
        assert policy.trust_rank >= 0


@given(
    st.lists(
        st.sampled_from(["==", "!=", ">=", "<=", "<", ">", "~=", "==="]).flatmap(
            lambda operator: st.from_regex(r"\A *[0-9]{1,3}(\.[0-9]{1,3}){0,2}(\.\*)? *\Z").map(
                lambda version: operator + version
            )
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_specifier_is_judged_as_packaging_judges_it(clauses: list[str]) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = ",".join(clauses)
    policy = f'[[allow]]\nname = "a"\nreason = "r"\nversions = "{text}"'.encode()
    try:
        wanted = SpecifierSet(text)
    except InvalidSpecifier:
        with pytest.raises(PolicyError, match="not a version specifier"):
            read(policy, "vetgate.toml", KNOWN)
    else:
        found = read(policy, "vetgate.toml", KNOWN).allow[0].versions
        assert found is not None
        assert SpecifierSet(found) == wanted
