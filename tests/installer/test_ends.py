"""However a run of pip ends, what is told of it is true, and its exit code says the same."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from installer.packages import sdist, source, wheel
from installer.world import BOTH, World
from render.schemas import validator

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_EARLY = """
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder, "fine-2.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: fine\\nVersion: 2.0\\n")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\\n")
    return "fine-2.0.dist-info"
"""


def _building(code: str) -> dict[str, str]:
    """Return a source of which some code runs only as its wheel is built."""
    files = source("fine", "2.0")
    start = "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
    assert start in files["backend.py"]
    files["backend.py"] = files["backend.py"].replace(start, f"{start}    {code}\n") + _EARLY
    return files


@BOTH
def test_a_block_after_all_was_resolved_is_told(world: World) -> None:
    code = (
        "import subprocess; "
        f"subprocess.run([{world.python!r}, '-m', 'pip', 'install', 'rare'], check=False)"
    )
    world.shelf.put(sdist("fine", _building(code), "2.0"))

    ran = world.pip("install", "--no-build-isolation", "fine", "--report", "report.json")

    assert (ran.code, world.installed(), world.ran()) == (1, ["fine-2.0"], ["fine"]), ran
    assert "BLOCKED rare\n" in ran.err
    assert "all passed" not in ran.err
    assert " ".join(ran.err.split()).endswith(
        "1 blocked, 0 warned, 1 passed; "
        "pip went on without it, and what else it brought in is there"
    ), ran.err
    document = world.report()
    assert isinstance(document, dict)
    assert document["verdict"] == "blocked"


@BOTH
def test_that_a_build_failed_is_told(world: World) -> None:
    world.shelf.put(sdist("fine", _building("raise SystemExit(3)"), "2.0"))

    ran = world.pip("install", "fine")

    assert (ran.code, world.installed()) == (1, [])
    assert ran.err.endswith(
        "vetgate: 1 package judged, none was held back; "
        "pip itself failed, for the reason that it gives above\n"
    )


@BOTH
@pytest.mark.parametrize(
    "account",
    [
        "Metadata-Version: 2.1\nName: fi\0ne\nVersion: 2.0\n",
        "Metadata-Version: 2.1\nName: ../../x\nVersion: ..\n",
        "Metadata-Version: 2.1\nName: fine\xe9\nVersion: 2.0\n",
        f"Metadata-Version: 2.1\nName: {'f' * 300}\nVersion: 2.0\n",
        "Metadata-Version: 2.1\n",
        "",
    ],
    ids=["nul", "dots", "not-ascii", "long", "no-name", "empty"],
)
def test_a_source_whose_account_names_no_package_is_not_explained(
    world: World, account: str
) -> None:
    world.shelf.put(sdist("fine", {**source("fine", "2.0"), "PKG-INFO": account}, "2.0"))

    ran = world.pip("install", "--explain", "fine")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "whose PKG-INFO does not name a package and its version" in ran.err
    assert "Traceback" not in ran.err
    assert "all passed" not in ran.err


def test_an_account_of_an_odd_version_of_metadata_is_not_sure(world: World) -> None:
    account = "Metadata-Version: \u00b2.2\nName: fine\nVersion: 2.0\n"
    world.shelf.put(sdist("fine", {**source("fine", "2.0"), "PKG-INFO": account}, "2.0"))

    ran = world.pip("install", "--explain", "fine")

    assert "Traceback" not in ran.err
    assert "note: fine comes as source: what it asks for once it is built" in ran.err


@BOTH
def test_a_file_under_another_name_leaves_it_undecided(world: World) -> None:
    file = wheel("rare")
    world.write(f"wheels/{file.name}", file.content)
    listing = f'<!doctype html><a href="wheels/{file.name}#egg=fine-9.0">fine-9.0</a>'
    world.write("links.html", listing)

    ran = world.pip("install", "-f", "links.html", "fine", "--report", "report.json")

    assert (ran.code, world.installed(), world.ran()) == (3, [], [])
    assert "is taken for fine, which its file name does not say, or not in which version" in ran.err
    assert ran.err.endswith("\nnothing was decided\n")
    document = world.report()
    validator("check").validate(document)
    assert isinstance(document, dict)
    assert (document["verdict"], document["changes"]) == ("undecided", [])


@BOTH
def test_a_pip_that_a_build_starts_by_itself_has_none_of_the_users_places(world: World) -> None:
    told = world.folder / "told.txt"
    code = (
        "import os, pathlib; place = os.environ['PIP_FIND_LINKS']; "
        f"pathlib.Path({str(told)!r}).write_text(place)"
    )
    world.shelf.put(sdist("fine", _building(code), "2.0"))
    world.write("wheels/.keep", "")

    ran = world.pip("install", "fine", PIP_FIND_LINKS=f"{world.folder}/wheels")

    assert (ran.code, world.installed()) == (0, ["fine-2.0"]), ran.err
    place = Path(url2pathname(urlsplit(told.read_text()).path))
    assert place != world.folder / "wheels"
    assert {one.suffix for one in place.iterdir() if one.is_file()} == {".py"}
