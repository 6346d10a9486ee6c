"""Addresses in lists from the web: nobody here has read them, and a warning is not enough."""

from __future__ import annotations

import pytest

from facts.live.loopback import Reply
from installer.packages import File, sdist, source, wheel
from installer.shelf import Shelf
from installer.world import BOTH, OWN, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_RARE = sdist("rare", source("rare"))
_OTHER_FINE = wheel("fine", "66")


def _serve(world: World, path: str, text: str) -> str:
    """Put a list on the web; return its address."""
    world.loopback.on(path, Reply(text.encode(), media_type="text/plain"))
    return world.loopback.url + path


def _link(world: World, file: File) -> str:
    other = Shelf(world.loopback, "/other")
    other.put(file)
    return other.link(file)


def _lock(world: World, kind: str) -> str:
    """Write a lock file that names one file by its address."""
    file = {"archive": _RARE, "sdist": _RARE, "wheels": wheel("rare")}[kind]
    table = "[[packages.wheels]]" if kind == "wheels" else f"[packages.{kind}]"
    return (
        'lock-version = "1.0"\ncreated-by = "hand"\n'
        '[[packages]]\nname = "rare"\nversion = "1.0"\n'
        f'{table}\nurl = "{_link(world, file)}"\nhashes = {{sha256 = "{file.sha256}"}}\n'
    )


@BOTH
@pytest.mark.parametrize(
    "line",
    ["rare @ {rare}", "{rare}", "{rare}#sha256={sha}", "-e file://{top}/outside", "file://{top}"],
)
@pytest.mark.parametrize("through", ["the-command-line", "a-list-here"])
def test_what_a_list_from_the_web_names_by_its_address_is_blocked(
    world: World, line: str, through: str
) -> None:
    for path, text in source("rare").items():
        world.write(f"{world.top}/outside/{path}", text)
    named = line.format(rare=_link(world, _RARE), sha=_RARE.sha256, top=world.top)
    address = _serve(world, "/list.txt", f"{named}\n")
    world.write("list.txt", f"-r {address}\n")

    ran = world.pip("install", "-r", address if through == "the-command-line" else "list.txt")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED" in ran.err
    assert "off-index: comes from" in " ".join(ran.err.split())


@BOTH
@pytest.mark.parametrize(("wanted", "file"), [("flask", _RARE), ("fine", _OTHER_FINE)])
def test_a_constraint_from_the_web_puts_nothing_in_the_place_of_a_package(
    world: World, wanted: str, file: File
) -> None:
    name = file.name.partition("-")[0]
    address = _serve(world, "/constraint.txt", f"{name} @ {_link(world, file)}\n")

    ran = world.pip("install", wanted, "-c", address)

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert f"BLOCKED {name}\n" in ran.err


@pytest.mark.parametrize("kind", ["archive", "sdist", "wheels"])
def test_what_a_lock_file_from_the_web_names_is_blocked(world: World, kind: str) -> None:
    ran = world.pip("install", "-r", _serve(world, "/pylock.toml", _lock(world, kind)))

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


def test_what_a_list_here_names_by_its_address_comes_in_beside_one_from_the_web(
    world: World,
) -> None:
    address = _serve(world, "/list.txt", "fine\n")
    world.write("list.txt", f"-r {address}\nrare @ {_link(world, _RARE)}\n")

    ran = world.pip("install", "-r", "list.txt")

    assert (ran.code, world.installed()) == (0, ["fine-1.0", "rare-1.0"]), ran.err
    assert "WARNED rare\n  list.txt:2: " in ran.err


def test_what_the_policy_allows_comes_in_from_a_list_on_the_web(world: World) -> None:
    world.write("vetgate.toml", '[[allow]]\nname = "rare"\nreason = "read it"\n')
    address = _serve(world, "/list.txt", f"rare @ {_link(world, _RARE)}\n")

    ran = world.pip("install", "-r", address)

    assert (ran.code, world.installed()) == (0, ["rare-1.0"]), ran.err


@BOTH
@pytest.mark.parametrize("option", ["--extra-index-url", "--index-url", "--find-links"])
@pytest.mark.parametrize("through", ["the-command-line", "a-list-here"])
def test_where_a_list_from_the_web_would_look_nothing_comes_from(
    world: World, option: str, through: str
) -> None:
    other = Shelf(world.loopback, "/other")
    other.put(_OTHER_FINE)
    page = f'<!DOCTYPE html><a href="{other.link(_OTHER_FINE)}">{_OTHER_FINE.name}</a>'
    world.loopback.on("/page", Reply(page.encode(), media_type="text/html"))
    place = f"{world.loopback.url}/page" if option == "--find-links" else other.url
    address = _serve(world, "/list.txt", f"{option} {place}\n")
    world.write("list.txt", f"-r {address}\n")

    asked = address if through == "the-command-line" else "list.txt"
    ran = world.pip("install", "-r", asked, "fine")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    shown = "--index-url" if option == "--index-url" else option
    assert f"BLOCKED {shown}\n" in ran.err


@BOTH
def test_where_a_list_here_looks_is_warned_of_beside_one_from_the_web(world: World) -> None:
    other = Shelf(world.loopback, "/other")
    other.put(_OTHER_FINE)
    world.write("list.txt", f"--extra-index-url {other.url}\n-r {_serve(world, '/l', 'fine')}\n")

    ran = world.pip("install", "-r", "list.txt")

    assert (ran.code, world.installed()) == (0, ["fine-66"])
    assert "WARNED --extra-index-url\n" in ran.err


def test_a_list_that_is_read_late_sends_pip_nowhere_else(world: World) -> None:
    if world.pip_version != OWN:
        pytest.skip("this pip has no such feature")
    other = Shelf(world.loopback, "/other")
    world.write("late.txt", f"--index-url {other.url}\n")

    ran = world.pip(
        *("install", "--use-feature", "inprocess-build-deps"),
        *("--build-constraint", "late.txt", "fine-too"),
    )

    assert (ran.code, world.installed()) == (1, [])
    assert "late.txt names" in ran.err
    assert not any("/other" in path for path in world.loopback.paths())


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "--trusted-host 127.0.0.1\nfine",
        "fine-too --global-option=x",
        "fine-too --config-settings a=b",
    ],
)
def test_a_list_from_the_web_takes_no_check_away_and_tells_builds_nothing(
    world: World, text: str
) -> None:
    option = next(word for word in text.split() if word.startswith("--")).partition("=")[0]
    if option not in world.plain_pip("install", "--help").out:
        pytest.skip("this pip has no such option")
    address = _serve(world, "/list.txt", f"{text}\n")
    world.write("list.txt", f"-r {address}\n")

    for asked in (address, "list.txt"):
        ran = world.pip("install", "-r", asked)

        assert (ran.code, world.installed(), world.ran()) == (1, [], [])
        said = " ".join(ran.err.split())
        # Old pips know it on their command line only.
        assert f"{address} says {option}" in said or f"no such option: {option}" in said

    world.write("list.txt", f"{text}\n")
    assert f"says {option}" not in world.pip("install", "-r", "list.txt").err
