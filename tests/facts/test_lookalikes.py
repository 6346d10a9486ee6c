"""Names that could be taken for far more popular ones, and names that only happen to be near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.lookalikes import Lookalikes
from vetgate.facts.resembles import distance
from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Likeness

TOP = ("requests", "numpy", "python-dateutil", "scikit-learn", "pymongo", "flask", "six", "wheel")
SOME, FEW = ("beautiful-thing", "moderna", "gadget"), ("rare-thing", "wxq-yz")
# Ranks as in the index: names of no letter in between, which nothing is like.
RANKED = tuple(
    NormalizedName(name)
    for name in (
        *TOP,
        *(f"{n:07}" for n in range(1200 - len(TOP))),
        *SOME,
        *(f"{n:07}" for n in range(1200, 5200 - len(SOME))),
        *FEW,
    )
)
SAME = "it differs in separators or in letters that look the same"
PAIRS = "it differs in letters that look the same"
WORDS = "it has the same words in another order"
PYTHON = "it differs by a word for Python"
SWAPPED = "two neighbouring letters are swapped"
DOUBLED = "a letter is doubled"
BESIDE = "a letter is another one beside it on the keyboard"
VOWEL = "a vowel is another one"
ADDED = "a letter is added"
DROPPED = "a letter is left out"
CHANGED = "a letter is another one"


@pytest.fixture(scope="module", params=[False, True], ids=["one", "many"])
def finder(request: pytest.FixtureRequest) -> Lookalikes:
    return Lookalikes(RANKED, many=request.param)


def alike(finder: Lookalikes, name: str) -> list[tuple[str, str]]:
    return [(one.name, one.how) for one in finder.of(NormalizedName(name))]


@pytest.mark.parametrize(
    ("name", "like", "how"),
    [
        ("request5", None, ""),
        ("req-uests", "requests", SAME),
        ("scikit1earn", "scikit-learn", SAME),
        ("sclkit-iearn", "scikit-learn", SAME),
        ("pym0ngo", "pymongo", SAME),
        ("rare-thlng", "rare-thing", SAME),
        ("modema", "moderna", PAIRS),
        ("vvxq-yz", "wxq-yz", PAIRS),
        ("dateutil-python", "python-dateutil", WORDS),
        ("thing-rare", "rare-thing", WORDS),
        ("python-requests", "requests", PYTHON),
        ("requests-py", "requests", PYTHON),
        ("pyrequests", "requests", PYTHON),
        ("dateutil", "python-dateutil", PYTHON),
        ("py-dateutil", "python-dateutil", PYTHON),
        ("mongo", "pymongo", PYTHON),
        ("reqeusts", "requests", SWAPPED),
        ("flaks", "flask", SWAPPED),
        ("beautifu-lthing", None, ""),
        ("beautiful-thign", "beautiful-thing", SWAPPED),
        ("gagdet", "gadget", SWAPPED),
        ("rare-thign", None, ""),
        ("requestss", "requests", DOUBLED),
        ("fflask", "flask", DOUBLED),
        ("gaddget", "gadget", DOUBLED),
        ("rewuests", "requests", BESIDE),
        ("flazk", None, ""),
        ("fadget", None, ""),
        ("requasts", "requests", VOWEL),
        ("rebuests", "requests", CHANGED),
        ("requestx", "requests", BESIDE),
        ("gadgex", None, ""),
        ("requestsx", "requests", ADDED),
        ("gadgets", None, ""),
        ("requests2", None, ""),
        ("request", "requests", DROPPED),
        ("gadge", "gadget", DROPPED),
        ("lask", None, ""),
        ("sxi", None, ""),
        ("requets1", None, ""),
        ("rqeuesst", None, ""),
        ("wheels", None, ""),
    ],
)
def test_what_is_like_a_popular_name(
    finder: Lookalikes, name: str, like: str | None, how: str
) -> None:
    if name == "beautifu-lthing":
        # The separator alone has moved.
        like, how = "beautiful-thing", SAME
    assert alike(finder, name) == ([] if like is None else [(like, how)])


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("rank", "changed", "swapped"), [(1000, 1, 1), (1001, 0, 1), (5000, 0, 1), (5001, 0, 0)]
)
def test_fewer_slips_count_the_less_popular_a_name_is(
    rank: int,
    changed: int,
    swapped: int,
    many: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    others = [f"{n:07}" for n in range(6000)]
    ranked = [NormalizedName(name) for name in (*others[: rank - 1], "gadget", *others[rank:])]
    finder = Lookalikes(ranked, many=many)

    assert [one.rank for one in finder.of(NormalizedName("gadgex"))] == [rank] * changed
    assert [one.rank for one in finder.of(NormalizedName("gagdet"))] == [rank] * swapped


def test_a_name_of_a_million_letters_is_told_at_once_to_be_like_none() -> None:
    finder = Lookalikes([NormalizedName("requests"), NormalizedName("numpy")])

    assert [finder.of(NormalizedName(letters * 1_000_000)) for letters in ("x", "x-")] == [(), ()]


def test_a_ranked_name_is_like_no_other() -> None:
    finder = Lookalikes([NormalizedName(name) for name in ("requests", "request", "reqeusts")])

    assert alike(finder, "request") == []
    assert alike(finder, "rewuests") == [("requests", BESIDE)]


def test_three_at_most_are_told_the_nearest_kind_first() -> None:
    names = ("abcdefx", "abcdefy", "abcdefz", "abcdefw", "abcd-ef")
    finder = Lookalikes([NormalizedName(name) for name in names])

    assert finder.of(NormalizedName("abcde-f")) == (
        Likeness(NormalizedName("abcd-ef"), 5, SAME),
        Likeness(NormalizedName("abcdefx"), 1, DROPPED),
        Likeness(NormalizedName("abcdefy"), 2, DROPPED),
    )


@pytest.fixture(scope="module")
def finders() -> tuple[Lookalikes, Lookalikes]:
    snapshot = Snapshot.open(STARTER)
    ranked = snapshot.ranked()
    snapshot.close()
    return Lookalikes(ranked), Lookalikes(ranked, many=True)


def test_real_names_are_found(finders: tuple[Lookalikes, Lookalikes]) -> None:
    one, _ = finders

    for name, meant in (
        ("reqeusts", "requests"),
        ("urlib3", "urllib3"),
        ("colourama", "colorama"),
        ("python-sqlite", None),
        ("djanga", "django"),
        ("jeilyfish", "jellyfish"),
        ("diango", "django"),
        ("acme-billing-tools", None),
    ):
        found = one.of(NormalizedName(name))
        assert (found[0].name if found else None) == meant


ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-"


@given(data=st.data())
def test_many_names_at_once_get_the_answers_that_each_would_get(
    finders: tuple[Lookalikes, Lookalikes], data: st.DataObject
) -> None:
    one, many = finders
    at = data.draw(st.integers(0, 6000))
    name = one._ranked[at]
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(ALPHABET))
    kinds = (
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place + 1 :],
        name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
        f"py{name}",
        "-".join(reversed(name.split("-"))),
    )
    drawn = NormalizedName(data.draw(st.sampled_from(kinds)).strip("-"))

    found = one.of(drawn)

    assert found == many.of(drawn)
    assert all(likeness.rank == one._ranked.index(likeness.name) + 1 for likeness in found)
    for likeness in found:
        if likeness.how not in {SAME, PAIRS, WORDS, PYTHON}:
            keys = drawn.replace("-", ""), likeness.name.replace("-", "")
            assert distance(*keys, 2) == 1
