"""Which of the versions that a constraint lets in reports are about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from core_strategies import specifiers
from vetgate.model.facts import Advisory, Release, Span
from vetgate.model.plain_versions import lets_in_a_free_one
from vetgate.model.releases import admitted, exact
from vetgate.model.reports import Reach, free, free_before, reach

plain = st.sampled_from(["0.9", "1", "1.0", "1.0.0", "1.0.1", "1.2", "1.10", "2", "2.0.1", "3"])
odd = st.sampled_from(["1.0rc1", "1.0.post1", "2.0.dev1", "1!0.1", "v1.2", "1.0+x", "not one"])
versions = plain | plain | odd
spans: SearchStrategy[Span] = st.builds(
    Span, st.just("0") | versions, st.none() | versions, st.none() | versions
)
advisories: SearchStrategy[list[Advisory]] = st.lists(
    st.builds(
        Advisory,
        id=st.sampled_from(["A", "B", "C"]),
        malicious=st.just(value=False),
        aliases=st.just(()),
        summary=st.just(""),
        severity=st.just(""),
        spans=st.lists(spans, max_size=2).map(tuple),
        versions=st.lists(versions, max_size=2).map(tuple),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
releases: SearchStrategy[list[Release]] = st.lists(
    st.builds(Release, versions, st.none(), st.booleans()), max_size=5
)


@given(advisories, specifiers, st.none() | releases)
def test_the_cheap_proof_proves_nothing_that_is_not_so(
    reports: list[Advisory], specifier: str, there: list[Release] | None
) -> None:
    if lets_in_a_free_one(reports, specifier, there):
        assert not reach(reports, specifier, there).every


@given(advisories, plain, plain, st.sampled_from(["", ">=1", ">1", "!=1", ">=1.0.1,!=2"]))
def test_the_cheap_proof_is_there_for_what_most_packages_look_like(
    reports: list[Advisory], fixed: str, newest: str, specifier: str
) -> None:
    mended = [one._replace(spans=(Span("0", fixed),), versions=()) for one in reports]
    there = [Release("0.1", None), Release(newest, None)]
    is_free = Version(newest) >= Version(fixed) and SpecifierSet(specifier).contains(newest)

    assert lets_in_a_free_one(mended, specifier, None)
    if is_free:
        assert lets_in_a_free_one(mended, specifier, there)


def is_about(advisory: Advisory, version: Version) -> bool:
    """Tell what `reach` should, as OSV's own description has it."""

    def parsed(text: str | None) -> Version | None:
        try:
            return None if text is None else Version(text)
        except ValueError:
            return None

    if version in {parsed(each) for each in advisory.versions}:
        return True
    for span in advisory.spans:
        begin = None if span.introduced == "0" else parsed(span.introduced)
        end, last = parsed(span.fixed), parsed(span.last)
        if (
            (begin is None or version >= begin)
            and (end is None or version < end)
            and (last is None or version <= last)
        ):
            return True
    return False


@given(advisories, specifiers, releases)
def test_every_admitted_release_is_looked_at(
    reports: list[Advisory], specifier: str, there: list[Release]
) -> None:
    if exact(specifier) is not None:
        return
    let_in = [(version, release.version) for version, release in admitted(specifier, there)]
    public = {name: Version(version.public) for version, name in let_in}
    struck = [name for _, name in let_in if any(is_about(one, public[name]) for one in reports)]
    whole = [
        name
        for version, name in let_in
        if name in struck or any(is_about(one, version) for one in reports if one.versions)
    ]

    found = reach(reports, specifier, there)

    assert set(struck) <= set(found.versions) <= set(whole)
    assert found.admitted == len(let_in)
    assert found.every is (bool(let_in) and len(found.versions) == len(let_in))
    assert found.known


@given(advisories, releases)
def test_what_is_free_is_there_and_free(reports: list[Advisory], there: list[Release]) -> None:
    version = free(reports, None, there)

    if version is not None:
        assert version in {release.version for release in there if not release.yanked}
        assert not reach(reports, f"=={version}", there).hit


HOLE = Advisory("A", malicious=False, spans=(Span("1.0", "1.2"),))


