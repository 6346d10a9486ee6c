"""`vetgate init` sets a project up, asks before it writes, and changes nothing that is there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from commands.project import Project, make
from commands.terminal import Terminal
from vetgate.cli import main
from vetgate.policyfile.first import first_policy
from vetgate.precommit import stanza

POLICY = first_policy((), (), agreed=False).decode()
CONFIG = "\n".join(["repos:", *stanza("0.1.0"), ""])
WROTE = """\
vetgate.toml: written
.pre-commit-config.yaml: written
next: pre-commit install -t pre-commit -t pre-merge-commit -t pre-push
then: commit both files
"""
TABLE = """\
package   admits  verdict  where               why
evil      any     blocked  requirements.txt:1  unpopular
gone      any     blocked  requirements.txt:3  removed
requests  any     passed   requirements.txt:2
"""
THERE = """\
vetgate.toml: the policy is there already
.pre-commit-config.yaml: the hook is there already
"""
IN_USE = "evil\nrequests\ngone\n"


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


def files(project: Project) -> dict[str, str]:
    return {
        path.name: path.read_bytes().decode()
        for path in sorted(project.folder.iterdir())
        if path.is_file() and path.name not in ("requirements.txt", "pyproject.toml")
    }


def entry() -> str:
    day = datetime.now(timezone.utc).date()
    return (
        '\n[[allow]]\nname = "evil"\nrules = ["unpopular"]\nreason = "in use before vetgate"\n'
        f'by = "dev@acme.example"\non = {day}\nexpires = {day + timedelta(days=180)}\n'
    )


def end() -> str:
    return (datetime.now(timezone.utc).date() + timedelta(days=180)).isoformat()


def test_a_project_without_dependencies_gets_two_files(project: Project) -> None:
    said = project.vetgate("init", "--yes")

    nothing = "\nno dependencies are in use\n\nnothing that is in use needs to be vouched for\n"
    assert said == (0, WROTE + nothing, "")
    assert files(project) == {".pre-commit-config.yaml": CONFIG, "vetgate.toml": POLICY}


def test_where_nobody_can_be_asked_nothing_is_written_without_a_yes(project: Project) -> None:
    code, out, err = project.vetgate("init")

    assert (code, files(project)) == (2, {})
    assert out.startswith("vetgate.toml: would be written:\n  # What vetgate lets in")
    assert out.endswith(f"  {CONFIG.rstrip()}\n".replace("\n", "\n  ").rstrip(" "))
    assert err == "error: nobody can be asked here\nhint: to write this, say --yes\n"


def test_a_second_run_says_what_is_there_and_changes_nothing(project: Project) -> None:
    project.stage("requirements.txt", IN_USE)
    project.vetgate("init", "--yes", "--baseline")
    before = files(project)

    assert project.vetgate("init") == (0, THERE, "")
    assert project.vetgate("init", "--yes") == (0, THERE, "")
    code, out, _ = project.vetgate("init", "--yes", "--baseline")
    assert (code, out.count("evil"), out.count("vouched for")) == (0, 1, 0)
    assert files(project) == before


def test_a_dry_run_shows_all_of_it_and_writes_nothing(project: Project) -> None:
    project.stage("requirements.txt", IN_USE)
    project.stage(".pre-commit-config.yaml", "repos:\n  - repo: r\n    rev: v1\n    hooks: []\n")
    before = files(project)

    code, out, err = project.vetgate("init", "--dry-run", "--baseline", "--yes")

    assert (code, err, files(project)) == (0, "", before)
    changed = ".pre-commit-config.yaml: would be changed:\n  @@ -2,3 +2,8 @@\n     - repo: r\n"
    assert changed in out
    assert f"\n{TABLE}" in out
    assert out.endswith("to vouch for these: vetgate init --baseline\n  evil: unpopular\n")


def test_what_is_in_use_is_shown_and_vouched_for_only_if_asked_to(project: Project) -> None:
    project.stage("requirements.txt", IN_USE)
    left = "left out: gone: look at it yourself: removed\n"
    vouched = "  evil: unpopular\n"

    shown = project.vetgate("init", "--yes")
    agreed = project.vetgate("init", "--baseline")

    first = "to vouch for these: vetgate init --baseline\n"
    assert shown == (0, f"{WROTE}\n{TABLE}\n{left}{first}{vouched}", "")
    then = f"vetgate.toml: 1 package is vouched for until {end()}\n"
    assert agreed == (0, f"{THERE}\n{TABLE}\n{left}{then}{vouched}", "")
    assert project.policy == POLICY + entry()


def test_after_the_baseline_what_was_in_use_passes(project: Project) -> None:
    project.stage("requirements.txt", "evil\nrequests\n")

    blocked = project.vetgate("check").code
    project.vetgate("init", "--yes", "--baseline")

    assert (blocked, project.vetgate("check").code) == (1, 0)


def test_pre_commit_itself_accepts_what_was_added(project: Project) -> None:
    config = "# ours\nrepos:\n- repo: meta\n  hooks:\n  - id: identity\n"
    project.stage(".pre-commit-config.yaml", config)

    project.vetgate("init", "--yes")

    command = (sys.executable, "-m", "pre_commit", "validate-config")
    checked = subprocess.run(command, cwd=project.folder, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    assert "- id: vetgate\n    - id: vetgate-policy\n" in (
        project.folder / ".pre-commit-config.yaml"
    ).read_text("utf-8")


def test_manifests_that_cannot_be_read_decide_nothing(project: Project) -> None:
    project.stage("requirements.txt", "evil\n--wat\n")

    code, out, err = project.vetgate("init", "--yes", "--baseline")

    assert (code, project.policy) == (3, POLICY)
    assert out == f"{WROTE}\nnothing is vouched for: what is in use cannot be read\n"
    assert err.startswith("error: requirements.txt:2: ")
    assert err.endswith("nothing was decided\n")


@pytest.mark.parametrize(
    ("path", "content", "problem"),
    [
        (
            ".pre-commit-config.yaml",
            "repos: []\n",
            ".pre-commit-config.yaml: is not edited: not one",
        ),
        ("vetgate.toml", "nonsense = 1\n", "vetgate.toml:1: unknown key 'nonsense'"),
        ("pyproject.toml", "[project\n", "pyproject.toml:1: "),
    ],
)
def test_what_is_wrong_with_a_file_is_said_before_anything_is_written(
    project: Project, path: str, content: str, problem: str
) -> None:
    project.stage(path, content)
    before = files(project)

    code, out, err = project.vetgate("init", "--yes")

    assert (code in (2, 3), out, files(project)) == (True, "", before)
    assert err.startswith(f"error: {problem}")


def test_a_link_in_place_of_the_hook_s_file_is_not_followed(project: Project) -> None:
    (project.folder / "elsewhere.yaml").write_text("repos:\n", encoding="utf-8")
    (project.folder / ".pre-commit-config.yaml").symlink_to("elsewhere.yaml")

    code, _, err = project.vetgate("init", "--yes")

    assert (code, (project.folder / "elsewhere.yaml").read_text("utf-8")) == (2, "repos:\n")
    assert err == "error: .pre-commit-config.yaml: is a symbolic link, and is not edited\n"
    assert not (project.folder / "vetgate.toml").exists()


def test_a_policy_in_pyproject_is_the_policy(project: Project) -> None:
    content = "[tool.vetgate]\ntrust-rank = 1\n"
    project.stage("pyproject.toml", content)
    project.stage("requirements.txt", "evil\n")

    code, out, _ = project.vetgate("init", "--yes", "--baseline")

    assert (code, out.splitlines()[0]) == (0, "pyproject.toml: the policy is there already")
    written = (project.folder / "pyproject.toml").read_text("utf-8")
    assert written == content + entry().replace("[[allow]]", "[[tool.vetgate.allow]]")


def test_in_a_folder_below_the_files_of_the_root_are_meant(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "deep").mkdir()
    monkeypatch.chdir(project.folder / "deep")

    said = project.vetgate("init", "--yes")

    assert said.out.startswith("../vetgate.toml: written\n../.pre-commit-config.yaml: written\n")
    assert files(project) == {".pre-commit-config.yaml": CONFIG, "vetgate.toml": POLICY}
    assert os.listdir(project.folder / "deep") == []


def test_outside_of_git_there_is_a_policy_and_no_hook(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")

    assert main(["init", "--yes"]) == 0
    assert os.listdir() == ["vetgate.toml"]
    del project


GUESSABLE = '[project]\nname = "Acme_Billing"\n'


def test_a_guess_is_a_comment_and_its_names_are_not_looked_up(project: Project) -> None:
    project.stage("pyproject.toml", GUESSABLE)
    project.stage("requirements.txt", "acme.core\n")

    code, out, _ = project.vetgate("init", "--yes", "--baseline")

    assert code == 0
    assert "note: vetgate.toml guesses at what is private, in comments: look at them\n" in out
    assert "not looked up, since it may be private: acme-core\n" in out
    assert project.policy == first_policy(["acme-*"], [], agreed=False).decode()


@pytest.mark.parametrize(("keys", "agreed"), [(b"y\n", True), (b"\n", False), (b"n\n", False)])
def test_a_guess_comes_into_force_by_an_answer_only(
    project: Project, keys: bytes, *, agreed: bool
) -> None:
    project.stage("pyproject.toml", GUESSABLE)

    terminal = Terminal(project, "init").until("write this? [y/N] ").type(b"y\n")
    terminal.until("in force? [y/N] ").type(keys)

    assert terminal.finish() == 0
    assert "  private = acme-*\n" in terminal.screen
    assert project.policy == first_policy(["acme-*"], [], agreed=agreed).decode()


@pytest.mark.parametrize("keys", [b"n\n", b"\n", b"\x04"])
def test_nothing_is_written_before_somebody_agrees(project: Project, keys: bytes) -> None:
    terminal = Terminal(project, "init").until("write this? [y/N] ").type(keys)

    assert terminal.finish() == 0
    assert terminal.screen.endswith("nothing was written\n")
    assert files(project) == {}


@pytest.mark.parametrize(("keys", "vouched"), [(b"y\n", True), (b"\n", False), (b"\x04", False)])
def test_the_baseline_is_asked_about_when_it_has_been_seen(
    project: Project, keys: bytes, *, vouched: bool
) -> None:
    project.stage("requirements.txt", IN_USE)
    terminal = Terminal(project, "init").until("write this? [y/N] ").type(b"y\n")
    terminal.until('"in use before vetgate", for 180 days? [y/N] ')
    assert TABLE in terminal.screen
    assert project.policy == POLICY

    assert terminal.type(keys).finish() == 0

    assert project.policy == (POLICY + entry() if vouched else POLICY)
    assert ("nothing is vouched for" in terminal.screen) is not vouched


def test_an_interrupt_writes_nothing(project: Project) -> None:
    terminal = Terminal(project, "init").until("write this? [y/N] ")
    terminal.interrupt()

    assert terminal.finish() == 130
    assert files(project) == {}


def test_what_changed_while_it_was_shown_is_not_vouched_for(project: Project) -> None:
    project.stage("requirements.txt", IN_USE)
    terminal = Terminal(project, "init", "--yes").until("for 180 days? [y/N] ")
    project.stage("vetgate.toml", "trust-rank = 1\n")

    assert terminal.type(b"y\n").finish() == 2
    assert "error: vetgate.toml: changed meanwhile\n" in terminal.screen
    assert project.policy == "trust-rank = 1\n"


@pytest.mark.parametrize("option", ["--yes", "--baseline", "--dry-run"])
def test_plain_git_hooks_take_no_other_option(project: Project, option: str) -> None:
    said = project.vetgate("init", "--git-hook", option)

    assert said == (2, "", f"error: --git-hook does not go with {option}\n")
