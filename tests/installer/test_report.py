"""What a run of pip leaves behind to read: a report for programs, a plan for people."""

from __future__ import annotations

import json
import sys

import pytest

from installer.packages import sdist, source, wheel
from installer.shelf import Shelf
from installer.world import BOTH, World
from render.schemas import validator
from scratch import Json

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.mark.parametrize(
    "arguments",
    [
        ("install", "flask", "--report", "report.json"),
        ("--report=report.json", "install", "flask"),
        ("download", "--report", "report.json", "flask"),
    ],
)
def test_the_report_has_the_schema_of_a_check(world: World, arguments: tuple[str, ...]) -> None:
    ran = world.pip(*arguments)

    document = world.report()
    validator("check").validate(document)
    assert ran.code == 1
    assert isinstance(document, dict)
    assert (document["verdict"], document["errors"]) == ("blocked", [])
    changes = document["changes"]
    assert isinstance(changes, list)
    assert [
        (one["name"], one["file"], one["line"], one.get("needed_by"), one["verdict"])
        for one in changes
        if isinstance(one, dict)
    ] == [
        ("flask", None, None, None, "passed"),
        ("rare", None, None, ["flask"], "blocked"),
    ]


def test_the_report_tells_who_asked_and_who_asked_for_that(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["flask"]))
    world.write("list.txt", "\nrequests\n")

    ran = world.pip(
        "install",
        "-r",
        "list.txt",
        "--extra-index-url",
        world.shelf.url + "/",
        "--report",
        "report.json",
    )

    document = world.report()
    validator("check").validate(document)
    assert ran.code == 1
    assert isinstance(document, dict)
    changes = document["changes"]
    assert isinstance(changes, list)
    told = {
        str(one["spelled"]): (one["name"], one["file"], one["line"], one.get("needed_by"))
        for one in changes
        if isinstance(one, dict)
    }
    assert told == {
        "requests": ("requests", "list.txt", 2, None),
        "flask": ("flask", None, None, ["requests"]),
        "rare": ("rare", None, None, ["flask", "requests"]),
    }


def test_what_could_not_be_decided_is_reported_as_such(world: World) -> None:
    ran = world.pip(
        *("install", "--retries=0", "fine", "--report", "report.json"),
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
    )

    document = world.report()
    validator("check").validate(document)
    assert isinstance(document, dict)
    assert (ran.code, document["verdict"], document["changes"]) == (3, "undecided", [])


@BOTH
def test_pips_own_report_has_another_name(world: World) -> None:
    ran = world.pip("install", "--dry-run", "fine", "--pip-report", "pips.json")

    document = world.report("pips.json")
    assert isinstance(document, dict)
    assert (ran.code, document["pip_version"]) == (0, world.pip_version)


def test_a_setting_for_pips_report_stays_pips(world: World) -> None:
    world.pip("install", "--dry-run", "fine", PIP_REPORT="pips.json")

    document = world.report("pips.json")
    assert isinstance(document, dict)
    assert document["pip_version"] == world.pip_version


def _folder_index(world: World) -> str:
    """Make an index of a folder with one project; return the URL of its file."""
    file = wheel("fine")
    path = world.top / "folder index" / "fine" / file.name
    path.parent.mkdir(parents=True)
    path.write_bytes(file.content)
    return path.as_uri()


@BOTH
def test_a_report_names_a_file_of_a_folder_where_it_lies(world: World) -> None:
    url = _folder_index(world)
    index = url.rpartition("/fine/")[0]

    ran = world.pip("install", "--pip-report", "pips.json", "-i", index, "fine")

    assert (ran.code, world.installed()) == (0, ["fine-1.0"]), ran.err
    assert _urls(world.report("pips.json")) == [url]
    assert "http://127.0.0.1" not in ran.out


def test_a_lock_names_a_file_of_a_folder_where_it_lies(world: World) -> None:
    url = _folder_index(world)

    ran = world.pip("lock", "-i", url.rpartition("/fine/")[0], "fine")

    assert ran.code == 0, ran.err
    assert f'url = "{url}"' in (world.folder / "pylock.toml").read_text()


def test_a_report_names_a_file_that_takes_credentials_without_them(world: World) -> None:
    index = world.shelf.url.replace("http://", "http://somebody:secret@")

    ran = world.pip("install", "--pip-report", "pips.json", "fine", PIP_INDEX_URL=index)

    assert (ran.code, world.installed()) == (0, ["fine-1.0"]), ran.err
    assert _urls(world.report("pips.json")) == [world.shelf.link(wheel("fine"))]


def _urls(document: Json) -> list[Json]:
    assert isinstance(document, dict)
    installs = document["install"]
    assert isinstance(installs, list)
    infos = [one["download_info"] for one in installs if isinstance(one, dict)]
    return [info["url"] for info in infos if isinstance(info, dict)]


