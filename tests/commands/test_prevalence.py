"""`vetgate prevalence` counts over the snapshot in use, and names what a rule fires on."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import datetime, timezone
from pathlib import Path

import pytest

from commands.project import Project, Said, make
from render.schemas import validator
from vetgate.facts.prevalence_page import PAGE, written
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed
from vetgate.model.prevalence import Among, Count, Prevalence

AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
FACTS = ("presence", "rank", "downloads", "dependents")
ROWS = (
    *(Row(normalize(f"rare-{n:02}"), Listed(), downloads=n, dependents=9) for n in range(40)),
    *(Row(normalize(f"top-{n}"), Listed(), rank=n, downloads=10**6) for n in (1, 7, 5001)),
    Row(normalize("lonely"), Listed(), downloads=5000, dependents=0),
)


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    made = make(tmp_path, capsys, monkeypatch)
    snapshot = tmp_path / "all.sqlite"
    origins = dict.fromkeys(FACTS, Origin("the tests", AS_OF))
    write(str(snapshot), ROWS, About(AS_OF, origins))
    monkeypatch.setenv("VETGATE_SNAPSHOT", str(snapshot))
    return made


def rows(out: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in out.splitlines() if line[:1].isalpha()}


def test_each_rule_is_counted_beside_the_reference(project: Project) -> None:
    code, out, err = project.vetgate("prevalence")

    assert (code, err) == (0, "")
    told = rows(out)
    assert told["unpopular"] == ["0", "0", "0", "40", "1", "13", "37", "443.06k"]
    assert told["rarely-used"] == ["0", "0", "0+", "1+", "1", "11", "910", "717.09k"]
    assert told["malware"] == ["-", "-", "-", "-", "2", "18", "110", "1.99k"]
    assert told["quarantined"] == ["0", "0", "0", "0", "-", "-", "-", "-"]
    assert "fires on, of 2, 2, 3, 44 packages in the snapshot of 2026-11-01" in out


def test_a_program_is_told_the_same(project: Project) -> None:
    document = json.loads(project.vetgate("prevalence", "--format", "json").out)

    validator("prevalence").validate(document)
    assert document["groups"][-1] == {"among": "all", "rank": None, "packages": 44}
    (unpopular,) = [one for one in document["rules"] if one["rule"] == "unpopular"]
    assert unpopular == {
        "rule": "unpopular",
        "fires_on": [0, 0, 0, 40],
        "unknown": [0, 0, 0, 0],
        "reference": {"top_100": 1, "top_1000": 13, "top_10000": 37, "all": 443060},
    }
    assert document["sample"] is None
    assert document["snapshot"]["packages"] == 44


def test_a_sample_names_packages_that_a_rule_fires_on_the_same_each_time(project: Project) -> None:
    ask = ("prevalence", "--rule", "unpopular", "--sample", "5", "--format", "json")

    first, again = (project.vetgate(*ask) for _ in range(2))

    document = json.loads(first.out)
    validator("prevalence").validate(document)
    assert first == again
    names = [one["name"] for one in document["sample"]]
    assert len(set(names)) == 5
    assert all(name.startswith("rare-") for name in names)
    assert names != [f"rare-{n:02}" for n in range(5)]
    assert document["sample"][0]["message"].endswith("in the last month, fewer than 1,000")
    assert [one["rule"] for one in document["rules"]] == ["unpopular"]


def test_all_there_are_is_a_sample_of_more(project: Project) -> None:
    out = project.vetgate("prevalence", "--rule", "rarely-used", "--sample", "9").out

    assert out.endswith(
        "package  rank  what it says\nlonely      -  0 public packages depend on it, fewer than 2\n"
    )
    none = project.vetgate("prevalence", "--rule", "quarantined", "--sample", "9").out
    assert none.endswith("\n\nit fires on no package of this snapshot\n")


def keep(page: str) -> None:
    """Put a page into the snapshot in use, as the build does."""
    with sqlite3.connect(os.environ["VETGATE_SNAPSHOT"]) as connection:
        connection.execute("INSERT INTO page VALUES (?, ?)", (PAGE, page))
    connection.close()


def test_what_the_build_counted_is_not_counted_again(project: Project) -> None:
    groups = (Among(100, 99), Among(1000, 990), Among(10_000, 9900), Among(None, 12_345))
    cells = (Count(1, 0), Count(2, 0), Count(3, 0), Count(4567, 9))
    keep(written(Prevalence(groups, {"unpopular": cells})))

    out = project.vetgate("prevalence", "--rule", "unpopular").out
    explained = project.vetgate("explain", "unpopular").out

    assert rows(out)["unpopular"][:4] == ["1", "2", "3", "4,567+"]
    assert explained.endswith(
        "How many packages it fires on\n"
        "  top 100     1 of 99\n"
        "  top 1,000   2 of 990\n"
        "  top 10,000  3 of 9,900\n"
        "  all         4,567 of 12,345\n"
    )
    # The build knew one rule only: then all are counted now.
    assert rows(project.vetgate("prevalence").out)["unpopular"][3] == "40"


def test_a_page_that_makes_no_sense_is_a_damaged_snapshot(project: Project) -> None:
    keep("nonsense")

    code, out, err = project.vetgate("prevalence")

    assert (code, out) == (3, "")
    assert "is damaged: 'nonsense' is not where a table of prevalence begins" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sample", "3"), "error: --sample needs a rule\nhint: name one: --rule unpopular\n"),
        (
            ("--rule", "unpoplar"),
            (
                "error: no rule is called 'unpoplar'\nhint: the rules: removed, unknown-package, "
                "unpopular, rarely-used, no-repository, suspicious-tld, malware, vulnerable, "
                "quarantined, too-new, lookalike, off-index\n"
            ),
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    project: Project, arguments: tuple[str, ...], said: str
) -> None:
    assert project.vetgate("prevalence", *arguments) == Said(2, "", said)


@pytest.mark.parametrize("number", ["0", "-1", "x", "10001", "9" * 5000])
def test_a_sample_has_a_size(project: Project, number: str) -> None:
    code, out, err = project.vetgate("prevalence", "--rule", "removed", "--sample", number)

    assert (code, out) == (2, "")
    assert "not a number from 1 to 10,000" in err
