"""A list that build tools put into metadata is to them what it is to pip, or it is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from vetgate.errors import ManifestError
from vetgate.manifests.plain_list import check
from vetgate.manifests.requirements import parse
from vetgate.model.dependency import normalize

PATH = "sub/deps.txt"
HASH = f"--hash=sha256:{'0' * 64}"


def names(content: bytes) -> list[str | None]:
    """Read a list as pip does, refused where build tools do not; return its names."""
    read = parse(content, PATH, {"NAME": "evil"})
    check(content, read)
    return [one.name for one in read.dependencies]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"# c \\\na\n\n\tB_c >= 1 ; os_name == 'nt'  # d\n", ["a", "b-c"], id="plain"),
        pytest.param(b"a[x]==1\r\nb\r\n", ["a", "b"], id="windows"),
        pytest.param("# é\u2028a".encode(), ["a"], id="an-odd-line-end"),
        pytest.param(b"a @ https://files.example/a.whl\n", ["a"], id="url"),
        pytest.param(b"a @ file:./a\n", ["a"], id="path-with-a-name"),
        pytest.param(
            f"a==1 \\\n    {HASH} \\\n    {HASH}\n    # via b\nb\n".encode(),
            ["a", "b"],
            id="hashes",
        ),
        pytest.param(f"a==1 {HASH} {HASH}\n".encode(), ["a"], id="hashes-beside"),
        pytest.param(b"a  # see C:\\temp for more\n", ["a"], id="backslash-in-a-comment"),
    ],
)
def test_a_list_that_is_the_same_to_all_is_taken(content: bytes, expected: list[str]) -> None:
    assert names(content) == expected


DIFFERS = "one thing to pip and another to build tools"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"b\nrequ\\\nests\n", None, id="joined-in-a-name"),
        pytest.param(b"a \\\n>=1\n", f"1: {DIFFERS}", id="joined-before-a-version"),
        pytest.param(b"a \\\n\nb\n", f"2: {DIFFERS}", id="joined-to-nothing"),
        pytest.param(b"a \\\n# c\nb\n", None, id="joined-to-a-comment"),
        pytest.param(b"b\na \\", None, id="joined-at-the-end"),
        pytest.param(b"evill\\\n-pkg\n", None, id="joined-to-what-looks-like-an-option"),
        pytest.param(b"a \\ # c\n  --hash=sha256:00\n", None, id="not-joined-for-a-comment"),
        pytest.param(b"evil.zip\n", f"1: {DIFFERS}", id="a-file-to-pip"),
        pytest.param(b"evil-1.0-py3-none-any.whl\n", f"1: {DIFFERS}", id="a-wheel-to-pip"),
        pytest.param(b"./evil\n", None, id="a-path"),
        pytest.param(b"https://files.example/evil.whl\n", None, id="a-bare-url"),
        pytest.param(b"-r other.txt\n", None, id="an-include"),
        pytest.param(b"a\n--index-url https://index.example/simple\n", None, id="an-index"),
        pytest.param(b"-e .\n", None, id="editable"),
        pytest.param(b"${NAME}\n", None, id="a-variable"),
        pytest.param(
            f"a @ https://files.example/a.zip {HASH}\n".encode(), f"1: {DIFFERS}", id="hashed-url"
        ),
        pytest.param(
            f"a @ https://files.example/a.zip \\\n {HASH}".encode(),
            f"1: {DIFFERS}",
            id="hashed-below",
        ),
        pytest.param(
            b"# coding: cp1252\n# \xe2\x80\xa8evil\n",
            " not plain UTF-8, as which build tools read it",
            id="declared",
        ),
        pytest.param(
            b"\xef\xbb\xbfa\n",
            " not plain UTF-8, as which build tools read it",
            id="byte-order-mark",
        ),
        pytest.param(
            "a\n".encode("utf-16"), " not plain UTF-8, as which build tools read it", id="utf-16"
        ),
    ],
)
def test_a_list_that_is_not_the_same_to_all_is_refused(content: bytes, problem: str | None) -> None:
    with pytest.raises(ManifestError) as refused:
        names(content)

    if problem is not None:
        assert str(refused.value).removeprefix(f"{PATH}:") == problem


def as_setuptools_reads(text: str) -> Iterator[str]:
    """Drop comments, then join: setuptools' rules, in the plainest way to write them."""
    kept = [line.strip() for line in text.splitlines()]
    lines = iter([line.partition(" #")[0] for line in kept if line and not line.startswith("#")])
    for line in lines:
        joined = line
        while joined.endswith("\\"):
            following = next(lines, None)
            if following is None:
                return
            joined = joined[:-2].strip() + following
        yield normalize(Requirement(joined).name)


pieces = st.sampled_from(
    [
        *("ab", "c", ">=1", "-", ".zip", "./", ";os_name=='x'", " @ https://h.example/x"),
        *(" ", "\t", "\n", "\x0b", "\x1f", "\x85", "\xa0", "\u2028"),
        *("\\", " \\\n", "#", " # ", "--hash=sha256:ab"),
    ]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_setuptools_finds_what_pip_finds_or_refuses(text: str) -> None:
    try:
        found = names(text.encode())
    except ManifestError:
        return
    try:
        expected = list(as_setuptools_reads(text))
    except InvalidRequirement:
        return  # nothing is built, and nothing installed

    assert found == expected
