"""`vetgate audit` judges all there is, the worst first, and blocks only if it is told to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.project import Project, make
from installed.environment import Made
from render.schemas import validator


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


def table(out: str) -> list[list[str]]:
    """Return the rows of the first table, its head left out."""
    rows = out.partition("\n\n")[0].splitlines()[1:]
    return [[cell for cell in row.split("  ") if cell.strip()] for row in rows]


def cells(out: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in row) for row in table(out)]


def test_a_long_name_breaks_no_other_column(project: Project) -> None:
    url = "https://files.example/packages/flask-1.0-py3-none-any.whl"
    project.stage("requirements.txt", f"flask @ {url}\n{'evil' * 10}\n")

    _, out, _ = project.vetgate("audit")

    rows = [line.split()[1:4] for line in out.splitlines()]
    assert (["any", "blocked", "requirements.txt:2"] in rows, "files.example" in out) == (
        True,
        False,
    )
    assert ["a", "URL", "warned"] in rows


def test_everything_is_told_the_worst_first_and_nothing_is_blocked(project: Project) -> None:
    project.stage("requirements.txt", "requests\nevil\n")
    project.stage("more/requirements.txt", "requests\ngone\nevil==1.0\n")

    code, out, err = project.vetgate("audit")

    assert (code, err) == (0, "")
    assert cells(out) == [
        ("evil", "any", "blocked", "requirements.txt:2", "unpopular"),
        ("gone", "any", "blocked", "more/requirements.txt:2", "removed"),
        ("evil", "==1.0", "passed", "more/requirements.txt:3", "exempted by pin: unpopular"),
        ("requests", "any", "passed", "more/requirements.txt:1 and 1 more"),
    ]
    assert out.endswith("\n2 blocked, 0 warned, 3 passed\n")


def test_each_rule_is_counted_by_package_beside_the_reference(project: Project) -> None:
    project.stage("requirements.txt", "evil\nrequests\n")
    project.stage("more/requirements.txt", "evil\ngone==1\n")

    out = project.vetgate("audit").out

    rules = {row.split()[0]: row.split()[1:] for row in out.split("\n\n")[1].splitlines()[1:13]}
    nothing = ["0", "0", "0", "-", "-", "-", "-"]
    assert rules == {
        "removed": ["0", "1", "0", "0", "1", "20", "83.87k"],
        "unknown-package": nothing,
        "unpopular": ["1", "0", "0", "1", "13", "37", "443.06k"],
        "rarely-used": ["0", "0", "0", "1", "11", "910", "717.09k"],
        "no-repository": ["0", "0", "0", "70", "472", "4,207", "413.79k"],
        "suspicious-tld": ["0", "0", "0", "12", "90", "503", "15.92k"],
        "malware": ["0", "0", "0", "2", "18", "110", "1.99k"],
        "vulnerable": nothing,
        "quarantined": nothing,
        "too-new": nothing,
        "lookalike": nothing,
        "off-index": nothing,
    }
    assert "here: of 3 packages; " in out


@pytest.mark.parametrize(
    ("content", "code"), [("evil\n", 1), ("requests\n", 0), ("evil==1.0\n", 0), ("", 0)]
)
def test_a_strict_audit_ends_as_a_check_does(project: Project, content: str, code: int) -> None:
    project.stage("requirements.txt", content)

    assert project.vetgate("audit", "--strict").code == code
    assert project.vetgate("check", "--all").code == code
    assert project.vetgate("audit").code == 0


def test_named_files_are_audited_alone(project: Project) -> None:
    project.stage("requirements.txt", "evil\n")
    project.stage("more/requirements.txt", "requests\n")

    out = project.vetgate("audit", "more/requirements.txt").out

    assert cells(out) == [("requests", "any", "passed", "more/requirements.txt:1")]


def test_nothing_to_judge_is_said_in_one_line(project: Project) -> None:
    assert project.vetgate("audit") == (0, "vetgate: nothing to judge\n", "")


@pytest.mark.parametrize("output", ["text", "json"])
def test_what_cannot_be_read_is_undecided(project: Project, output: str) -> None:
    project.stage("requirements.txt", "evil\n--wat\n")

    code, out, err = project.vetgate("audit", "--format", output)

    assert code == 3
    assert err.startswith("error: requirements.txt:2: ")
    assert err.endswith("nothing was decided\n")
    if output == "json":
        document = json.loads(out)
        validator("audit").validate(document)
        assert (document["verdict"], document["dependencies"]) == ("undecided", [])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--environment", "none"), "none: no such environment"),
        (("--environment", "none", "a.txt"), "--environment does not go with files"),
    ],
)
def test_a_wrong_command_line_is_wrong_usage(
    project: Project, arguments: tuple[str, ...], problem: str
) -> None:
    code, _, err = project.vetgate("audit", *arguments)

    assert (code, err.splitlines()[0]) == (2, f"error: {problem}")


def test_a_hostile_name_of_a_place_stays_on_its_line(project: Project) -> None:
    project.stage("requirements-\x1b[31m\n.txt", "evil\n")

    out = project.vetgate("audit").out

    assert "\x1b" not in out
    assert "requirements-\\x1b[31m\\n.txt:1" in out.replace("\n", "")


def test_the_document_has_it_all_and_obeys_its_schema(project: Project) -> None:
    project.stage("requirements.txt", "requests\nevil\n")

    code, out, _ = project.vetgate("audit", "--format", "json")

    document = json.loads(out)
    validator("audit").validate(document)
    assert code == 0
    assert [one["name"] for one in document["dependencies"]] == ["evil", "requests"]
    counted = {one["rule"]: one for one in document["rules"]}
    assert counted["unpopular"] == {
        "rule": "unpopular",
        "fired": 1,
        "exempted": 0,
        "unknown": 0,
        "reference": {"top_100": 1, "top_1000": 13, "top_10000": 37, "all": 443060},
    }
    assert (document["packages"], document["environment"], document["errors"]) == (2, None, [])


def test_an_environment_is_judged_by_what_is_in_it_and_an_installed_version_is_no_pin(
    project: Project,
) -> None:
    made = Made(project.folder / ".venv")
    made.set_traps(project.folder / "sprung")
    made.install("evil")
    made.install("gone")
    made.install("requests", "2.31")
    made.install("own", direct={"url": f"file://{project.folder}", "dir_info": {"editable": True}})
    made.install("other", direct={"url": "https://a.example/other.whl", "archive_info": {}})
    # Not the environment's, and so not judged here.
    project.stage("requirements.txt", "unheard-of\n")

    code, out, err = project.vetgate("audit", "--strict", "--environment", ".venv")

    assert (code, err) == (1, "")
    assert cells(out) == [
        ("evil", "==1.0", "blocked", "unpopular"),
        ("gone", "==1.0", "blocked", "removed"),
        ("other", "https://a.example/other.whl", "warned", "off-index"),
        ("own", ".", "passed"),
        ("requests", "==2.31", "passed"),
    ]
    assert not (project.folder / "sprung").exists()


def test_an_environment_with_something_unreadable_is_undecided(project: Project) -> None:
    made = Made(project.folder / ".venv")
    (made.install("evil") / "METADATA").unlink()

    code, out, err = project.vetgate("audit", "--environment", ".venv/bin/python")

    assert (code, out) == (3, "")
    assert err.endswith(
        "site-packages/evil-1.0.dist-info: has no metadata that tells what it is\n"
        "hint: remove it if it is left over from an installation that was broken off\n"
        "nothing was decided\n"
    )


def test_an_environment_that_shares_the_system_s_packages_says_so(project: Project) -> None:
    made = Made(project.folder / ".venv")
    (made.folder / "pyvenv.cfg").write_text("include-system-site-packages = true\n", "utf-8")

    code, out, err = project.vetgate("audit", "--environment", ".venv", "--format", "json")

    document = json.loads(out)
    validator("audit").validate(document)
    assert (code, document["environment"], document["dependencies"]) == (0, ".venv", [])
    assert err.startswith("note: this environment also uses what the system's Python has, ")
