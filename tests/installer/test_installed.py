"""What is installed already and nobody vouches for: it may stay, and is not fetched again."""

from __future__ import annotations

import pytest

from installer.packages import sdist, source, wheel
from installer.world import BOTH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_EAGER = ("-U", "--upgrade-strategy", "eager")


def _install_own(world: World, *options: str, requires: str = "fine") -> None:
    """Install `rare` from a folder, and only then put another by its name on the index."""
    for path, text in source("rare", requires=[requires]).items():
        world.write(f"helper/{path}", text)
    ran = world.plain_pip("install", "--no-deps", *options, "./helper")
    assert ran.code == 0, ran.err
    for mark in world.marks.iterdir():
        mark.unlink()


@BOTH
@pytest.mark.parametrize("further", [(), ("--use-deprecated=legacy-resolver",)])
def test_a_build_does_not_get_the_file_that_an_index_has_by_its_name(
    world: World, further: tuple[str, ...]
) -> None:
    _install_own(world)
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=["flask"]), "2.0"))

    ran = world.pip("install", *further, "fine")

    assert (ran.code, world.installed(), world.ran()) == (1, ["rare-1.0"], [])
    assert "BLOCKED rare\n" in ran.err
    assert "rare-1.0.tar.gz" not in world.shelf.asked()


def test_neither_does_a_build_in_pips_own_process(world: World) -> None:
    _install_own(world)
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=["flask"]), "2.0"))

    ran = world.pip("install", "--use-feature=inprocess-build-deps", "fine")

    assert (ran.code, world.installed(), world.ran()) == (1, ["rare-1.0"], [])
    assert "BLOCKED rare\n" in ran.err


@BOTH
@pytest.mark.parametrize("options", [(), ("-e",)], ids=["folder", "editable"])
def test_pip_does_not_fall_back_to_the_file_that_an_index_has_by_its_name(
    world: World, options: tuple[str, ...]
) -> None:
    _install_own(world, *options, requires="fine-too<1")

    ran = world.pip("install", *_EAGER, "flask")

    assert (ran.code, world.installed(), world.ran()) == (1, ["rare-1.0"], [])
    assert "BLOCKED rare\n  needed by flask: rare\n" in ran.err
    assert "rare-1.0.tar.gz" not in world.shelf.asked()


@BOTH
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("flask",), id="needed"),
        pytest.param(("-U", "flask"), id="needed-by-an-upgrade"),
        pytest.param((*_EAGER, "flask"), id="looked-at-by-an-eager-upgrade"),
        pytest.param(("rare", "flask"), id="typed"),
    ],
)
def test_what_stays_as_it_is_holds_nothing_up(world: World, words: tuple[str, ...]) -> None:
    _install_own(world)
    world.shelf.put(wheel("rare", "2.0"))

    ran = world.pip("install", *words)

    assert (ran.code, world.installed()) == (0, ["fine-1.0", "flask-1.0", "rare-1.0"]), ran.err
    assert "BLOCKED" not in ran.err
    assert "HELD BACK" not in ran.err


def test_where_pip_needs_another_version_it_is_blocked(world: World) -> None:
    _install_own(world)
    world.shelf.put(wheel("rare", "2.0"), wheel("requests", requires=["rare>1"]))

    ran = world.pip("install", "requests")

    assert (ran.code, world.installed()) == (1, ["rare-1.0"])
    assert "BLOCKED rare\n  needed by requests: rare>1\n" in ran.err


def test_a_fallback_that_needs_it_less_is_told_of(world: World) -> None:
    _install_own(world)
    world.shelf.put(
        wheel("rare", "2.0"), wheel("requests", "2.0", requires=["rare>1"]), wheel("requests")
    )

    ran = world.pip("install", "requests")

    assert (ran.code, world.installed()) == (0, ["rare-1.0", "requests-1.0"]), ran.err
    assert "HELD BACK some files of rare\n" in ran.err
