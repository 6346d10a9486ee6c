"""Whether one specifier lets in no more than another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from core_strategies import specifiers, versions
from vetgate.model.specifiers import admits


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("", ""),
        ("", ">=1"),
        (" ", "==1.0"),
        ("", "===1.0"),
        ("", "!=1.0a1"),
        (">=1", ">=1"),
        (">=1", ">=1.1"),
        (">=1", "==1.*"[:3] + "1.0"),
        (">=1", ">=1,!=2.0b1"),
        ("~=1.4", "~=1.4.2,<2"),
        (">=1.0a1", ">=1.0"),
        (">=1.0a1", "==1.0a2"),
        ("==1.0+local", "==1.0+local"),
        ("<2", "==1.0+local"),
        ("==1.*", "==1.0+local"),
        ("nonsense", "nonsense"),
    ],
)
def test_admits(outer: str, inner: str) -> None:
    assert admits(outer, inner)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (">=1", ""),
        (">=1", ">=0.9"),
        (">1", ">=1"),
        ("<2", "<=2"),
        ("==1.0", "==1.*"),
        ("!=1.5", ">=1"),
        ("", "==1.0a1"),
        ("", ">=1.0.dev1"),
        ("", ">=1_RC1"),
        ("", "===1.0a1"),
        (">=1", "==1.5b1"),
        (">=1", "<2.0.dev0,>=1"),
        (">=1", "===1.0"),
        ("===1.0", "==1.0"),
        ("==1.0", "==1.0+local"),
        ("==1.0", "===1.0+local"),
        (">=1", "nonsense"),
        ("nonsense", ">=1"),
        ("", "1.0a nonsense"),
    ],
)
def test_does_not_admit(outer: str, inner: str) -> None:
    assert not admits(outer, inner)


@given(specifiers)
def test_each_specifier_admits_itself(specifier: str) -> None:
    assert admits(specifier, specifier)


@given(specifiers, specifiers, versions)
def test_what_the_inner_one_lets_in_the_outer_one_lets_in(
    outer: str, inner: str, version: str
) -> None:
    if "===" in outer or not admits(outer, inner):
        return
    narrow, wide = SpecifierSet(inner), SpecifierSet(outer)

    assert not narrow.contains(version) or wide.contains(version)


@given(specifiers, specifiers, specifiers)
def test_who_admits_an_admitted_one_admits(one: str, two: str, three: str) -> None:
    if admits(one, two) and admits(two, three):
        assert admits(one, three)


@given(st.sampled_from(["==", ">=", "<", "~=", "==="]), versions)
def test_a_pre_release_is_seen_without_packaging(operator: str, version: str) -> None:
    try:
        names_one = SpecifierSet(operator + version).prereleases
    except InvalidSpecifier:
        return

    assert admits("", operator + version) is not bool(names_one)
    assert bool(names_one) is Version(version).is_prerelease
