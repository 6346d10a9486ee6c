"""Which files are manifests, and which of them may read others."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vetgate.errors import ManifestError
from vetgate.manifests.formats import is_manifest, is_toml, may_include, only_constrains, parse
from vetgate.manifests.requirements import parse as parse_requirements

MANIFESTS = [
    "requirements.txt",
    "sub/requirements.txt",
    "REQUIREMENTS.TXT",
    "dev-requirements.txt",
    "requirements-dev.in",
    "requirement.pip",
    "constraints.txt",
    "requirements/dev.txt",
    "requirements/deep/dev.in",
    "constraints/all.txt",
    "pyproject.toml",
    "sub/pyproject.toml",
    "new\nline/requirements.txt",
]
OTHERS = [
    "notes.txt",
    "requirements.md",
    "requirements",
    "requirements.txt/notes.md",
    "my-pyproject.toml",
    "other.toml",
    "requirements/dev.md",
    "requirementstxt",
]


@pytest.mark.parametrize("path", MANIFESTS)
def test_is_a_manifest_by_its_name(path: str) -> None:
    assert is_manifest(path)


@pytest.mark.parametrize("path", OTHERS)
def test_is_none_by_its_name(path: str) -> None:
    assert not is_manifest(path)


@pytest.mark.parametrize("path", ["constraints.txt", "dev-constraint.in", "constraints/x.txt"])
def test_only_constrains_by_its_name(path: str) -> None:
    assert only_constrains(path)


@pytest.mark.parametrize("path", ["requirements.txt", "pyproject.toml", "notes.txt"])
def test_does_not_only_constrain_by_its_name(path: str) -> None:
    assert not only_constrains(path)


def test_a_name_chooses_the_parser() -> None:
    assert parse(b"a\n", "x.list", {}).format == "requirements"
    assert parse(b"", "Pyproject.TOML", {}).format == "pyproject"
    assert is_toml("Pyproject.TOML")
    assert not is_toml("toml.txt")


@pytest.mark.parametrize(
    "content",
    [
        b"-r x",
        b"a\n-c x",
        b"a\r  --requirement x",
        "\u3000-r x".encode(),
        "\u2028-r x".encode(),
        "\x85-r x".encode(),
        b"\x1f-r x",
        b"\x0c-r x",
        b"${X}",
        b"${X}-r x",
        b"a\\\n-r x",
        "-r x".encode("utf-16"),
        "-r x".encode("utf-32"),
        "-r x".encode("utf-8-sig"),
        b"# coding: utf-7\n+AC0-r x",
    ],
)
def test_may_include(content: bytes) -> None:
    assert may_include(content, "requirements.txt")


@pytest.mark.parametrize("content", [b"", b"a\nb-c==1\n", b"a #-r x\n", b"a-r\n"])
def test_cannot_include(content: bytes) -> None:
    assert not may_include(content, "requirements.txt")


@pytest.mark.parametrize(
    ("content", "may"),
    [
        (b"[project]\ndependencies = ['a']\n", False),
        (b"[tool.setuptools.dynamic]\n", True),
        (b'[tool."set\\u0075ptools".dynamic]\n', True),
        (b"[tool.hatch.metadata.hooks.requirements_txt]\n", True),
    ],
)
def test_a_table_may_include(
    content: bytes,
    may: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert may_include(content, "pyproject.toml") is may


pieces = st.sampled_from(
    [b"-r", b"-c", b"--requirement", b" ", b"\n", b"\r", b"\t", b"x.txt", b"a", b"==1", b"#", b"\\"]
) | st.sampled_from(["\u3000", "\x85", "\u2028", "\xa0", "\x1f", "\x0c", "\ufeff", "${X}"]).map(
    str.encode
)


@given(st.lists(pieces, max_size=8).map(b"".join))
@example(b"\xe3\x80\x80-r x.txt")
def test_is_never_wrong_when_it_says_no(content: bytes) -> None:
    try:
        manifest = parse_requirements(content, "requirements.txt", {"X": "-r x.txt"})
    except ManifestError:
        return

    assert may_include(content, "requirements.txt") or manifest.includes == ()
