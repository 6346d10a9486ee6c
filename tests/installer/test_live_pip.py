"""The gate in front of the index that pip is set up for: off unless chosen with `-m live`."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer.world import World, living
from scratch import MACHINE, Json, Scratch

pytestmark = [pytest.mark.live, pytest.mark.allow_hosts(["127.0.0.1"])]


def _files(report: Json) -> dict[str, Json]:
    """Return the hashes of what a report of pip's says was installed, by name and version."""
    assert isinstance(report, dict)
    found: dict[str, Json] = {}
    installed = report["install"]
    assert isinstance(installed, list)
    for one in installed:
        assert isinstance(one, dict)
        metadata, taken = one["metadata"], one["download_info"]
        assert isinstance(metadata, dict)
        assert isinstance(taken, dict)
        found[f"{metadata['name']} {metadata['version']}"] = taken["archive_info"]
    return found


def _on_this_machine(world: World) -> World:
    """Let a world ask the index of this machine, with the snapshot of vetgate itself."""
    world.environment = {
        name: value
        for name, value in world.environment.items()
        if not name.startswith(("PIP_", "VETGATE_"))
    }
    world.environment |= {
        name: value
        for name, value in MACHINE.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy") or name == "HOME"
    }
    world.environment["VETGATE_CACHE_DIR"] = str(world.top / "cache")
    return world


def test_installs_what_pip_installs_hash_for_hash(tmp_path: Path, outside: Scratch) -> None:
    with living(tmp_path, outside.environment) as made:
        world = _on_this_machine(made)
        plain = world.plain_pip("install", "--dry-run", "--report", "plain.json", "requests")
        assert plain.code == 0, plain.err

        ran = world.pip("install", "--pip-report", "gated.json", "requests")

        assert ran.code == 0, ran.err
        assert _files(world.report("gated.json")) == _files(world.report("plain.json"))
        assert "packages judged" in ran.err
