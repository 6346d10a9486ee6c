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
        [
            *"ab-#\\ \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029",
            " #",
            "\\\n",
            "\n#",
            " -",
            "é",
        ]
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


def glues_to_an_option(text: str) -> bool:
    """Whether a line that is continued holds an option, and a backslash with no blank before it."""
    optioned = False
    continued = False
    for line in text.splitlines():
        if not line.endswith("\\") or COMMENT.match(line):
            continued = False
            continue
        optioned = (continued and optioned) or re.search(r"(^|\s)-", line) is not None
        continued = True
        if optioned and re.search(r"[ \t]\\$", line) is None:
            return True
    return False


@given(texts)
def test_splits_joins_and_strips_as_described(text: str) -> None:
    assume(not continues_behind_a_comment(text) and not glues_to_an_option(text))

    assert list(logical_lines(text, "r.txt")) == list(as_described(text))


@given(texts)
def test_what_pip_alone_continues_is_refused(text: str) -> None:
    refused = False
    try:
        list(logical_lines(text, "r.txt"))
    except ManifestError:
        refused = True

    assert refused is (continues_behind_a_comment(text) or glues_to_an_option(text))


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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("--only-binary requests\\\nevil\n", 1, id="only-binary"),
        pytest.param("--no-binary=requests\\\nevil\n", 1, id="no-binary"),
        pytest.param("  --find-links ./wheels\\\nevil\n", 1, id="find-links"),
        pytest.param("-i https://index.example/simple\\\nevil\n", 1, id="index"),
        pytest.param("--trusted-host index.example\\\nevil\n", 1, id="trusted-host"),
        pytest.param("-c limits\\\n-r evil\n", 1, id="constraints"),
        pytest.param("a\nb==1 \\\n  --hash=sha256:00\\\nevil\n", 3, id="hash"),
        pytest.param("b==1 --hash=sha256:00 \\\n00\\\nevil\n", 2, id="in-a-line-further-down"),
        pytest.param("--only-binary requests\\\\\nevil\n", 1, id="two-backslashes"),
        pytest.param("--only-binary requests \\\\\nevil\n", 1, id="two-behind-a-blank"),
        pytest.param("--only-binary requests\u00a0\\\nevil\n", 1, id="no-blank-to-uv"),
        pytest.param("--only-binary\trequests\\", 1, id="at-the-end-of-the-file"),
    ],
)
def test_a_backslash_glued_to_an_option_is_refused(text: str, line: int, end: str) -> None:
    with pytest.raises(ManifestError) as caught:
        list(logical_lines(text.replace("\n", end), "r.txt"))

    assert str(caught.value) == (
        f"r.txt:{line}: a backslash right behind an option or its value, which pip and uv read "
        "differently"
    )
    assert caught.value.hint() == "write one blank and one backslash, or take the backslash out"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb\n",
            [(1, "a==1     --hash=sha256:00     --hash=sha256:11"), (4, "b")],
            id="hashes",
        ),
        pytest.param("a==1\t\\\n--hash=sha256:00\n", [(1, "a==1\t--hash=sha256:00")], id="tab"),
        pytest.param("a-b>=1,\\\n<2\n", [(1, "a-b>=1,<2")], id="no-option"),
        pytest.param("--pre \\\n\na\\\n>=1\n", [(1, "--pre"), (3, "a>=1")], id="after-an-option"),
    ],
)
def test_what_pip_and_uv_continue_alike_is_joined(text: str, lines: list[tuple[int, str]]) -> None:
    assert list(logical_lines(text, "r.txt")) == lines


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
