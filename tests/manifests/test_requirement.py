"""A requirement is what the standard says, whether it is plain or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement

from vetgate.errors import ManifestError
from vetgate.manifests import markers
from vetgate.manifests.place import Place
from vetgate.manifests.requirement import _by_the_book, parse_requirement, plain
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    NormalizedName,
    Origin,
)

HERE = Location("sub/pyproject.toml", 7)

fragments = st.sampled_from(
    [
        *("a", "B.c_d", "x-1", "[a]", "[ a , B_c ]", "[a,]", "[", " ", "  ", "\t", ",", ";", "@"),
        *("==1.0", ">= 1", "<2", "~=1.4", "~=1", "!=1.*", ">1.*", "==1.0+l.1", ">1+l", "===x"),
        *("1!2", "==1!2.0", "==1.0a1", "==1.0.post1.dev2", "==1.0RC1", "(>1)", "=1", "é"),
        *('; os_name == "x"', ";python_version>'3'", " and ", " or ", "'a' in extra", "(", ")"),
    ]
)


def outcome(text: str) -> Dependency | ManifestError:
    """Read a requirement, or return what kept it from being read."""
    try:
        return parse_requirement(text, location=HERE, root="")
    except ManifestError as error:
        return error


def is_requirement(text: str) -> bool:
    """Tell whether it is one, by `packaging` and by having a URL with a scheme if any."""
    try:
        return Requirement(text).url is None
    except InvalidRequirement:
        return False


@given(st.lists(fragments, min_size=1, max_size=7).map("".join))
def test_what_is_plain_is_so_by_the_book(text: str) -> None:
    found = plain(text.strip(" \t"), HERE)
    if found is None:
        return

    assert found == _by_the_book(text, Place(HERE, "sub"))


@given(st.lists(fragments, min_size=1, max_size=7).map("".join))
def test_reads_what_packaging_reads(text: str) -> None:
    found = outcome(text)
    if isinstance(found, ManifestError):
        assert (found.path, found.line, bool(found.hint())) == (HERE.file, HERE.line, True)
        assert not is_requirement(text)
        return
    expected = Requirement(text)

    assert found.spelled == expected.name
    assert isinstance(found.origin, FromIndex)
    assert Requirement(f"a{found.origin.specifier}").specifier == expected.specifier
    assert (None if found.marker is None else Marker(found.marker)) == expected.marker


marker_fragments = st.sampled_from(
    [
        *("os_name", "sys_platform", "extra", "python_version", "nonsense", "'a'", '"1.0"', "''"),
        *(" == ", "==", ">=", " in ", " not in ", "in", " and ", " or ", "and", "or", "(", ")"),
        *("( ", " )", " ", "", "\0", "os_name == 'x'", "'x' in os_name", "extra=='b c'"),
    ]
)


@given(st.lists(marker_fragments, max_size=9).map("".join))
def test_a_marker_is_what_packaging_takes_for_one(text: str) -> None:
    try:
        Marker(text)
    except InvalidMarker:
        assert markers.why_not(text) is not None
    else:
        assert markers.why_not(text) is None


def test_a_hostile_marker_is_refused_in_time() -> None:
    deep = "(" * 50_000 + 'os_name == "x"' + ")" * 50_000

    # packaging gives up by itself since 26.4, and before that where Python does.
    assert markers.why_not(deep) in {
        "not a marker",
        "marker expression is nested more than 200 levels deep",
    }


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://u:p@h.example/x.zip", FromUrl("https://****@h.example/x.zip")),
        (
            "https://h.example/x.zip#sha256=AB&subdirectory=s",
            FromUrl("https://h.example/x.zip#subdirectory=s", ("sha256:ab",)),
        ),
        ("https://h.example/x.zip#sha256=", FromUrl("https://h.example/x.zip")),
        ("git+https://h.example/r@v1", FromVcs("git+https://h.example/r", "v1")),
        (
            "git+ssh://git@h.example/r#subdirectory=s",
            FromVcs("git+ssh://****@h.example/r#subdirectory=s"),
        ),
        ("git+https://h.example/r@feature%2Fx", FromVcs("git+https://h.example/r", "feature/x")),
        ("file:x.zip", FromPath("file:x.zip", inside=True)),
        ("file:../x.zip", FromPath("file:../x.zip", inside=True)),
        ("file:../../x.zip", FromPath("file:../../x.zip", inside=False)),
        ("file:%2e%2e/%2e%2e/x", FromPath("file:%2e%2e/%2e%2e/x", inside=False)),
        ("file:///x.zip", FromPath("file:///x.zip", inside=False)),
        ("{root:uri}/x", FromPath("{root:uri}/x", inside=True)),
        ("{root:parent:uri}/x", FromPath("{root:parent:uri}/x", inside=True)),
        ("{root:parent:parent:uri}/x", FromPath("{root:parent:parent:uri}/x", inside=False)),
    ],
)
def test_tells_where_it_comes_from(url: str, origin: Origin) -> None:
    found = parse_requirement(f"Na_me[X] @ {url} ; os_name == 'x'", location=HERE, root="sub")

    assert found == Dependency(
        NormalizedName("na-me"),
        "Na_me",
        f"Na_me[X] @ {url.replace('u:p@', '****@').replace('git@', '****@')} ; os_name == 'x'",
        origin,
        HERE,
        ("x",),
        "os_name == 'x'",
    )


def test_keeps_the_table_and_whether_it_constrains() -> None:
    found = parse_requirement("a<2, >=1", location=HERE, root="", table="t", constraint=True)

    assert found == Dependency(
        NormalizedName("a"),
        "a",
        "a<2, >=1",
        FromIndex("<2,>=1"),
        HERE,
        table="t",
        constraint=True,
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a=1", "expected semicolon (after name with no version specifier) or end"),
        ("a===1/2", "a version with a slash"),
        ("a @ ./x", "the URL after @ has no scheme that pip knows"),
        ("a @ https://u:p/w@h.example/", "the port in a URL is not a number"),
        ("a @ https:x", "a URL without a host"),
        ("a @ file://h.example/x", "a file URL that names another machine"),
        ("a @ git+https://h.example/r@", "the URL has an empty reference (after @)"),
        ("a @ https://h.example/#egg=b[c]", "the egg fragment of a URL is not a project name"),
        (f"a=={'1' * 5000}", "a version with a number that is too long to be one"),
    ],
)
def test_refuses(text: str, problem: str) -> None:
    with pytest.raises(ManifestError) as refused:
        parse_requirement(text, location=HERE, root="sub")

    assert str(refused.value) == f"sub/pyproject.toml:7: {problem}"
