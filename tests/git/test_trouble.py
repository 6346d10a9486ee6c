"""What git cannot tell, and what is made of that."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from git_fixture import Git, content_of, new_repository
from scratch import Scratch, refused
from vetgate.errors import GateError, GitError, ManifestError
from vetgate.git.process import MAX_BLOB
from vetgate.git.repository import Repository, find_repository
from vetgate.manifests.pathspecs import PATHSPECS

REQ = "requirements.txt"
ODD = "deps.list"


def test_conflicts_that_are_not_resolved_are_an_error(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n"})
    git("checkout", "--quiet", "-b", "other")
    git.commit(**{REQ: "b\n"})
    git("checkout", "--quiet", "main")
    git.commit(**{REQ: "c\n"})
    with pytest.raises(AssertionError):
        git("merge", "--quiet", "other")

    with pytest.raises(ManifestError) as caught:
        repository.staged(PATHSPECS)
    assert str(caught.value) == f"{REQ}: has conflicts that are not resolved"


def test_a_conflict_in_a_file_of_another_name_is_an_error_where_it_is_read(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ODD: "a\n", REQ: f"-r {ODD}\n"})
    git("checkout", "--quiet", "-b", "other")
    git.commit(**{ODD: "b\n"})
    git("checkout", "--quiet", "main")
    git.commit(**{ODD: "c\n"})
    with pytest.raises(AssertionError):
        git("merge", "--quiet", "other")
    comparison = repository.staged(PATHSPECS)

    with pytest.raises(ManifestError, match="has conflicts"):
        comparison.after.read(ODD)


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    bare = new_repository(tmp_path / "bare.git", "--bare")

    with pytest.raises(GitError) as caught:
        find_repository(str(bare.top))
    assert caught.value.hint() == "without git, whole files can be judged: add --all"


def test_a_folder_outside_of_any_repository_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(GitError, match="not a git repository"):
        find_repository(str(tmp_path))


@pytest.mark.parametrize("nested", [True, False])
def test_a_work_tree_in_which_git_finds_another_repository_is_an_error(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, nested: bool
) -> None:
    git.commit(**{REQ: "a\n"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if nested:
        new_repository(elsewhere)
    git("config", "core.worktree", str(elsewhere))

    for begin in ((), PATHSPECS):
        with pytest.raises(GitError) as caught:
            find_repository(str(git.top), begin)
        assert str(caught.value) == (
            f"the work tree {elsewhere} of this repository lies in another one, or in none"
        )
        assert "GIT_DIR" in caught.value.hint()
    monkeypatch.setenv("GIT_DIR", str(git.top / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(elsewhere))
    found = find_repository(str(git.top))
    assert found.top == str(elsewhere)
    assert content_of(found.staged(PATHSPECS).after, REQ) == b"a\n"
    found.close()


def test_nothing_is_decided_where_how_git_ended_cannot_be_told(project: Scratch) -> None:
    project.stage(REQ, "flask\nrare\n")
    # As `trap '' CHLD` does in a shell.
    ignoring = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'vetgate', 'check'])\n"
    )

    ran = project.run(sys.executable, "-c", ignoring)

    assert ran == refused(
        "how git ended cannot be told",
        "start vetgate from where SIGCHLD is not ignored (in a shell: trap - CHLD)",
    )


def test_without_git_there_is_a_way_on(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(git.top))

    with pytest.raises(GitError) as caught:
        find_repository(str(git.top))
    assert (str(caught.value), caught.value.hint()) == (
        "git was not found",
        "without git, whole files can be judged: add --all",
    )


def test_a_git_that_cannot_be_started_is_an_error(
    git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    git.write("bin/git", "not a program")
    (git.top / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", str(git.top / "bin"))

    with pytest.raises(GitError, match="git could not be started"):
        find_repository(str(git.top))


def test_a_damaged_index_is_an_error(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n"})
    git.write(".git/index", b"not an index")

    with pytest.raises(GitError):
        repository.staged(PATHSPECS)


def test_a_detached_head_at_nothing_is_an_error(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n"})
    git.write(".git/HEAD", "f" * 40 + "\n")

    with pytest.raises(GitError):
        repository.staged(PATHSPECS)


def test_a_branch_that_points_at_nothing_lets_nothing_pass_unseen(
    git: Git, repository: Repository
) -> None:
    git.commit(**{REQ: "a\n"})
    git.write(".git/refs/heads/main", "f" * 40 + "\n")

    with pytest.raises(GitError):
        repository.staged(PATHSPECS)


def test_a_content_that_is_lost_is_an_error(git: Git, repository: Repository) -> None:
    git.add(REQ, "a\n")
    oid = git("rev-parse", f":{REQ}").strip()
    lost = git.top / ".git/objects" / oid[:2] / oid[2:]
    lost.chmod(0o600)
    lost.unlink()

    with pytest.raises(GateError) as caught:
        repository.staged(PATHSPECS).after.read(REQ)
    assert str(caught.value) == f"{REQ}: git does not have its content"


def test_an_entry_that_is_no_file_is_an_error_and_the_next_one_is_read(
    git: Git, repository: Repository
) -> None:
    commit = git.commit(**{REQ: "a\n"})
    git("update-index", "--add", "--cacheinfo", f"100644,{commit},odd.txt")
    git.add("b.txt", "b\n")
    after = repository.staged(PATHSPECS).after

    with pytest.raises(ManifestError) as caught:
        after.read("odd.txt")
    assert str(caught.value) == "odd.txt: is not a file, though git's listing says so"
    assert content_of(after, "b.txt") == b"b\n"


def test_a_huge_file_is_refused_at_once_and_the_next_one_is_read(
    git: Git, repository: Repository
) -> None:
    git.add(REQ, b"#" * (MAX_BLOB + 1))
    git.add("b.txt", b"b" * 100_000)
    after = repository.staged(PATHSPECS).after

    with pytest.raises(ManifestError) as caught:
        after.read(REQ)
    assert str(caught.value) == f"{REQ}: larger than {MAX_BLOB} bytes"
    assert content_of(after, "b.txt") == b"b" * 100_000


def test_a_content_is_read_once(git: Git, repository: Repository) -> None:
    git.add(REQ, "a\n")
    after = repository.staged(PATHSPECS).after

    first = content_of(after, REQ)
    repository.close()
    shutil.rmtree(git.top / ".git/objects")
    assert content_of(after, REQ) == first == b"a\n"
