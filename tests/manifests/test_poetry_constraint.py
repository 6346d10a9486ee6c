"""What Poetry's constraints mean by the standard (PEP 440)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from vetgate.manifests.poetry_constraint import specifier
from vetgate.model.dependency import Dependency, FromIndex, Location, normalize


@pytest.mark.parametrize(
    ("constraint", "meaning"),
    [
        # Poetry's own documentation, caret, tilde and wildcard requirements.
        ("^1.2.3", "<2.0.0,>=1.2.3"),
        ("^1.2", "<2.0,>=1.2"),
        ("^1", "<2,>=1"),
        ("^0.2.3", "<0.3.0,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0.0", "<0.1,>=0.0"),
        ("^0", "<1,>=0"),
        ("~1.2.3", "<1.3.0,>=1.2.3"),
        ("~1.2", "<1.3,>=1.2"),
        ("~1", "<2,>=1"),
        ("*", ""),
        ("1.*", "==1.*"),
        ("1.2.*", "==1.2.*"),
        # The rest of what its parser knows.
        ("^0.0.0", "<0.0.1,>=0.0.0"),
        ("^1.2.3.4", "<2.0.0.0,>=1.2.3.4"),
        ("^1!1.2", "<1!2.0,>=1!1.2"),
        ("^1.2a1", "<2.0,>=1.2a1"),
        ("~1.2.post1", "<1.3,>=1.2.post1"),
        ("~=1.4.5", "<1.5.0,>=1.4.5"),
        ("1.2.3", "==1.2.3"),
        ("v1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        ("== 1.2+local", "==1.2+local"),
        ("!=1.2", "!=1.2"),
        ("!=1.2.*", "!=1.2.*"),
        (">=1.2,<2", "<2,>=1.2"),
        (">=1.2 <2", "<2,>=1.2"),
        (">= 1.2 , < 2,", "<2,>=1.2"),
        (">=1.2.*", ">=1.2"),
        (">=1.2+local", ">=1.2"),
        ("x", ""),
        ("*.*", ""),
        # No standard specifier says "or": the range around.
        ("^1 || ^2", "<3,>=1"),
        ("^1|^2", "<3,>=1"),
        ("1.2 || 1.2", "==1.2"),
        ("1.2 || 1.3", "<=1.3,>=1.2"),
        ("1.* || 3.*", "<4,>=1.dev0"),
        ("<1 || >2", ""),
        ("<1 || 3", "<=3"),
        ("!=1 || 2", ""),
        ("^1 || *", ""),
    ],
)
def test_a_constraint_is_translated(constraint: str, meaning: str) -> None:
    assert specifier(constraint) == meaning


@pytest.mark.parametrize(
    "constraint",
    [
        "",
        "1.x",
        "latest",
        "^",
        "^^1",
        "===1.2",
        "<>1.2",
        "1.2 - 1.3",
        "||",
        "^1 ||",
        "~1.*",
        "1,,2",
    ],
)
def test_what_poetry_does_not_say_is_refused(constraint: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the reader of the table says what and where)
        specifier(constraint)


VERSIONS = st.sampled_from(["0", "0.1", "0.0.3", "1", "1.2", "1.2.3", "2.0", "2.1rc1", "10"])
TERMS = st.one_of(
    st.just("*"),
    st.builds(str.__add__, VERSIONS, st.just(".*")).filter(lambda text: "rc" not in text),
    st.builds(str.__add__, st.sampled_from(["^", "~", "", "==", ">=", ">", "<", "<="]), VERSIONS),
)
BRANCHES = st.lists(TERMS, min_size=1, max_size=2).map(",".join)


@given(st.lists(BRANCHES, min_size=2, max_size=3), VERSIONS)
def test_a_union_admits_what_any_of_its_branches_admits(branches: list[str], version: str) -> None:
    whole = SpecifierSet(specifier(" || ".join(branches)))

    for branch in branches:
        if SpecifierSet(specifier(branch)).contains(version, prereleases=True):
            assert whole.contains(version, prereleases=True)


@given(st.lists(BRANCHES, min_size=2, max_size=3, unique=True))
def test_a_union_of_different_branches_is_no_pin(branches: list[str]) -> None:
    if len({specifier(branch) for branch in branches}) == 1:
        return
    dependency = Dependency(
        name=normalize("a"),
        spelled="a",
        requirement="a",
        origin=FromIndex(specifier(" || ".join(branches))),
        location=Location("pyproject.toml", 1),
    )

    assert not dependency.pinned


@given(st.text(alphabet="^~=<>!|, .*xv01a-+rcd", max_size=12))
def test_any_text_is_translated_or_refused(text: str) -> None:
    try:
        found = specifier(text)
    except ValueError:
        return
    SpecifierSet(found)
