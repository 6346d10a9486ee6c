"""Likeness of names: what may have been meant, and what is merely another name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.resembles import distance, resembles
from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.model.dependency import NormalizedName

RANKED = tuple(
    NormalizedName(name)
    for name in (
        "requests", "numpy", "django", "scikit-learn", "python-nmap", "python-dateutil", "six",
        "urllib3", "beautifulsoup4", "colorama", "tensorflow", "flask", "pyyaml",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("reqeusts", ("requests",), id="neighbours-swapped"),
        pytest.param("request", ("requests",), id="letter-dropped"),
        pytest.param("requestss", ("requests",), id="letter-added"),
        pytest.param("rekuests", ("requests",), id="letter-changed"),
        pytest.param("rekuestz", ("requests",), id="two-slips"),
        pytest.param("scikitlearn", ("scikit-learn",), id="separator-dropped"),
        pytest.param("beautiful-soup4", ("beautifulsoup4",), id="separator-added"),
        pytest.param("nmap-python", ("python-nmap",), id="words-swapped"),
        pytest.param("python-requests", ("requests",), id="python-in-front"),
        pytest.param("numpy-py", ("numpy",), id="python-behind"),
        pytest.param("dateutil", ("python-dateutil",), id="python-left-out"),
        pytest.param("yaml", ("pyyaml",), id="py-left-out"),
        pytest.param("sux", ("six",), id="short-name-one-slip"),
    ],
)
def test_names_what_may_have_been_meant(name: str, meant: tuple[str, ...]) -> None:
    assert resembles(NormalizedName(name), RANKED) == meant


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("requests", id="itself"),
        pytest.param("zz", id="too-short"),
        pytest.param("leaflet", id="another-name"),
        pytest.param("rekoestz", id="three-slips"),
        pytest.param("flazc", id="short-name-two-slips"),
    ],
)
def test_is_silent(name: str) -> None:
    assert resembles(NormalizedName(name), RANKED) == ()


def test_the_nearest_come_first_and_three_at_most() -> None:
    ranked = [NormalizedName(each) for each in ("abcdxx", "abcdef-g", "abcdeg", "abcdeh", "abcdei")]

    found = resembles(NormalizedName("abcdefg"), ranked)

    assert found == ("abcdef-g", "abcdeg")
    assert resembles(NormalizedName("abcdej"), ranked) == ("abcdeg", "abcdeh", "abcdei")


def test_real_names_are_found_among_all_ranked_ones() -> None:
    ranked = Snapshot.open(STARTER).ranked()

    assert resembles(NormalizedName("reqeusts"), ranked)[0] == "requests"
    assert resembles(NormalizedName("pytohn-dateutil"), ranked)[0] == "python-dateutil"


letters = st.text("abc", max_size=8)


@given(letters, letters)
def test_distance_is_the_same_both_ways(one: str, two: str) -> None:
    assert distance(one, two, 2) == distance(two, one, 2)


@given(letters, letters)
def test_a_bound_changes_no_distance_within_it(one: str, two: str) -> None:
    assert distance(one, two, 2) == min(distance(one, two, 9), 3)


@given(letters)
def test_distance_is_zero_to_itself_alone(word: str) -> None:
    assert distance(word, word, 2) == 0
    assert distance(word, word + "x", 2) == 1
