from __future__ import annotations

import pytest
from hypothesis import given

from strategies import foreign
from vetgate.render.visible import counted, visible


@pytest.mark.parametrize(
    "text", ["", "evil>=1", "café", "日本", "C:\\requirements.txt", "[bold]as written[/]"]
)
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred", r"\x1b[31mred", id="ansi-sequence"),
        pytest.param("\x9b2J", r"\x9b2J", id="eight-bit-ansi-sequence"),
        pytest.param("a\r\nb\tc", r"a\r\nb\tc", id="newline-and-tab"),
        pytest.param("\x7f\x00\x07", r"\x7f\x00\x07", id="delete-null-bell"),
        pytest.param("\u202egnp.exe", r"\u202egnp.exe", id="bidirectional-override"),
        pytest.param("re\u200bquests", r"re\u200bquests", id="zero-width-space"),
        pytest.param("a\xa0b\u3000c", r"a\xa0b\u3000c", id="blanks-that-are-no-space"),
        pytest.param("a\u2028b", r"a\u2028b", id="line-separator"),
        pytest.param("\udc80", r"\udc80", id="undecodable-byte"),
        pytest.param("\U000e0041", r"\U000e0041", id="tag-character"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    assert visible("x" * 600) == "x" * 600
    assert visible("x" * 601) == "x" * 600 + "... (1 more characters)"
    assert visible("x" * 601, limit=None) == "x" * 601


@given(foreign)
def test_everything_comes_out_printable_and_stays_so(text: str) -> None:
    shown = visible(text)

    assert shown.isprintable()
    assert visible(shown, limit=None) == shown


def test_a_count_agrees_with_its_noun() -> None:
    assert [counted(number, "hash", "hashes") for number in (0, 1, 2, 12_000)] == [
        "0 hashes",
        "1 hash",
        "2 hashes",
        "12,000 hashes",
    ]
