"""Listing, checking and pruning the allow-list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.project import Project, Said, make
from render.schemas import validator


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


LISTED = """\
[[allow]]
name = "evil"
reason = "used"

[[allow]]
name = "gone"
reason = "over"
expires = 2020-01-01

[[allow]]
name = "other"
rules = ["removed", "unpopular"]
versions = "==1"
reason = "needed by nobody"
by = "dev"
on = 2020-01-01

[[allow]]
name = "evil"
rules = ["unpopular"]
reason = "twice"
"""


def test_the_list_tells_how_every_entry_stands(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("sub/requirements.txt", "requests\nEvil\ngone\n")

    assert project.vetgate("allow", "--list") == Said(
        0,
        "name   versions  rules               reason            by   since       expires"
        "     used by\n"
        "evil   any       all but malware     used              -    -           never"
        "       sub/requirements.txt:2\n"
        "gone   any       all but malware     over              -    -           2020-01-01"
        "  sub/requirements.txt:3  expired\n"
        "other  ==1       removed, unpopular  needed by nobody  dev  2020-01-01  never"
        "       nothing                 unused\n"
        "evil   any       unpopular           twice             -    -           never"
        "       sub/requirements.txt:2  redundant\n",
        "",
    )
    told = json.loads(project.vetgate("allow", "--list", "--format", "json").out)
    validator("allow").validate(told)
    assert [one["standing"] for one in told["allowances"]] == [
        "in-force", "expired", "unused", "redundant",
    ]  # fmt: skip


BAD = (
    "vetgate.toml:5: the allowance for gone expired on 2020-01-01",
    "vetgate.toml:10: the allowance for other is unused: no manifest declares it",
    "vetgate.toml:18: the allowance for evil is redundant: vetgate.toml:1 allows as much",
)


def test_the_check_ends_with_1_until_the_list_is_pruned(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("requirements.txt", "Evil\n")

    assert project.vetgate("allow", "--check") == Said(
        1, "\n".join((*BAD, "to remove them: vetgate allow --prune\n")), ""
    )
    refused = project.vetgate("allow", "--prune")
    assert (refused.code, refused.err) == (
        2,
        "error: nobody can be asked here\nhint: to prune these, say --yes\n",
    )
    assert project.policy == LISTED

    pruned = project.vetgate("allow", "--prune", "--yes")
    assert pruned == Said(0, "\n  ".join(("removed:", *BAD)) + "\n", "")
    assert project.policy == LISTED[: LISTED.index("\n\n") + 1]
    assert project.vetgate("allow", "--check") == Said(
        0, "1 allowance, all in force and used\n", ""
    )
    assert project.vetgate("allow", "--prune") == Said(
        0, "nothing to prune: every entry is in force, and used\n", ""
    )


def test_where_a_manifest_cannot_be_read_nothing_is_pruned(project: Project) -> None:
    project.stage("vetgate.toml", LISTED)
    project.stage("requirements.txt", "Evil\n-r nowhere.txt\n")

    for mode in ("--check", "--prune"):
        said = project.vetgate("allow", mode, *(["--yes"] if mode == "--prune" else []))
        assert (said.code, said.out) == (3, "")
        assert "nowhere.txt" in said.err
        assert said.err.endswith("nothing was decided\n")
    shown = project.vetgate("allow", "--list")
    assert (shown.code, shown.out.count("could not be told")) == (3, 4)
    assert project.policy == LISTED


def test_without_an_allow_list_there_is_nothing_to_show(project: Project) -> None:
    assert project.vetgate("allow", "--list").out == "nothing is on the allow-list\n"
    assert project.vetgate("allow", "--check") == Said(
        0, "0 allowances, all in force and used\n", ""
    )
