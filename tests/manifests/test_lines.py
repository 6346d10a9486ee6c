"""Bytes become lines as they do in pip."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import ManifestError
from vetgate.manifests.lines import decoded, logical_lines

COMMENT = re.compile(r"(^|\s+)#.*$")

texts = st.lists(
    st.sampled_from(
        [*"ab#\\ \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029", " #", "\\\n", "\n#", "é"]
    ),
    max_size=30,
).map("".join)


def as_described(text: str) -> Iterator[tuple[int, str]]:
    """Join, then take comments off: pip's rules, in the plainest way to write them."""
    joined: list[tuple[int, str]] = []
    pending: list[str] = []
    first = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        comment = COMMENT.match(line) is not None
        if not pending:
            first = number
        if line.endswith("\\") and not comment:
            pending.append(line.strip("\\"))
        else:
            pending.append(" " + line if comment else line)
        if comment or not line.endswith("\\") or number == len(lines):
            joined.append((first, "".join(pending)))
            pending = []
    for number, line in joined:
        if bare := COMMENT.sub("", line).strip():
            yield number, bare


@given(texts)
def test_splits_joins_and_strips_as_described(text: str) -> None:
    assert list(logical_lines(text)) == list(as_described(text))


def test_is_fast_on_a_line_that_is_all_blanks() -> None:
    assert list(logical_lines("a" + " " * 1_000_000 + "b")) != []


@given(st.binary(max_size=60))
def test_decodes_or_refuses(content: bytes) -> None:
    with contextlib.suppress(ManifestError):
        assert decoded(content, "requirements.txt") is not None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a\nb \xff\n", "r.txt:2: not readable as utf-8"),
        (b"# coding: ascii\na # \xff", "r.txt:2: not readable as ascii"),
        (b"\xff\xfea", "r.txt: not readable as utf-16-le"),
        (b"\xff\xfe\0\0", "r.txt: UTF-32, which some versions of pip read as UTF-16"),
        (
            b"\xff\xfe\xfe\xff",
            "r.txt: two byte order marks, which pip reads differently from machine to machine",
        ),
        (
            b"#\n# coding: utf-7\n",
            "r.txt:2: declares the encoding 'utf-7', in which ASCII may be something else",
        ),
        (
            b"# coding: cp037\n",
            "r.txt:1: declares the encoding 'cp037', in which ASCII may be something else",
        ),
    ],
)
def test_refuses_what_is_not_the_same_text_to_all(content: bytes, problem: str) -> None:
    with pytest.raises(ManifestError) as refused:
        decoded(content, "r.txt")

    assert str(refused.value) == problem
    assert "UTF-8" in refused.value.hint()
