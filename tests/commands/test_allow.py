"""From a block to a commit that passes, and every line that refuses an allowance."""

from __future__ import annotations

import re
import shlex
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from commands.project import Project, Said, make
from vetgate.commands.vouching import warnings
from vetgate.model.dependency import Location, normalize
from vetgate.model.policy import Allowance
from vetgate.policyfile.entry import Entry

TODAY = datetime.now(timezone.utc).date()
EXPIRED = """\
[[allow]]
name = "evil"
rules = ["unpopular"]
reason = "then"
expires = 2020-01-01

# the rules
[rules.unpopular]
downloads = 1000
"""


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


def advised(said: Said) -> list[str]:
    """Return the arguments of the command that a block prints, as a shell reads them."""
    found = re.search(r"^ *vetgate (allow .+)$", said.out, re.MULTILINE)
    assert found is not None, said
    return shlex.split(found[1])


MANIFESTS = [
    pytest.param("requirements.txt", "evil>=1\n", id="requirements"),
    pytest.param("pyproject.toml", '[project]\nname = "x"\ndependencies = ["evil>=1"]\n', id="pep"),
    pytest.param(
        "pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"\nevil = "^1"\n', id="poetry"
    ),
    pytest.param(
        "pyproject.toml",
        '# x\n[tool.vetgate]\nunknown = "warn"\n[dependency-groups]\ndev = ["evil"]\n',
        id="groups-beside-the-policy",
    ),
]


@pytest.mark.parametrize(("path", "text"), MANIFESTS)
def test_the_command_that_a_block_prints_lets_the_commit_pass(
    project: Project, path: str, text: str
) -> None:
    project.stage(path, text)
    blocked = project.vetgate("check")
    assert (blocked.code, advised(blocked)) == (
        1,
        ["allow", "evil", "--rule", "unpopular", "--reason", "…", "--expires", "180d"],
    )

    allowed = project.vetgate(*advised(blocked))
    assert allowed.code == 0

    assert project.vetgate("check").code == 0


@pytest.mark.parametrize("name", ["gone", "neverheard"])
def test_it_works_as_well_for_a_name_that_is_not_there(project: Project, name: str) -> None:
    project.stage("requirements.txt", f"{name}\n")
    blocked = project.vetgate("check")

    assert project.vetgate(*advised(blocked)).code == 0
    assert project.vetgate("check").code == 0


def test_it_works_as_well_where_the_index_is_not_what_matters(project: Project) -> None:
    project.stage("vetgate.toml", '[rules.off-index]\nlevel = "block"\n')
    project.stage("requirements.txt", "mine @ https://files.example/mine-1-py3-none-any.whl\n")
    blocked = project.vetgate("check")

    assert project.vetgate(*advised(blocked)).code == 0
    assert project.vetgate("check").code == 0


def test_an_entry_says_what_it_does_and_what_it_does_not(project: Project) -> None:
    said = project.vetgate(
        "allow", "Evil", "--versions", ">=1,<2", "--rule", "unpopular", "--reason", "read it",
        "--expires", "2999-01-02",
    )  # fmt: skip

    assert said == Said(
        0,
        "vetgate.toml:1: evil is allowed until 2999-01-02\n"
        "  exempts it from: unpopular\n"
        "  does not exempt it from: removed, unknown-package, rarely-used, no-repository, "
        "suspicious-tld,\n"
        "    malware, vulnerable, quarantined, too-new, lookalike, off-index\n"
        "  only where nothing outside of <2,>=1 is admitted\n",
        "",
    )
    assert project.policy == (
        '[[allow]]\nname = "evil"\nversions = ">=1,<2"\nrules = ["unpopular"]\n'
        f'reason = "read it"\nby = "dev@acme.example"\non = {TODAY}\nexpires = 2999-01-02\n'
    )


def test_without_a_rule_every_rule_that_yields_to_an_allowance_is_exempted(
    project: Project,
) -> None:
    project.stage("vetgate.toml", '[rules.rarely-used]\nlevel = "off"\n')

    said = project.vetgate("allow", "evil", "--reason", "…")

    assert said == Said(
        0,
        "vetgate.toml:4: evil is allowed\n"
        "  exempts it from: removed, unknown-package, unpopular, no-repository, suspicious-tld, "
        "vulnerable,\n    too-new, lookalike, off-index\n"
        "  does not exempt it from: malware, quarantined\n",
        "warning: the reason says nothing yet; write one into the policy file\n",
    )