@pytest.mark.parametrize(
    ("specifier", "every", "hit"),
    [
        ("", False, True),
        ("<1.0", False, False),
        (">=1.2", False, False),
        (">=1.1.5,<1.2", True, True),
        (">1.0,<1.1", True, True),
        (">1.1,<1.2", True, True),
        ("==1.1.*", True, True),
        ("~=1.0", False, True),
        (">=1,<1.2.1", False, True),
        ("<1,>2", False, False),
    ],
)
def test_without_releases_the_versions_named_stand_for_all(
    specifier: str,
    every: bool,  # noqa: FBT001 - drawn from a table
    hit: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert reach([HOLE], specifier, None) == Reach(
        (HOLE,) if hit else (), (), 0, every=every, known=False
    )


def test_a_version_that_has_no_order_is_in_any_span() -> None:
    assert reach([HOLE], "===wat", None).every
    assert not reach([HOLE._replace(spans=())], "===wat", None).every
    assert reach([HOLE._replace(spans=(), versions=("wat",))], "===wat", None).every


def test_a_span_without_a_last_version_has_no_end() -> None:
    last = Advisory("B", malicious=False, spans=(Span("0", None, "1.5"),))

    assert [reach([last], f"=={version}", None).every for version in ("1.5", "1.5.1")] == [
        True,
        False,
    ]
    assert reach([last._replace(spans=(Span("1.5"),))], ">=1.5", None).every


@pytest.mark.parametrize(
    ("above", "there", "expected"),
    [
        (None, ["0.9", "1.1", "1.2", "2"], "0.9"),
        ("1.1", ["0.9", "1.1", "1.2", "2"], "1.2"),
        ("1.1", ["0.9", "1.1"], None),
        ("1.1", ["0.9", "1.1", "1.3rc1"], None),
        ("1.1", None, "1.2"),
        ("1.2", None, None),
    ],
)
def test_the_lowest_free_release_above_is_named(
    above: str | None, there: list[str] | None, expected: str | None
) -> None:
    releases = None if there is None else [Release(version, None) for version in there]

    assert free([HOLE], above, releases) == expected


@pytest.mark.parametrize(
    ("below", "there", "expected"),
    [
        ("1.1", ["0.8", "0.9", "1.0", "1.1", "1.2"], "0.9"),
        ("1.1", ["1.0", "1.1", "1.2"], None),
        ("1.1", ["0.9rc1", "1.1", "1.2"], None),
        ("1.1", None, None),
        (None, ["0.9", "1.1"], None),
        ("wat", ["0.9", "1.1"], None),
    ],
)
def test_the_highest_free_release_before_is_named(
    below: str | None, there: list[str] | None, expected: str | None
) -> None:
    releases = None if there is None else [Release(version, None) for version in there]

    assert free_before([HOLE], below, releases) == expected


@pytest.mark.parametrize(
    ("specifier", "version"),
    [("==1.0", "1.0"), ("=== 1.0", "1.0"), ("==1.*", None), (">=1", None), ("==1,<2", None),
     ("", None), ("==", None)],
)  # fmt: skip
def test_a_pin_names_its_version(specifier: str, version: str | None) -> None:
    assert exact(specifier) == version


def test_pips_choice_of_releases() -> None:
    there = [
        Release("1.0", None),
        Release("2.0", None, yanked=True),
        Release("3.0rc1", None),
        Release("wat", None),
    ]

    def told(specifier: str) -> list[str]:
        return [release.version for _, release in admitted(specifier, there)]

    assert told("") == ["1.0"]
    assert told("==2.0") == ["2.0"]
    assert told(">=3.0rc1") == ["3.0rc1"]
    assert told(">2") == ["3.0rc1"]
    assert told("nonsense") == ["1.0"]
    assert told("===wat") == []


LONG = "9" * 5000


@pytest.mark.parametrize(
    "specifier",
    [f">={LONG}", f"=={LONG}", f"=={LONG}.*", f"~={LONG}.1", f"==={LONG}", "==1.*", "===x",
     "nonsense", ">=1,,<2", "*", "=="],
    ids=["least", "pin", "any-of", "compatible", "literal", "any-of-1", "literal-x", "nonsense",
         "two-commas", "star", "no-version"],
)  # fmt: skip
@pytest.mark.parametrize(
    "there", [None, [], [Release("1.1", None), Release(LONG, None)]], ids=["unknown", "none", "two"]
)
def test_what_nobody_can_compare_is_no_trouble_and_lets_in_no_less(
    specifier: str, there: list[Release] | None
) -> None:
    odd = Advisory("B", malicious=False, spans=(Span(LONG, f"{LONG}.1"),), versions=(LONG,))

    found = reach([HOLE, odd], specifier, there)

    assert not lets_in_a_free_one([HOLE, odd], specifier, there) or not found.every
    if "9" in specifier and there:
        assert found.hit
    free([HOLE, odd], LONG, there)


@pytest.mark.parametrize(
    ("span", "version", "is_free"),
    [
        (Span("0", "2"), "2", True),
        (Span("0", "2"), "2.0", True),
        (Span("0", "2"), "1.9", False),
        (Span("0", "2rc1"), "2", False),  # it is, and the import is not spared
        (Span("0", "2rc1"), "2.1", True),
        (Span("0", None, "2"), "2", False),
        (Span("0", None, "2"), "1", False),
        (Span("0", None, "2"), "2.0.1", True),
        (Span("0", None, "2.post1"), "2", False),
        (Span("0", None, "1!2"), "3", False),
        (Span("0"), "3", False),
        (Span("3"), "2.9", True),
        (Span("3"), "3", False),
        (Span("3rc1"), "2", False),
    ],
)
def test_the_cheap_proof_at_the_ends_of_a_span(
    span: Span,
    version: str,
    is_free: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    report = Advisory("A", malicious=False, spans=(span,))

    assert lets_in_a_free_one([report], "", [Release(version, None)]) is is_free


@pytest.mark.parametrize(
    ("listed", "version", "is_free"),
    [
        ("1.0", "1", False),
        ("1.0", "1.1", True),
        ("1.0rc1", "1", True),
        ("v1.0", "1", False),
        ("0!1", "1", False),
        ("1.1234567890", "1", False),
    ],
)
def test_the_cheap_proof_about_versions_that_are_listed(
    listed: str,
    version: str,
    is_free: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    report = Advisory("A", malicious=False, versions=(listed,))

    assert lets_in_a_free_one([report], "", [Release(version, None)]) is is_free


@pytest.mark.parametrize(
    ("specifier", "lets_in"),
    [
        ("", True),
        (">=1", True),
        (">=1.2", False),
        (">1", True),
        (">1.1", False),
        ("<1.1", False),
        ("<=1.1.0", True),
        ("==1.1", True),
        ("!=1.1", False),
        (">=1,<2", True),
        ("~=1.1", False),  # it does, and the import is not spared
        ("==1.*", False),
    ],
)
def test_the_cheap_proof_reads_plain_clauses(
    specifier: str,
    lets_in: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    there = [Release("1.1", None), Release("9", None, yanked=True)]

    assert lets_in_a_free_one([HOLE._replace(spans=())], specifier, there) is lets_in
