"""Hashes at the gate: what pip checks a file against gets through, and a wrong one stops it."""

from __future__ import annotations

import pytest

from facts.live.loopback import SIMPLE_JSON, Reply, page
from installer.packages import File, sdist, source, wheel
from installer.world import BOTH, World
from vetgate.facts.live.shapes import Json

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_WRONG = "0" * 64
_FINE = wheel("fine")


def _declare(world: World, file: File, form: str, **hashes: str) -> None:
    """Let the index say that a file has other hashes than it has."""
    path, link = f"/simple/{file.name.partition('-')[0]}/", world.shelf.link(file)
    if form == "html":
        fragment = "".join(f"#{kind}={value}" for kind, value in hashes.items())
        text = f'<!doctype html><a href="{link}{fragment}">{file.name}</a>'
        world.loopback.on(path, Reply(text.encode(), media_type="text/html"))
        return
    told: Json = {"filename": file.name, "url": link, "hashes": {**hashes}}
    whole: Json = {
        "meta": {"api-version": "1.0"},
        "name": file.name.partition("-")[0],
        "files": [told],
    }
    world.loopback.on(path, page(whole, SIMPLE_JSON))


def _index(world: World, way: str) -> str:
    """Return the index's URL; with credentials its files come through the gate."""
    return world.shelf.url.replace("://", "://somebody:secret@") if way == "gate" else ""


_WAYS = pytest.mark.parametrize("way", ["origin", "gate"])


@BOTH
@_WAYS
@pytest.mark.parametrize("form", ["json", "html"])
def test_a_file_that_is_not_what_its_index_says_does_not_come_in(
    world: World, way: str, form: str
) -> None:
    evil = sdist("fine", source("fine", "2.0"), "2.0")
    world.loopback.on(f"/files/{evil.name}", Reply(evil.content))
    _declare(world, evil, form, sha256=_WRONG)
    index = _index(world, way) or world.shelf.url

    ran = world.pip("install", "fine", PIP_INDEX_URL=index)

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert _WRONG in ran.err
    assert ran.err.endswith(
        "vetgate: 1 package judged, none was held back; "
        "pip itself failed, for the reason that it gives above\n"
    )


@BOTH
@_WAYS
@pytest.mark.parametrize(("sha256", "code"), [(_FINE.sha256, 0), (_WRONG, 1)])
def test_a_hash_that_a_person_wrote_is_what_counts(
    world: World, way: str, sha256: str, code: int
) -> None:
    world.write("requirements.txt", f"fine==1.0 --hash=sha256:{sha256}\n")
    index = _index(world, way) or world.shelf.url

    ran = world.pip("install", "--require-hashes", "-r", "requirements.txt", PIP_INDEX_URL=index)

    assert (ran.code, world.installed()) == (code, [] if code else ["fine-1.0"]), ran.err


def test_a_pin_with_a_hash_lets_in_that_file_only(world: World) -> None:
    rare = sdist("rare", source("rare"))
    world.write("requirements.txt", f"rare==1.0 --hash=sha256:{rare.sha256}\n")
    world.shelf.put(wheel("rare"))

    ran = world.pip("install", "-r", "requirements.txt")

    assert (ran.code, world.installed(), world.ran()) == (0, ["rare-1.0"], ["rare"])


def test_what_has_no_hash_where_all_need_one_does_not_come_in(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["fine"]))
    world.write(
        "requirements.txt",
        f"requests==1.0 --hash=sha256:{wheel('requests', requires=['fine']).sha256}\n",
    )

    plain = world.plain_pip("install", "-r", "requirements.txt")
    ran = world.pip("install", "-r", "requirements.txt")

    assert (ran.code, plain.code, world.installed()) == (1, 1, [])
    assert "In --require-hashes mode" in ran.err


@pytest.mark.parametrize("way", ["origin", "gate"])
def test_a_wrong_hash_of_a_metadata_file_stops_it(world: World, way: str) -> None:
    told: Json = {
        "filename": _FINE.name,
        "url": world.shelf.link(_FINE),
        "hashes": {"sha256": _FINE.sha256},
        "core-metadata": {"sha256": _WRONG},
    }
    whole: Json = {"meta": {"api-version": "1.1"}, "name": "fine", "files": [told], "versions": []}
    world.loopback.on("/simple/fine/", page(whole, SIMPLE_JSON))
    world.loopback.on(
        f"/files/{_FINE.name}.metadata",
        Reply(b"Metadata-Version: 2.1\nName: fine\nVersion: 1.0\n"),
    )

    ran = world.pip("install", "fine", PIP_INDEX_URL=_index(world, way) or world.shelf.url)

    assert (ran.code, world.installed()) == (1, [])
    assert _WRONG in ran.err
