"""Whoever vouches for one version lets that one in, wherever it is needed, and no other."""

from __future__ import annotations

import json

import pytest

from facts.live.loopback import Reply
from installer.packages import sdist, source, wheel
from installer.repository import git
from installer.shelf import Shelf
from installer.world import BOTH, EACH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_ALLOWED = '[[allow]]\nname = "rare"\nversions = "==1.0"\nreason = "read it"\n'


@BOTH
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("rare", "-c", "pins.txt"), id="typed"),
        pytest.param(("-r", "list.txt", "-c", "pins.txt"), id="in-a-list"),
        pytest.param(("rare", "-r", "pins.txt"), id="typed-and-pinned-in-a-list"),
        pytest.param(
            ("--no-index", "-f", "wheels", "-r", "list.txt", "-c", "pins.txt"), id="from-a-folder"
        ),
    ],
)
def test_a_pin_in_a_constraint_is_one_for_what_is_asked_for(
    world: World, words: tuple[str, ...]
) -> None:
    world.write("list.txt", "rare\n")
    world.write("pins.txt", "rare==1.0\n")
    file = wheel("rare")
    world.write(f"wheels/{file.name}", file.content)
    world.shelf.put(wheel("rare", "2.0"))

    ran = world.pip("install", *words)

    assert (ran.code, world.installed()) == (0, ["rare-1.0"]), ran.err
    assert "BLOCKED" not in ran.err


def test_a_pin_in_a_constraint_lets_in_no_other_version(world: World) -> None:
    world.write("pins.txt", "rare==1.5\n")

    ran = world.pip("install", "rare", "-c", "pins.txt")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


@pytest.mark.parametrize("newest", ["1.0", "2.0"])
def test_an_allowance_for_one_version_lets_that_one_in_if_the_name_is_typed(
    world: World, newest: str
) -> None:
    world.write("vetgate.toml", _ALLOWED)
    world.shelf.put(wheel("rare", newest))

    ran = world.pip("install", "rare")

    assert (ran.code, world.installed()) == (0, ["rare-1.0"]), ran.err
    assert "rare: unpopular, exempted by allowance vetgate.toml:1: read it" in ran.err


def test_where_there_is_no_allowed_version_it_is_blocked(world: World) -> None:
    world.write("vetgate.toml", _ALLOWED.replace("1.0", "1.5"))

    ran = world.pip("install", "rare")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n  rare\n" in ran.err


@BOTH
@pytest.mark.parametrize("needed", ["rare", "rare==1.0"])
@pytest.mark.parametrize("by", ["typed", "constraint", "allowance"])
def test_what_a_build_requires_comes_in_if_somebody_vouches_for_it(
    world: World, needed: str, by: str
) -> None:
    world.write("pins.txt", "rare==1.0\n")
    world.write("vetgate.toml", _ALLOWED if by == "allowance" else "")
    world.shelf.put(
        sdist("fine", source("fine", "2.0", build_requires=[needed]), "2.0"),
        # A newer one comes neither to the build nor into the environment.
        *(() if by == "typed" else (sdist("rare", source("rare", "2.0"), "2.0"),)),
    )
    further = {"typed": ("rare==1.0",), "constraint": ("-c", "pins.txt"), "allowance": ()}[by]

    # The pip of a build reads no constraint of the pip that started it.
    ran = world.pip("install", "fine>=2", *further, PIP_CONSTRAINT="")

    assert ran.code == 0, ran.err
    assert world.installed() == ["fine-2.0", *(["rare-1.0"] if by == "typed" else [])]
    assert world.ran() == ["fine", "rare"]


@pytest.mark.parametrize("how", ["option", "variable"])
@pytest.mark.parametrize("needed", ["rare", "flask"])
def test_a_pin_in_a_constraint_of_builds_is_one_for_builds(
    world: World, how: str, needed: str
) -> None:
    world.write("pins.txt", "rare==1.0\n")
    world.shelf.put(
        sdist("fine", source("fine", "2.0", build_requires=[needed]), "2.0"), wheel("rare", "2.0")
    )
    option = ("--build-constraint", "pins.txt") if how == "option" else ()
    given = {"PIP_BUILD_CONSTRAINT": "pins.txt"} if how == "variable" else {}

    ran = world.pip("install", "fine", *option, **given)

    assert (ran.code, world.installed()) == (0, ["fine-2.0"]), ran.err
    assert world.ran() == ["fine", "rare"]


def test_a_constraint_of_builds_that_is_on_the_web_pins_nothing(world: World) -> None:
    world.loopback.on("/pins.txt", Reply(b"rare==1.0\n", media_type="text/plain"))
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=["rare"]), "2.0"))

    ran = world.pip("install", "fine", "--build-constraint", f"{world.loopback.url}/pins.txt")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


