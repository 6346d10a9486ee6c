"""The fast reader of allow-lists reads what the slow one reads, or leaves it alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import PolicyError
from vetgate.model.policy import Policy
from vetgate.policyfile import read
from vetgate.policyfile.plain import split

KNOWN = {"unpopular": frozenset({"downloads"}), "no-repository": frozenset[str]()}

ENTRY = """\
[[allow]]
name = "Acme_1"
versions = ">=1, <2"
rules = ["unpopular", "no-repository"]
reason = "reviewed é"
by = "dev@acme.example"
on = 2026-11-23
expires = 2027-05-23
"""


def slowly(content: str) -> Policy | str:
    """Read it with headers that are not plain."""
    return outcome(content.replace("[[allow]]\n", "[[ allow ]]\n"))


def outcome(content: str) -> Policy | str:
    try:
        return read(content.encode(), "vetgate.toml", KNOWN)
    except PolicyError as error:
        return f"{error} | {error.hint()}"


@pytest.mark.parametrize(
    "content",
    [
        ENTRY,
        f"trust-rank = 3 # x\n\n{ENTRY}\n# between\n\n{ENTRY.replace('_1', '-2')}# the end\n",
        '[[allow]]\nname = "a"\nreason = "r"\n',
    ],
)
def test_plain_entries_are_read_at_once(content: str) -> None:
    assert split(content.encode(), "vetgate.toml", KNOWN) is not None
    assert outcome(content) == slowly(content)
    assert isinstance(outcome(content), Policy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Acme_1"', "name = 'Acme_1'"),
        ('name = "Acme_1"', 'name = "Acme_"'),
        ('">=1, <2"', '"~=1.2"'),
        ('">=1, <2"', '"1.2"'),
        ('"unpopular", "no', '"unpopular", "unpopular", "no'),
        ('"unpopular", "no', '"other", "no'),
        ("reviewed é", "  "),
        ("reviewed é", "a \\u00e9"),
        ("reviewed é", "a\x01"),
        ("dev@acme.example", " "),
        ("2026-11-23", "2026-02-30"),
        ("2027-05-23", "2026-11-22"),
        ("2027-05-23", "2027-05-23T00:00:00Z"),
        ("expires", "expire"),
        ("expires =", "expires="),
        ("\n", "\r\n"),
        (ENTRY, ENTRY + ENTRY),
        (ENTRY, ENTRY + "[rules]\n"),
        (ENTRY, ENTRY.rstrip()),
        (ENTRY, ENTRY + "reason = 'x'\n"),
    ],
)
def test_anything_else_is_left_to_the_slow_reader(old: str, new: str) -> None:
    content = ENTRY.replace(old, new)

    assert split(content.encode(), "vetgate.toml", KNOWN) is None
    assert outcome(content) == slowly(content)


@pytest.mark.parametrize(
    "before",
    [
        "allow = []\n",
        '[[allow]] # not plain\nname = "b"\nreason = "r"\n',
        "unknown = '''\n",
        "private = [\n",
        "x = 1\n",
        "trust-rank = 1\ntrust-rank = 2\n",
        "\xff",
    ],
)
def test_what_comes_before_is_judged_as_a_whole(before: str) -> None:
    assert outcome(before + ENTRY) == slowly(before + ENTRY)


LINES = st.sampled_from([
    *ENTRY.splitlines(keepends=True), 'name = "b"\n', 'reason = "r"\n', "\n", "# c\n", '"""\n',
    "trust-rank = 1\n", "[rules.unpopular]\n", "downloads = 1\n", 'by = " x "\n', "x = [\n", "]\n",
])  # fmt: skip


@given(st.lists(st.just(ENTRY) | LINES, max_size=12).map("".join))
def test_both_readers_say_the_same(content: str) -> None:
    assert outcome(content) == slowly(content)
