"""Bytes become lines as they do in pip."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
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


def continues_behind_a_comment(text: str) -> bool:
    """Whether a backslash ends a line that ends in a comment, but is not all comment."""
    return any(
        line.endswith("\\") and COMMENT.match(line) is None and COMMENT.search(line) is not None
        for line in text.splitlines()
    )


@given(texts)
def test_splits_joins_and_strips_as_described(text: str) -> None:
    assume(not continues_behind_a_comment(text))

    assert list(logical_lines(text, "r.txt")) == list(as_described(text))


@given(texts)
def test_a_comment_that_pip_alone_continues_is_refused(text: str) -> None:
    refused = False
    try:
        list(logical_lines(text, "r.txt"))
    except ManifestError:
        refused = True

    assert refused is continues_behind_a_comment(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("requests  # http client \\\nevil\n", 1),
        ("a\nrequests \\\n>=2 # http client \\\nevil\n", 3),
        ("requests #\\", 1),
    ],
)
def test_a_refusal_names_the_line_of_the_backslash(text: str, line: int) -> None:
    with pytest.raises(ManifestError, match=f"r.txt:{line}: a backslash at the end of a comment"):
        list(logical_lines(text, "r.txt"))


def test_is_fast_on_a_line_that_is_all_blanks() -> None:
    assert list(logical_lines("a" + " " * 1_000_000 + "b", "r.txt")) != []


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
