"""What counts as new, and what does not: each kind with its boundary, then the laws."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_strategies import (
    ANY,
    COMMIT,
    OTHER_SHA256,
    SHA256,
    dependencies,
    dependency,
    listed,
    option,
)
from vetgate.diff import diff
from vetgate.model.change import Added, Change, Removed, Updated
from vetgate.model.dependency import Dependency, FromIndex, FromPath, FromUrl, FromVcs
from vetgate.model.manifest import Runs

INDEX = "https://packages.acme.example/simple"
OTHER = "https://other.example/simple"
URL = "https://files.example/acme.whl"
GIT = "git+https://git.example/acme"
MAIN = option("--index-url", INDEX)
FURTHER = option("--extra-index-url", INDEX)
ELSEWHERE = "dev/requirements.txt"

Pair = tuple[Dependency, Dependency]


def specifiers(before: str, after: str) -> Pair:
    return listed(specifier=before), listed(specifier=after)


def extras(before: tuple[str, ...], after: tuple[str, ...]) -> Pair:
    return dependency(extras=before), dependency(extras=after)


def hashes(before: tuple[str, ...], after: tuple[str, ...]) -> Pair:
    return dependency(hashes=before), dependency(hashes=after)


SILENT = [
    pytest.param(*specifiers(">=1", ">=1"), id="the-same"),
    pytest.param(listed(), listed(line=9), id="another-line"),
    pytest.param(listed(), listed(file=ELSEWHERE), id="another-file"),
    pytest.param(listed(), dependency(table="project.dependencies"), id="another-table"),
    pytest.param(dependency("Acme_Utils"), dependency("acme.utils"), id="another-spelling"),
    pytest.param(listed(), dependency(marker="os_name == 'nt'"), id="a-marker-added"),
    pytest.param(dependency(marker="os_name == 'nt'"), listed(), id="a-marker-dropped"),
    pytest.param(*specifiers("", "==1.0"), id="pinned-at-last"),
    pytest.param(*specifiers(">=1", ">=1.0"), id="the-bound-spelled-otherwise"),
    pytest.param(*specifiers(">=1,<3", ">=1,<2"), id="tightened"),
    pytest.param(*specifiers(">=1", ">=1,!=1.5"), id="a-version-left-out"),
    pytest.param(*specifiers(">=1", ">=1,!=2.0a1"), id="a-pre-release-left-out"),
    pytest.param(*specifiers("", "!=2.0a1"), id="a-pre-release-left-out-of-all"),
    pytest.param(*specifiers(">=1.0a1", ">=2.0a1"), id="pre-releases-as-before"),
    pytest.param(*specifiers("==1.0", "==1.0.0"), id="the-same-version"),
    pytest.param(*specifiers("", "===1.0"), id="arbitrary-equality-under-anything"),
    pytest.param(*extras(("x", "y"), ("x",)), id="an-extra-dropped"),
    pytest.param(*hashes((), (SHA256,)), id="a-hash-at-last"),
    pytest.param(*hashes((SHA256, OTHER_SHA256), (SHA256,)), id="one-hash-of-two"),
    pytest.param(listed(), listed(constraint=True), id="only-constrains-now"),
    pytest.param(dependency(), dependency(locked=True), id="in-a-lock-file-now"),
    pytest.param(
        dependency(origin=FromUrl(URL, (SHA256,))),
        dependency(origin=FromUrl(URL, (SHA256,)), file=ELSEWHERE),
        id="a-url-moved",
    ),
    pytest.param(
        dependency(origin=FromUrl(URL)),
        dependency(origin=FromUrl(URL, (SHA256,))),
        id="a-hash-for-a-url-at-last",
    ),
    pytest.param(
        dependency(origin=FromVcs(GIT, "main")),
        dependency(origin=FromVcs(GIT, "main"), line=2),
        id="a-reference-as-before",
    ),
    pytest.param(
        dependency(None, FromPath("./lib", inside=True)),
        dependency(None, FromPath("./lib", inside=True), file=ELSEWHERE),
        id="a-path-moved",
    ),
    pytest.param(
        option("--find-links", INDEX),
        option("--find-links", INDEX, file=ELSEWHERE, line=4),
        id="an-option-moved",
    ),
]


@pytest.mark.parametrize(("before", "after"), SILENT)
def test_is_silent(before: Dependency, after: Dependency) -> None:
    assert diff([before], [after]) == ()


UPDATED = [
    pytest.param(*specifiers("==1.0", "==1.1"), id="the-pin-moved"),
    pytest.param(*specifiers("==1.0", ">=1.0"), id="the-pin-loosened"),
    pytest.param(*specifiers("==1.0", "==1.*"), id="the-pin-loosened-to-a-prefix"),
    pytest.param(*specifiers("==1.0", ""), id="the-pin-dropped"),
    pytest.param(*specifiers(">=1,<2", ">=1,<2.1"), id="the-upper-bound-raised"),
    pytest.param(*specifiers(">=1.1", ">=1"), id="the-lower-bound-lowered"),
    pytest.param(*specifiers(">=1,!=1.5", ">=1"), id="a-version-no-longer-left-out"),
    pytest.param(*specifiers(">=1", ">=1.5a1"), id="pre-releases-let-in"),
    pytest.param(*specifiers(">=1", ">=1,<2.0.dev0"), id="pre-releases-let-in-by-a-bound"),
    pytest.param(*specifiers("", ">=1-ALPHA"), id="pre-releases-let-in-loudly"),
    pytest.param(*specifiers(">=1,!=1.0a1", ">=2.0a1"), id="pre-releases-had-been-left-out"),
    pytest.param(*specifiers("===1.0", "==1.0"), id="arbitrary-equality-loosened"),
    pytest.param(*specifiers(">=1", "===1.0"), id="arbitrary-equality-has-no-order"),
    pytest.param(*specifiers(">=1", "not a version"), id="not-a-specifier-now"),
    pytest.param(*specifiers("not a version", ">=1"), id="not-a-specifier-before"),
    pytest.param(*extras((), ("x",)), id="an-extra-added"),
    pytest.param(*extras(("x",), ("y",)), id="an-extra-swapped"),
    pytest.param(*extras(("x",), ("x", "y")), id="another-extra"),
    pytest.param(*hashes((SHA256,), ()), id="the-hash-dropped"),
    pytest.param(*hashes((SHA256,), (OTHER_SHA256,)), id="the-hash-swapped"),
    pytest.param(*hashes((SHA256,), (SHA256, OTHER_SHA256)), id="a-second-hash"),
    pytest.param(listed(constraint=True), listed(), id="required-where-only-constrained"),
    pytest.param(
        listed(), dependency(origin=FromIndex("", only_index=INDEX)), id="an-index-of-its-own"
    ),
    pytest.param(
        dependency(origin=FromIndex("", only_index=INDEX)), listed(), id="its-own-index-dropped"
    ),
    pytest.param(
        dependency(origin=FromIndex("", only_index=INDEX)),
        dependency(origin=FromIndex("", only_index=OTHER)),
        id="its-own-index-swapped",
    ),
    pytest.param(
        listed(), dependency(origin=FromIndex("", indexes=(INDEX,))), id="in-reach-of-an-index"
    ),
    pytest.param(
        dependency(origin=FromIndex("", indexes=(INDEX,))), listed(), id="out-of-reach-of-its-index"
    ),
    pytest.param(listed(), dependency(origin=FromUrl(URL, (SHA256,))), id="from-a-url-now"),
    pytest.param(dependency(origin=FromUrl(URL)), listed(), id="from-the-index-now"),
    pytest.param(
        dependency(origin=FromUrl(URL)), dependency(origin=FromUrl(URL + "x")), id="another-url"
    ),
    pytest.param(
        dependency(origin=FromUrl(URL, (SHA256,))),
        dependency(origin=FromUrl(URL)),
        id="the-hash-in-the-url-dropped",
    ),
    pytest.param(
        dependency(origin=FromUrl(URL, (SHA256,))),
        dependency(origin=FromUrl(URL, (OTHER_SHA256,))),
        id="the-hash-in-the-url-swapped",
    ),
    pytest.param(
        dependency(origin=FromVcs(GIT, COMMIT)),
        dependency(origin=FromVcs(GIT, "main")),
        id="a-branch-for-a-commit",
    ),
    pytest.param(
        dependency(origin=FromVcs(GIT, "main")),
        dependency(origin=FromVcs(GIT)),
        id="the-reference-dropped",
    ),
    pytest.param(
        dependency(origin=FromPath("../lib", inside=True)),
        dependency(origin=FromPath("../lib", inside=False)),
        id="outside-now",
    ),
]


@pytest.mark.parametrize(("before", "after"), UPDATED)
def test_is_updated(before: Dependency, after: Dependency) -> None:
    assert diff([before], [after]) == (Updated(before, after),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([], [listed()], id="the-first"),
        pytest.param([listed("beta")], [listed("beta"), listed()], id="another-name"),
        pytest.param(
            [dependency(None, FromUrl(URL))],
            [dependency(None, FromUrl(URL)), dependency(None, FromUrl(URL + "x"))],
            id="another-bare-url",
        ),
        pytest.param(
            [dependency(origin=FromUrl(URL))],
            [dependency(origin=FromUrl(URL)), dependency(None, FromUrl(URL))],
            id="a-url-that-had-a-name",
        ),
        pytest.param([MAIN], [MAIN, FURTHER], id="the-same-place-by-another-option"),
    ],
)
def test_is_added(before: list[Dependency], after: list[Dependency]) -> None:
    assert diff(before, after) == (Added(after[-1]),)


def test_a_name_listed_twice_is_judged_twice() -> None:
    twice = [listed(line=1), listed(line=2)]

    assert diff([], twice) == (Added(twice[0]), Added(twice[1]))


def test_a_looser_line_beside_the_line_that_was_there_is_updated() -> None:
    pinned, loose = listed(specifier="==1.0"), listed(specifier=">=1", line=2)

    assert diff([pinned], [pinned, loose]) == (Updated(pinned, loose),)


def test_any_manifest_may_have_declared_it_before() -> None:
    here, there = listed(specifier="==1.0"), listed(file=ELSEWHERE)

    assert diff([here, there], [listed(specifier=">=1"), there]) == ()


def test_what_is_updated_is_the_nearest_of_the_same_table_and_file() -> None:
    far = listed(specifier="==1.0", file=ELSEWHERE, line=5)
    near, nearer = listed(specifier="==1.1", line=2), listed(specifier="==1.2", line=6)
    tabled = dependency(origin=FromIndex("==1.3"), line=5, table="project.dependencies")
    after = listed(specifier=">=1", line=5)

    assert diff([far, near, nearer, tabled], [after]) == (Updated(nearer, after),)


def test_what_is_gone_everywhere_is_removed_once_and_comes_last() -> None:
    gone, also = listed("beta", line=3), listed("beta", line=7)

    assert diff([also, gone], [listed()]) == (Added(listed()), Removed(gone))


def test_what_stands_in_one_place_is_told_apart_whatever_the_order() -> None:
    gone, also = listed("beta", "==1"), listed("beta", "==2")

    assert diff([gone, also], []) == diff([also, gone], []) == (Removed(gone),)


def test_a_new_option_is_one_change_and_not_one_for_each_dependency_in_its_reach() -> None:
    reached = dependency(origin=FromIndex("", indexes=(INDEX,)))

    assert diff([listed()], [FURTHER, reached]) == (Added(FURTHER),)


def test_an_option_that_stood_elsewhere_is_news_to_the_dependencies_in_its_reach() -> None:
    reached = dependency(origin=FromIndex("", indexes=(INDEX,)))
    stood = option("--extra-index-url", INDEX, file=ELSEWHERE)

    assert diff([stood, listed()], [stood, FURTHER, reached]) == (Updated(listed(), reached),)


def test_a_dependency_whose_index_goes_comes_from_elsewhere() -> None:
    reached = dependency(origin=FromIndex("", indexes=(INDEX,), instead=(INDEX,)))

    assert diff([MAIN, reached], [listed()]) == (Updated(reached, listed()), Removed(MAIN))


def test_an_index_that_stood_in_for_the_default_one_and_is_a_further_one_now_is_news() -> None:
    before = dependency(origin=FromIndex("", indexes=(INDEX,), instead=(INDEX,)))
    after = dependency(origin=FromIndex("", indexes=(INDEX,)))

    assert diff([MAIN, before], [FURTHER, after]) == (
        Added(FURTHER),
        Updated(before, after),
        Removed(MAIN),
    )


def test_a_new_index_that_stands_in_for_the_default_one_is_news_to_all_in_its_reach() -> None:
    after = dependency(origin=FromIndex("", indexes=(INDEX,), instead=(INDEX,)))

    assert diff([listed()], [MAIN, after]) == (Added(MAIN), Updated(listed(), after))


def test_a_further_index_that_stands_in_for_the_default_one_now_is_narrower() -> None:
    before = dependency(origin=FromIndex("", indexes=(INDEX,)))
    after = dependency(origin=FromIndex("", indexes=(INDEX,), instead=(INDEX,)))

    assert diff([FURTHER, before], [MAIN, after]) == (Added(MAIN), Removed(FURTHER))


HOLDING = listed(specifier="==1.0", file="constraints.txt", constraint=True)


def test_a_dependency_whose_constraint_goes_is_as_loose_as_its_own_line() -> None:
    assert diff([listed(), HOLDING], [listed()]) == (Updated(HOLDING, listed()),)


def test_a_constraint_that_loosens_is_measured_by_the_constraint_before() -> None:
    loose = listed(specifier=">=1", file="constraints.txt", constraint=True)

    assert diff([listed(), HOLDING], [listed(), loose]) == (Updated(HOLDING, loose),)
    assert diff([listed(), loose], [listed(), HOLDING]) == ()
    assert diff([listed()], [listed(), loose]) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            [listed(), HOLDING], [listed(), HOLDING._replace(table="moved")], id="it-moved"
        ),
        pytest.param(
            [listed(specifier="==1.0"), HOLDING], [listed(specifier="==1.0")], id="as-strict"
        ),
        pytest.param(
            [listed(), listed(constraint=True)], [listed()], id="it-had-held-nothing-back"
        ),
        pytest.param(
            [listed(), HOLDING, HOLDING._replace(table="again")],
            [listed(), HOLDING],
            id="another-one-is-as-strict",
        ),
    ],
)
def test_a_constraint_that_goes_is_silent(
    before: list[Dependency], after: list[Dependency]
) -> None:
    assert diff(before, after) == ()


def test_a_looser_constraint_beside_the_one_that_goes_holds_back_less() -> None:
    loose = listed(constraint=True, file="others.txt")

    assert diff([listed(), loose, HOLDING], [listed(), loose]) == (Updated(HOLDING, listed()),)


REQUIRED, HELD = listed().location.file, HOLDING.location.file
NAMING = {REQUIRED: frozenset((REQUIRED, HELD))}
ALONE = {REQUIRED: frozenset((REQUIRED,)), HELD: frozenset((HELD,))}
BESIDE = {**NAMING, ELSEWHERE: frozenset((ELSEWHERE, HELD))}
NO_LONGER = {REQUIRED: frozenset((REQUIRED,)), ELSEWHERE: frozenset((ELSEWHERE, HELD))}
OTHER_HOLDING = HOLDING._replace(location=listed(file="others.txt").location)
ANOTHER = {REQUIRED: frozenset((REQUIRED, "others.txt")), HELD: frozenset((HELD,))}


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        pytest.param([listed(), HOLDING], [listed(), HOLDING], (NAMING, ALONE), id="not-named"),
        pytest.param(
            [listed(), listed("beta", file=ELSEWHERE), HOLDING],
            [listed(), listed("beta", file=ELSEWHERE), HOLDING],
            (BESIDE, NO_LONGER),
            id="named-by-another-manifest-only",
        ),
        pytest.param(
            [listed(), HOLDING, listed(constraint=True, file="others.txt")],
            [listed(), HOLDING, listed(constraint=True, file="others.txt")],
            (NAMING, ANOTHER),
            id="a-looser-one-named-in-its-place",
        ),
        pytest.param([listed(), HOLDING], [listed()], (ALONE, ALONE), id="of-the-command-line"),
        pytest.param(
            [listed(), HOLDING],
            [listed(), listed(file=ELSEWHERE), HOLDING],
            (NAMING, {**NAMING, ELSEWHERE: frozenset((ELSEWHERE,))}),
            id="required-where-it-is-not-named",
        ),
    ],
)
def test_a_constraint_that_a_run_no_longer_reads_lets_go(
    before: list[Dependency], after: list[Dependency], runs: tuple[Runs, Runs]
) -> None:
    (change,) = diff(before, after, runs=runs)

    assert isinstance(change, Updated)
    assert (change.before, change.after.name) == (HOLDING, HOLDING.name)


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        pytest.param([listed(), HOLDING], [listed(), HOLDING], (NAMING, NAMING), id="as-it-was"),
        pytest.param(
            [listed(), HOLDING],
            [listed(), HOLDING, OTHER_HOLDING],
            (NAMING, ANOTHER),
            id="another-as-strict-is-named",
        ),
        pytest.param(
            [listed(), HOLDING],
            [listed(), OTHER_HOLDING],
            (ALONE, ANOTHER),
            id="of-the-command-line-and-named-now",
        ),
        pytest.param(
            [listed(), listed(file=ELSEWHERE), HOLDING],
            [listed(), HOLDING],
            ({**NAMING, ELSEWHERE: frozenset((ELSEWHERE,))}, ALONE),
            id="free-in-another-manifest-before",
        ),
        pytest.param(
            [listed(), listed("beta", file=ELSEWHERE), HOLDING],
            [listed(), listed("beta", file=ELSEWHERE)],
            (NO_LONGER, {**ALONE, ELSEWHERE: frozenset((ELSEWHERE,))}),
            id="it-was-never-named-here",
        ),
    ],
)
def test_a_run_that_holds_back_as_much_is_silent(
    before: list[Dependency], after: list[Dependency], runs: tuple[Runs, Runs]
) -> None:
    assert diff(before, after, runs=runs) == ()


MOVED = listed(file=ELSEWHERE)


@pytest.mark.parametrize(
    ("after", "tip", "changes"),
    [
        pytest.param([MOVED], [listed(file="more.txt")], (), id="moved-and-still-declared"),
        pytest.param([listed(line=9)], [], (), id="kept-in-a-file-that-nobody-edited"),
        pytest.param([MOVED], [], (Added(MOVED),), id="moved-and-gone-meanwhile"),
        pytest.param([listed(), MOVED], [], (Added(MOVED),), id="copied-and-gone-meanwhile"),
        pytest.param(
            [MOVED],
            [listed(specifier="==1.0")],
            (Updated(listed(specifier="==1.0"), MOVED),),
            id="moved-and-pinned-meanwhile",
        ),
    ],
)
def test_what_moves_has_to_be_declared_where_it_is_going(
    after: list[Dependency], tip: list[Dependency], changes: tuple[Change, ...]
) -> None:
    kept = [listed("beta"), listed("beta", file=ELSEWHERE)]

    assert diff([listed(), *kept], [*after, *kept], tip=[*tip, *kept]) == changes


@pytest.mark.parametrize(
    ("tip", "changes"),
    [
        pytest.param([listed(line=3)], (), id="still-declared"),
        pytest.param([listed(file=ELSEWHERE)], (), id="declared-elsewhere-meanwhile"),
        pytest.param([], (Added(listed(line=9)),), id="gone-meanwhile"),
        pytest.param(
            [listed(specifier="==1.0")],
            (Updated(listed(specifier="==1.0"), listed(line=9)),),
            id="pinned-meanwhile",
        ),
    ],
)
def test_what_may_have_moved_in_its_file_has_to_be_declared_where_it_is_going(
    tip: list[Dependency], changes: tuple[Change, ...]
) -> None:
    file = frozenset((listed().location.file,))

    assert diff([listed()], [listed(line=9)], tip=tip, edited=file) == changes


manifests = st.lists(dependencies(), max_size=6)


def incoming(changes: tuple[Change, ...]) -> list[Dependency]:
    return [change.after for change in changes if not isinstance(change, Removed)]


@given(manifests)
def test_nothing_changes_between_a_state_and_itself(state: list[Dependency]) -> None:
    assert diff(state, state) == ()


@given(manifests)
def test_everything_is_new_to_an_empty_state_exactly_once(state: list[Dependency]) -> None:
    assert diff([], state) == tuple(Added(one) for one in state)


@given(manifests, manifests)
def test_each_line_that_nothing_before_admits_is_judged_exactly_once(
    before: list[Dependency], after: list[Dependency]
) -> None:
    # Constraints and places apart: a line is judged by itself.
    old = [one for one in before if not one.constraint and one.name is not None]
    new = [one for one in after if not one.constraint and one.name is not None]

    assert incoming(diff(old, new)) == [
        one for one in new if all(incoming(diff([them], [one])) for them in old)
    ]


@given(manifests, manifests, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_the_set_of_changes(
    before: list[Dependency], after: list[Dependency], random: Random
) -> None:
    changes = diff(before, after)
    random.shuffle(before)
    random.shuffle(after)

    assert set(diff(before, after)) == set(changes)


@given(manifests, st.sets(st.integers(0, 5)))
def test_a_part_of_what_there_was_is_silent_if_every_constraint_stays(
    before: list[Dependency], left_out: set[int]
) -> None:
    kept = [one for at, one in enumerate(before) if one.constraint or at not in left_out]

    assert incoming(diff(before, kept)) == []


@given(manifests, manifests)
def test_what_is_removed_is_declared_nowhere_any_more(
    before: list[Dependency], after: list[Dependency]
) -> None:
    changes = diff(before, after)
    gone = {change.before for change in changes if isinstance(change, Removed)}

    assert gone <= set(before)
    assert {one.name for one in gone if one.name}.isdisjoint(one.name for one in after)


@given(st.lists(dependencies(), min_size=1, max_size=6))
def test_a_name_that_was_not_there_is_added_whatever_else_there_was(
    before: list[Dependency],
) -> None:
    newcomer = dependency("newcomer", ANY)

    assert diff(before, [*before, newcomer]) == (Added(newcomer),)
