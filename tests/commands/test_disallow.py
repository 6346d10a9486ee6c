"""Taking allowances back."""

from __future__ import annotations

import shlex
from datetime import datetime, timezone
from pathlib import Path

import pytest

from commands.project import Project, Said, make

TODAY = datetime.now(timezone.utc).date()


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


def test_what_was_allowed_is_taken_back_byte_by_byte(project: Project) -> None:
    project.stage("vetgate.toml", "# ours\n[rules.unpopular]\ndownloads = 5")
    before = project.policy
    project.vetgate("allow", "evil", "--reason", "x", "--versions", ">=1,<2")
    project.vetgate("allow", "evil", "--reason", "y", "--rule", "unpopular")
    both = project.policy

    one = project.vetgate("disallow", "Evil", "--versions", "<2, >=1")
    assert one.out == (
        "vetgate.toml:5: evil is no longer allowed: <2,>=1, every rule but malware\n"
    )
    assert project.policy == both.replace(
        f'[[allow]]\nname = "evil"\nversions = ">=1,<2"\nreason = "x"\n'
        f'by = "dev@acme.example"\non = {TODAY}\n\n',
        "",
    )

    rest = project.vetgate("disallow", "evil")
    assert (rest.code, rest.out) == (
        0,
        "vetgate.toml:5: evil is no longer allowed: every version, unpopular\n",
    )
    assert project.policy == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "evill",
            "error: vetgate.toml: evill is not on the allow-list\nhint: did you mean evil?\n",
        ),
        (
            "zzz",
            (
                "error: vetgate.toml: zzz is not on the allow-list\n"
                "hint: vetgate allow --list shows what is\n"
            ),
        ),
        (
            "evil --versions ==1",
            (
                "error: vetgate.toml: evil is not allowed for the versions ==1\n"
                "hint: it is for: every version\n"
            ),
        ),
        (
            "evil --versions ==",
            "error: not a version specifier: '=='\nhint: write it as in `>=1.2,<2` (PEP 440)\n",
        ),
    ],
)
def test_what_is_not_allowed_cannot_be_taken_back(project: Project, line: str, said: str) -> None:
    project.vetgate("allow", "evil", "--reason", "x")

    assert project.vetgate("disallow", *shlex.split(line)) == Said(2, "", said)


ALONE = """\
[project]
name = "x"

[[tool.vetgate.allow]]
name = "evil"
reason = "then"
expires = 2020-01-01
"""


def test_a_policy_that_is_one_entry_may_end_with_it(project: Project) -> None:
    project.stage("pyproject.toml", ALONE)

    assert project.vetgate("disallow", "evil").code == 0

    assert (project.folder / "pyproject.toml").read_text() == '[project]\nname = "x"\n'
    assert project.vetgate("allow", "--list").out == "nothing is on the allow-list\n"
