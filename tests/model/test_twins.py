"""Which paths some disks take for one and the same."""

from __future__ import annotations

import pytest

from vetgate.model.twins import Changed, Twins

COMPOSED, DECOMPOSED = "gr\u00f6\u00dfe", "gro\u0308\u00dfe"


@pytest.mark.parametrize(
    ("paths", "path", "twin"),
    [
        (["a.txt", "A.txt"], "a.txt", "A.txt"),
        (["deps/a.txt", "Deps"], "deps/a.txt", "Deps"),
        ([COMPOSED, DECOMPOSED], COMPOSED, DECOMPOSED),
        (["a.txt", "b.txt"], "a.txt", None),
        (["a.txt"], "a.txt", None),
        (["deps/a.txt", "Deps/b.txt"], "deps/a.txt", None),
    ],
)
def test_a_twin_is_another_path_for_the_same_file(
    paths: list[str], path: str, twin: str | None
) -> None:
    assert Twins(paths).of(path) == twin


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ("a.txt", "a.txt"),
        ("A.TXT", "a.txt"),
        ("Deps", "deps/more/a.txt"),
        ("deps", "deps/a.txt"),
        (DECOMPOSED, f"{COMPOSED}/a.txt"),
    ],
)
def test_a_change_touches_what_may_lie_in_its_place(changed: str, path: str) -> None:
    assert Changed(frozenset((changed, "other"))).touches(("b.txt", path))


@pytest.mark.parametrize("changed", ["b.txt", "a.txt.bak", "deps/b.txt", "dep", "deps/a.txt/x"])
def test_a_change_beside_it_touches_nothing(changed: str) -> None:
    assert not Changed(frozenset((changed,))).touches(("a.txt", "deps/a.txt"))