def test_what_a_build_requires_in_another_version_is_blocked(world: World) -> None:
    world.shelf.put(
        sdist("fine", source("fine", "2.0", build_requires=["rare==2.0"]), "2.0"),
        sdist("rare", source("rare", "2.0"), "2.0"),
    )

    ran = world.pip("install", "fine", "rare==1.0")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


def _write_own(world: World, dependency: str, *, build_requires: str = "", top: str = "") -> None:
    """Write a project of one's own, whose backend tells what its `pyproject.toml` declares."""
    asked = [dependency] if dependency else []
    built = [build_requires] if build_requires else []
    for path, text in source("own", requires=asked, build_requires=built).items():
        world.write(f"{top}{path}", text)
    declared = f'[project]\nname = "own"\nversion = "1.0"\ndependencies = {json.dumps(asked)}\n'
    read = (world.folder / f"{top}pyproject.toml").read_text()
    world.write(f"{top}pyproject.toml", read + declared)


@BOTH
@pytest.mark.parametrize("how", [(".",), ("-e", "."), ("-e", "./part"), ("-r", "list.txt")])
def test_what_a_project_of_ones_own_pins_is_pinned(world: World, how: tuple[str, ...]) -> None:
    _write_own(world, "rare==1.0", top="part/" if "./part" in how else "")
    world.write("list.txt", "-e .\n")
    world.shelf.put(wheel("rare", "2.0"))

    ran = world.pip("install", *how)

    assert (ran.code, world.installed()) == (0, ["own-1.0", "rare-1.0"]), ran.err
    assert "rare: unpopular, exempted by pin ==1.0" in ran.err


@BOTH
def test_what_another_repository_in_the_project_pins_is_not(world: World) -> None:
    _write_own(world, "rare==1.0", top="part/")
    git(world.folder, "init", "--quiet")
    git(world.folder / "part", "init", "--quiet")

    ran = world.pip("install", "-e", "./part")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n" in ran.err


@EACH
@pytest.mark.parametrize("asking", ["setup_requires", "setup-requires"])
def test_pip_fetches_what_setuptools_would_have_fetched_by_itself(
    world: World, asking: str
) -> None:
    script = "from setuptools import setup\nsetup(name='fine', version='2.0')\n"
    told = "Metadata-Version: 2.1\nName: fine\nVersion: 2.0\n"
    settings = f"[options]\n{asking} = rare\n"
    files = {"setup.py": script, "setup.cfg": settings, "PKG-INFO": told}
    world.shelf.put(sdist("fine", files, "2.0"))

    ran = world.pip("install", "fine")
    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED setuptools\n  needed by a build: setuptools" in ran.err

    # pip looks if both are there, and no further.
    for needed in ("setuptools", "wheel"):
        world.write(f"{world.packages}/{needed}/__init__.py", "")
    ran = world.pip("install", "--no-use-pep517", "fine")
    assert (ran.code != 0, world.installed()) == (True, [])
    known = "no such option: --no-use-pep517" not in ran.err
    assert ("which cannot be judged: leave out --no-use-pep517" in ran.err) is known


@BOTH
def test_what_a_project_of_ones_own_pins_to_build_with_is_pinned(world: World) -> None:
    _write_own(world, "", build_requires="rare==1.0")

    ran = world.pip("install", ".")

    assert (ran.code, world.installed()) == (0, ["own-1.0"]), ran.err


@BOTH
@pytest.mark.parametrize("pinned", [True, False])
def test_an_address_that_a_project_of_ones_own_pins_is_pinned(
    world: World, *, pinned: bool
) -> None:
    file = sdist("rare", source("rare"))
    other = Shelf(world.loopback, "/other")
    other.put(file)
    end = f"#sha256={file.sha256}" if pinned else ""
    _write_own(world, f"rare @ {other.link(file)}{end}")

    ran = world.pip("install", "-e", ".")

    come = ["own-1.0", "rare-1.0"] if pinned else []
    assert (ran.code, world.installed()) == (0 if pinned else 1, come), ran.err
    assert ("BLOCKED rare\n" in ran.err) is not pinned


def test_what_a_folder_pins_that_may_have_been_unpacked_there_is_not(world: World) -> None:
    _write_own(world, "rare==1.0", top="unpacked/")

    ran = world.pip("install", "./unpacked")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n  needed by own: rare==1.0\n" in ran.err


def test_a_project_that_vetgate_cannot_read_pins_nothing(world: World) -> None:
    _write_own(world, "rare==1.0")
    read = (world.folder / "pyproject.toml").read_text()
    world.write("pyproject.toml", read.replace('"rare==1.0"', '"rare==1.0", "no name!"'))

    ran = world.pip("install", "-e", ".")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n  needed by own: rare==1.0\n" in ran.err