def test_from_a_folder_below_the_entry_goes_to_the_root(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "sub").mkdir()
    monkeypatch.chdir(project.folder / "sub")

    said = project.vetgate("allow", "evil", "--reason", "x", "--by", "me")

    assert said.out.startswith("../vetgate.toml:1: evil is allowed\n")
    assert 'by = "me"\n' in project.policy


def test_where_git_knows_nobody_the_entry_names_nobody_and_says_so(project: Project) -> None:
    project.git("config", "--unset", "user.name")
    project.git("config", "--unset", "user.email")

    said = project.vetgate("allow", "evil", "--reason", "x")

    assert (said.code, said.err) == (
        0,
        "note: nobody is named as vouching: git knows no user.email; --by says who\n",
    )
    assert "by = " not in project.policy


def test_an_entry_that_is_over_makes_room_for_a_new_one(project: Project) -> None:
    project.stage("vetgate.toml", EXPIRED)

    said = project.vetgate("allow", "evil", "--rule", "unpopular", "--reason", "now", "--by", "me")

    assert said.err == "note: replaces the entry that expired on 2020-01-01\n"
    assert project.policy == (
        "# the rules\n[rules.unpopular]\ndownloads = 1000\n\n"
        '[[allow]]\nname = "evil"\nrules = ["unpopular"]\nreason = "now"\nby = "me"\n'
        f"on = {TODAY}\n"
    )


def test_an_entry_that_adds_nothing_is_written_with_a_note(project: Project) -> None:
    project.vetgate("allow", "evil", "--reason", "x")

    said = project.vetgate("allow", "evil", "--reason", "y", "--rule", "unpopular")

    assert (said.code, said.err) == (0, "note: vetgate.toml:1 allowed as much already\n")


def test_one_may_vouch_for_a_name_unseen(project: Project) -> None:
    assert project.vetgate("allow", "neverheard", "--reason", "x", "--unlisted").code == 0


def test_a_private_name_is_not_looked_for(project: Project) -> None:
    project.stage("vetgate.toml", 'private = ["acme-*"]\n')

    assert project.vetgate("allow", "acme-x", "--reason", "x").code == 0


def test_an_entry_that_ends_today_still_counts(project: Project) -> None:
    project.stage("requirements.txt", "evil\n")

    assert project.vetgate("allow", "evil", "--reason", "x", "--expires", str(TODAY)).code == 0
    assert project.vetgate("check").code == 0
    yesterday = TODAY - timedelta(days=1)
    text = project.policy.replace(f"expires = {TODAY}", f"expires = {yesterday}")
    project.stage("vetgate.toml", text.replace(f"on = {TODAY}\n", ""))
    assert project.vetgate("check").code == 1


ALONE = """\
[project]
name = "x"

[[tool.vetgate.allow]]
name = "evil"
reason = "then"
expires = 2020-01-01
"""


def test_a_policy_that_is_one_entry_may_have_it_renewed(project: Project) -> None:
    project.stage("pyproject.toml", ALONE)

    assert project.vetgate("allow", "evil", "--reason", "now", "--by", "me").code == 0

    assert (project.folder / "pyproject.toml").read_text() == ALONE.replace(
        '"then"\nexpires = 2020-01-01', f'"now"\nby = "me"\non = {TODAY}'
    )


def test_who_exempts_from_malware_is_warned() -> None:
    # Called by itself, since no rule of that name is needed for the words.
    entry = Entry("evil", "read it", rules=("malware",), by="me")
    wanted = Allowance(normalize("evil"), "read it", Location("", 1), rules=frozenset({"malware"}))

    assert warnings(entry, wanted) == [
        "warning: from now on evil passes even if a published report names it malicious"
    ]
    assert warnings(entry._replace(rules=None), wanted._replace(rules=None)) == []


def test_who_edits_a_policy_below_the_root_is_told_that_commits_go_by_another(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.stage("sub/vetgate.toml", "trust-rank = 100\n")
    arguments = ("allow", "evil", "--rule", "unpopular", "--reason", "read it", "--by", "me")

    root = project.vetgate(*arguments)
    monkeypatch.chdir(project.folder / "sub")
    below = project.vetgate(*arguments)

    said = (
        "note: this is for what `vetgate check --all` judges by vetgate.toml; commits are judged "
        "by the policy at the root of the repository: allow it there too\n"
    )
    assert ((root.code, root.err), (below.code, below.err)) == ((0, ""), (0, said))
