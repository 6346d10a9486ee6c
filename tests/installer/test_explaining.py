"""A plan is made of what a source says of itself, whatever it is asked for by."""

from __future__ import annotations

import pytest

from installer.packages import sdist, source
from installer.world import BOTH, EACH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]


@BOTH
@pytest.mark.parametrize("way", ["archive", "url", "folder", "named"])
def test_a_source_without_a_name_is_explained_by_the_name_that_it_gives(
    world: World, way: str
) -> None:
    files = source("own", requires=["fine"])
    file = sdist("own", files)
    world.shelf.put(file)
    world.write(file.name, file.content)
    for path, text in files.items():
        world.write(f"folder/{path}", text)
    link = f"{world.shelf.link(file)}#sha256={file.sha256}"
    asked = {
        "archive": f"./{file.name}",
        "url": link,
        "folder": "./folder",
        "named": f"own @ {link}",
    }

    ran = world.pip("install", "--explain", asked[way], "rare==1.0")

    assert (ran.code, world.installed(), world.ran()) == (0, [], []), ran.err
    assert "Traceback" not in ran.err
    assert "\nWould install fine-1.0 own-1.0 rare-1.0\n" in ran.out
    assert "note: own comes as source: what it asks for once it is built" in ran.err


@EACH
def test_a_source_of_an_odd_version_is_no_fault_of_vetgates(world: World) -> None:
    file = sdist("own", source("own", "1.1build1"), "1.1build1")
    world.write(file.name, file.content)

    for asked in (f"./{file.name}", f"own @ file://{world.folder}/{file.name}"):
        ran = world.pip("install", "--explain", asked)

        assert (ran.code in {0, 1}, world.installed(), world.ran()) == (True, [], [])
        if ran.code:
            assert " comes as source whose PKG-INFO makes no sense to pip: " in ran.err
        else:
            assert "\nWould install own-1.1build1\n" in ran.out


@EACH
def test_what_is_installed_under_an_odd_version_is_in_nobodys_way(world: World) -> None:
    world.write(
        f"{world.packages}/old-1.1build1.egg-info",
        "Metadata-Version: 1.0\nName: old\nVersion: 1.1build1\n",
    )
    # What it says after installing anything, some pips cannot: that is their own.
    words = ("install", "--dry-run", "fine")
    plain = world.plain_pip(*words)

    ran = world.pip(*words)

    assert (ran.code, plain.code, "Would install fine-1.0" in ran.out) == (0, 0, True), ran.err


def test_where_nothing_is_missing_the_plan_says_so(world: World) -> None:
    assert world.pip("install", "fine").code == 0

    ran = world.pip("install", "--explain", "fine")

    assert ran.code == 0
    assert ran.out.endswith("\nnothing comes in: what is asked for is there already\n")


@BOTH
@pytest.mark.parametrize(
    ("build_requires", "code"),
    [("rare", 1), ("rare==1.0", 1), ("fine", 0), ("rare; python_version < '3'", 2)],
)
def test_what_a_source_says_that_it_is_built_with_is_judged(
    world: World, build_requires: str, code: int
) -> None:
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=[build_requires]), "2.0"))

    ran = world.pip("install", "--explain", "fine==2.0")

    assert (ran.code, world.installed(), world.ran()) == (code % 2, [], [])
    assert ("BLOCKED rare\n  needed by a build: rare" in ran.err) is (code == 1)
    told = "what the packages that it is built with need in turn"
    assert (f"note: fine comes as source: {told}" in ran.err) is (code != 2)


@BOTH
def test_what_is_pinned_for_a_build_is_none_of_a_plans_trouble(world: World) -> None:
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=["rare"]), "2.0"))

    ran = world.pip("install", "--explain", "fine==2.0", "rare==1.0")

    assert ran.code == 0
