"""Indexes that ask who somebody is: pip's ways to tell work, and no secret is shown or kept."""

from __future__ import annotations

import os
from base64 import b64encode
from functools import partial
from pathlib import Path

import pytest

from facts.live.loopback import Reply, Request
from installer.packages import sdist, source, wheel
from installer.world import BOTH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_SECRET = "s3cr3t"  # noqa: S105 - of an index that lives as long as a test
_TOLD = "Basic " + b64encode(f"somebody:{_SECRET}".encode()).decode()
_KEYRING = """#!/bin/sh
case "$*" in
    *"get http://127.0.0.1:"*) printf '{{"username": "somebody", "password": "{secret}"}}' ;;
    *) exit 1 ;;
esac
"""


def _answer(reply: Reply, request: Request) -> Reply:
    if request.headers.get("Authorization") == _TOLD:
        return reply
    return Reply(status=401, headers=(("WWW-Authenticate", 'Basic realm="x"'),))


def _lock(world: World) -> None:
    """Let the index, its pages and its files, answer nobody but `somebody`."""
    for path, replies in world.loopback.replies.items():
        world.loopback.computed[path] = partial(_answer, replies[0])


def _ways(world: World, way: str) -> dict[str, str]:
    """Set up one of the ways to tell pip; return the variables for it."""
    host = f"127.0.0.1:{world.loopback.port}"
    if way == "url":
        return {"PIP_INDEX_URL": f"http://somebody:{_SECRET}@{host}/simple"}
    if way == "pip.conf":
        world.write("pip.conf", f"[global]\nindex-url = http://somebody:{_SECRET}@{host}/simple\n")
        return {"PIP_CONFIG_FILE": "pip.conf", "PIP_INDEX_URL": ""}
    if way == "netrc":
        netrc = world.write("netrc", f"machine 127.0.0.1 login somebody password {_SECRET}\n")
        netrc.chmod(0o600)
        return {"NETRC": str(netrc)}
    keyring = world.write(f"{world.top}/bin/keyring", _KEYRING.format(secret=_SECRET))
    keyring.chmod(0o755)
    return {
        "PATH": f"{keyring.parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_INDEX_URL": f"http://somebody@{host}/simple",
        "PIP_KEYRING_PROVIDER": "subprocess",
    }


def _kept(folder: Path) -> list[str]:
    """Name the files below a folder that have the secret in them."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.name for path in found if _SECRET.encode() in path.read_bytes())


_WAYS = pytest.mark.parametrize("way", ["url", "pip.conf", "netrc", "keyring"])


@BOTH
@_WAYS
def test_an_index_that_asks_who_one_is_is_told(world: World, way: str, version: str) -> None:
    if way == "keyring" and version.startswith("22."):
        pytest.skip("this pip has no such setting")
    world.shelf.put(
        wheel("requests", requires=["fine-too>=2"]),
        sdist("fine-too", source("fine-too", "2.0", build_requires=["fine"]), "2.0"),
    )
    _lock(world)
    given = _ways(world, way)
    before = _kept(world.top)

    ran = world.pip("install", "requests", "--report", "report.json", **given)

    assert (ran.code, world.installed()) == (0, ["fine_too-2.0", "requests-1.0"]), ran.err
    assert _SECRET not in ran.out + ran.err
    assert _kept(world.top) == before


@_WAYS
def test_what_it_has_is_judged_all_the_same(world: World, way: str) -> None:
    _lock(world)

    ran = world.pip("install", "flask", **_ways(world, way))

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err
    assert _SECRET not in ran.out + ran.err


def test_who_is_not_let_in_is_told_and_nothing_is_decided(world: World) -> None:
    _lock(world)
    index = world.shelf.url.replace("://", "://somebody:guess@")

    ran = world.pip("install", "fine", PIP_INDEX_URL=index, PIP_RETRIES="0")

    assert (ran.code, world.installed()) == (3, [])
    assert f"error: fine: 127.0.0.1:{world.loopback.port} refuses access (status 401)" in ran.err
    assert "guess" not in ran.out + ran.err


def test_the_secret_of_one_index_is_not_told_to_another(world: World) -> None:
    index = world.shelf.url.replace("://", f"://somebody:{_SECRET}@")
    plain = world.shelf.url.replace("127.0.0.1", "localhost")

    ran = world.pip("install", "fine", "--extra-index-url", plain, PIP_INDEX_URL=index)

    assert (ran.code, world.installed()) == (0, ["fine-1.0"]), ran.err
    told = {
        request.headers.get("Authorization")
        for request in world.loopback.requests
        if request.headers["Host"].startswith("localhost")
    }
    assert told == {None}