@BOTH
def test_explaining_shows_the_plan_and_builds_and_installs_nothing(world: World) -> None:
    world.shelf.put(sdist("requests", source("requests", requires=["fine"])))

    ran = world.pip("install", "--explain", "requests", "fine-too")

    assert (ran.code, world.installed(), world.ran()) == (0, [], [])
    plan = ran.out[ran.out.index("package ") :]
    assert [line.split()[:3] for line in plan.splitlines()] == [
        ["package", "admits", "verdict"],
        ["fine", "any", "passed"],
        ["fine-too", "any", "passed"],
        ["requests", "any", "passed"],
    ]
    assert "note: fine-too comes as source: what it asks for once it is built" in ran.err


def test_explaining_a_blocked_package_ends_as_installing_it_would(world: World) -> None:
    ran = world.pip("install", "--explain", "flask")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "rare     any     blocked  unpopular\n" in ran.out
    assert " ".join(ran.out.split()).endswith(
        "The plan ends at what is blocked: nothing of that was looked at, so what it would bring "
        "along is unknown. What pip calls an error above is that block, and no fault of the index."
    )


def test_explaining_does_not_build_a_folder(world: World) -> None:
    for path, text in source("own").items():
        if path != "PKG-INFO":
            world.write(f"own/{path}", text)

    ran = world.pip("install", "--explain", "./own")

    assert (ran.code, world.ran()) == (1, [])
    assert "--explain builds nothing" in ran.err


@pytest.mark.parametrize(
    ("path", "why"), [("absent/report.json", "there is no such folder"), (".", "it is a folder")]
)
def test_a_report_that_cannot_be_written_is_told_of_before_anything_comes_in(
    world: World, path: str, why: str
) -> None:
    ran = world.pip("install", "fine", "--report", path)

    assert (ran.code, world.installed(), world.shelf.asked()) == (2, [], [])
    assert ran.err.endswith(f"\nerror: {path}: the report cannot be written: {why}\n")


def test_a_report_that_can_no_longer_be_written_is_told_of_after_what_was_decided(
    world: World,
) -> None:
    world.write("reports/.keep", "")
    # What is built takes the folder away in the middle of the run.
    files = source("fine", "2.0")
    files["backend.py"] += (
        f"import shutil; shutil.rmtree({str(world.folder / 'reports')!r}, True)\n"
    )
    world.shelf.put(sdist("fine", files, "2.0"))

    ran = world.pip("install", "fine", "--report", "reports/report.json")

    assert (ran.code, world.installed()) == (2, ["fine-2.0"])
    told = "cannot be written: No such file or directory"
    assert ran.err.endswith(
        f"vetgate: 1 package judged, all passed\nerror: reports/report.json: {told}\n"
    )


def test_a_dash_sends_the_report_to_the_standard_output(world: World) -> None:
    ran = world.pip("install", "--quiet", "rare", "--report", "-")

    document = json.loads(ran.out)
    validator("check").validate(document)
    assert (ran.code, document["verdict"]) == (1, "blocked")


@pytest.mark.parametrize(("name", "declared"), [("requirements.txt", True), ("r.txt", False)])
def test_a_command_is_told_only_where_it_does_what_it_says(
    world: World, name: str, *, declared: bool
) -> None:
    other = Shelf(world.loopback, "/other")
    other.put(wheel("rare"))
    world.write(name, "rare\n")

    here = world.pip("install", "-r", name)
    elsewhere = world.pip("install", "-i", other.url, "-r", name, VETGATE_INDEX_URL="")

    assert ("vetgate pin rare" in here.err) is declared
    assert "vetgate allow rare --rule unpopular --reason" in here.err
    assert "vetgate pin rare" not in elsewhere.err
    assert "vetgate allow rare --rule unpopular --unlisted --reason" in elsewhere.err


def test_a_version_to_pin_is_one_that_is_asked_for(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["rare<1.4.2"]))

    ran = world.pip("install", "requests")

    assert "BLOCKED rare\n  needed by requests: rare<1.4.2\n" in ran.err
    assert "rare==1.4.2" not in ran.err


def test_a_list_that_the_shell_writes_is_read(world: World) -> None:
    ran = world.run(
        "bash",
        "-c",
        f"{sys.executable} -m vetgate pip install -r <(echo fine) -r <(echo flask)",
        VIRTUAL_ENV=str(world.prefix),
    )

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n  needed by flask: rare\n" in ran.err


def test_where_a_nearer_policy_counts_that_is_told(world: World) -> None:
    world.write("vetgate.toml", "[rules.unpopular]\nlevel = 'block'\n")
    world.write("third/vetgate.toml", "[rules.unpopular]\nlevel = 'off'\n")
    world.write(".git/HEAD", "")

    ran = world.run(
        "bash",
        "-c",
        f"cd third && {sys.executable} -m vetgate pip install rare",
        VIRTUAL_ENV=str(world.prefix),
    )

    note = "note: judged by vetgate.toml, which is nearer, and not by ../vetgate.toml\n"
    assert (ran.code, note in ran.err) == (0, True)
    assert "note: judged by" not in world.pip("install", "fine").err
