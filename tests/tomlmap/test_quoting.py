"""A TOML string that is written is read back as it was, and hides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import PolicyError
from vetgate.tomlmap import load
from vetgate.tomlmap.quoting import quoted


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
