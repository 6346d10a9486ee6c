"""`vetgate init --git-hook`: plain hooks, written where git looks for them, and what they do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scratch import Ran, Scratch, refused, unpopular

WRITTEN = (
    "git now asks vetgate before every commit and merge: {0}/pre-commit and {0}/pre-merge-commit\n"
)
BLOCK = unpopular()


def hooks(folder: Path) -> list[str]:
    """Name the hooks in a folder, git's own samples left out."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".sample")


@pytest.fixture
def hooked(project: Scratch) -> Scratch:
    """Return a repository with the hooks."""
    assert project.vetgate("init", "--git-hook") == Ran(0, WRITTEN.format(".git/hooks"), "")
    return project


def test_a_commit_is_blocked_until_it_is_pinned(hooked: Scratch) -> None:
    hooked.stage("requirements.txt", "flask\nrare\n")
    assert hooked.run("git", "commit", "-m", "add") == Ran(1, "", BLOCK)

    hooked.stage("requirements.txt", "flask\nrare==1.4.2\n")
    ran = hooked.run("git", "commit", "--quiet", "-m", "add")
    assert ran == Ran(
        0, "", "vetgate: 1 addition passed\n  rare: unpopular, exempted by pin ==1.4.2\n"
    )


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("commit", "--all", "-m", "add"), id="all"),
        pytest.param(("commit", "-m", "add", "requirements.txt"), id="path"),
        pytest.param(("commit", "-m", "add", "--include", "requirements.txt"), id="include"),
    ],
)
def test_what_will_be_committed_is_judged(hooked: Scratch, command: tuple[str, ...]) -> None:
    hooked.write("requirements.txt", "flask\nrare\n")

    assert hooked.run("git", *command) == Ran(1, "", BLOCK)


def test_what_will_not_be_committed_is_not_judged(hooked: Scratch) -> None:
    hooked.stage("requirements.txt", "flask\nrare\n")
    hooked.stage("notes.txt", "one\n")

    ran = hooked.run("git", "commit", "--quiet", "-m", "notes", "notes.txt")

    assert ran == Ran(0, "", "vetgate: nothing to judge\n")


def test_a_commit_from_a_subdirectory_is_judged(hooked: Scratch) -> None:
    hooked.stage("sub/notes.txt", "")
    hooked.stage("requirements.txt", "flask\nrare\n")

    assert hooked.run("git", "commit", "-m", "add", inside="sub") == Ran(1, "", BLOCK)


def test_a_merge_is_judged(hooked: Scratch) -> None:
    hooked.git("checkout", "--quiet", "-b", "side")
    hooked.write("requirements.txt", "flask\nrare\n")
    hooked.commit()
    hooked.git("checkout", "--quiet", "main")
    hooked.write("notes.txt", "so that the merge is one\n")
    hooked.commit()

    ran = hooked.run("git", "merge", "--no-edit", "side")

    assert ran.code == 1
    assert BLOCK in ran.err


def test_what_cannot_be_decided_is_not_committed(hooked: Scratch) -> None:
    hooked.stage("requirements.txt", "flask\n--what\n")

    ran = hooked.run("git", "commit", "-m", "add")

    assert (ran.code, ran.err.splitlines()[-1]) == (1, "nothing was decided")


def test_nothing_of_the_project_is_run(hooked: Scratch) -> None:
    # git starts hooks in the project, where Python would look for modules first.
    for name in ("vetgate", "re", "sqlite3", "rich", "sitecustomize"):
        hooked.write(f"{name}.py", "raise SystemExit('code of the project was run')\n")
    hooked.stage("requirements.txt", "flask\nrare\n")

    assert hooked.run("git", "commit", "-m", "add") == Ran(1, "", BLOCK)


def test_writing_them_again_changes_nothing(hooked: Scratch) -> None:
    folder = hooked.folder / ".git/hooks"
    before = {name: (folder / name).read_bytes() for name in hooks(folder)}

    assert hooked.vetgate("init", "--git-hook").code == 0

    assert {name: (folder / name).read_bytes() for name in hooks(folder)} == before
    assert list(before) == ["pre-commit", "pre-merge-commit"]
    assert all(os.access(folder / name, os.X_OK) for name in before)


@pytest.mark.parametrize("name", ["pre-commit", "pre-merge-commit"])
def test_a_hook_of_somebody_else_is_left_alone(project: Scratch, name: str) -> None:
    project.write(f".git/hooks/{name}", "#!/bin/sh\nexit 0\n")

    assert project.vetgate("init", "--git-hook") == refused(
        f".git/hooks/{name}: is there already",
        "add this line to it: vetgate check || exit",
        code=2,
    )
    assert hooks(project.folder / ".git/hooks") == [name]
    assert (project.folder / ".git/hooks" / name).read_text() == "#!/bin/sh\nexit 0\n"


def test_a_link_in_place_of_a_hook_is_left_alone(project: Scratch) -> None:
    (project.folder / ".git/hooks/pre-commit").symlink_to("nowhere")

    assert project.vetgate("init", "--git-hook").code == 2
    assert hooks(project.folder / ".git/hooks") == ["pre-commit"]


def test_the_folder_that_git_is_set_to_is_used(project: Scratch) -> None:
    project.git("config", "core.hooksPath", "tools/hooks")
    project.stage("sub/requirements.txt", "flask\n")

    assert project.vetgate("init", "--git-hook", inside="sub") == Ran(
        0, WRITTEN.format("../tools/hooks"), ""
    )
    assert hooks(project.folder / "tools/hooks") == ["pre-commit", "pre-merge-commit"]
    project.stage("requirements.txt", "flask\nrare\n")
    assert project.run("git", "commit", "-m", "add") == Ran(1, "", BLOCK)


def test_a_folder_that_cannot_be_is_refused(project: Scratch) -> None:
    project.git("config", "core.hooksPath", "requirements.txt")

    assert project.vetgate("init", "--git-hook") == refused(
        "requirements.txt: no hook can be written here: File exists", code=2
    )


def test_a_work_tree_beside_the_repository_shares_its_hooks(project: Scratch) -> None:
    project.git("worktree", "add", "--quiet", "../beside")
    beside = Scratch(project.folder.parent / "beside", project.environment)

    assert beside.vetgate("init", "--git-hook").code == 0

    assert hooks(project.folder / ".git/hooks") == ["pre-commit", "pre-merge-commit"]
    for tree in (project, beside):
        tree.stage("requirements.txt", "flask\nrare\n")
        assert tree.run("git", "commit", "-m", "add") == Ran(1, "", BLOCK)


def test_outside_of_a_repository_it_says_so(outside: Scratch) -> None:
    ran = outside.vetgate("init", "--git-hook")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: git: not a git repository")
