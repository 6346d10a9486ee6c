"""An allowance as it is written into a policy."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import PolicyError
from vetgate.policyfile.entry import Entry, quoted
from vetgate.tomlmap import load

WHOLE = Entry(
    "evil",
    'a "reason"',
    versions=">=1.2,<2",
    rules=("unpopular", "no-repository"),
    by="dev@acme.example",
    on=date(2026, 11, 23),
    expires=date(2027, 5, 23),
)


def test_an_entry_is_written_key_by_key_as_the_design_has_it() -> None:
    assert WHOLE.block("tool", "vetgate") == [
        "[[tool.vetgate.allow]]",
        'name = "evil"',
        'versions = ">=1.2,<2"',
        'rules = ["unpopular", "no-repository"]',
        'reason = "a \\"reason\\""',
        'by = "dev@acme.example"',
        "on = 2026-11-23",
        "expires = 2027-05-23",
    ]


def test_what_is_not_said_is_not_written() -> None:
    assert Entry("evil", "x").block() == ["[[allow]]", 'name = "evil"', 'reason = "x"']


def test_the_inline_form_says_the_same() -> None:
    content = f"allow = [{WHOLE.inline()}]".encode()
    block = "\n".join(WHOLE.block()).encode()

    assert load(content, "x", PolicyError).data == load(block, "x", PolicyError).data


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "no"\\', '"say \\"no\\"\\\\"'),
        ("a\nb\tc\r\x08\x0c", '"a\\nb\\tc\\r\\b\\f"'),
        ("\x00\x1b\x7f\x9b", '"\\u0000\\u001B\\u007F\\u009B"'),
        ("\u202egnp.exe\u200b\u00a0", '"\\u202Egnp.exe\\u200B\\u00A0"'),
        ("\U000e0041", '"\\U000E0041"'),
        ("é あ 😀 …", '"é あ 😀 …"'),
    ],
)
def test_a_character_that_nobody_sees_is_written_as_an_escape(text: str, written: str) -> None:
    assert quoted(text) == written


@given(st.text())
def test_the_decoder_reads_back_what_was_quoted_and_one_can_see_all_of_it(text: str) -> None:
    assert load(f"x = {quoted(text)}".encode(), "x", PolicyError).data == {"x": text}
    assert quoted(text).isprintable()
