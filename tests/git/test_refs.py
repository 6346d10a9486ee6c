"""Names of commits: what they mean, and which of them may mean something else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from git_fixture import Git, RealGit
from scratch import Scratch, refused
from vetgate.errors import GitError
from vetgate.git.refs import commit

ELSEWHERE = "refs/remotes/origin/main"


class Clone(NamedTuple):
    """A clone, and two of its commits."""

    git: Git
    first: str
    second: str

    def commit(self, name: str) -> str:
        return commit(str(self.git.top), name)


@pytest.fixture
def clone(git: Git, tmp_path: Path) -> Clone:
    """Return a clone of a repository with one branch, which has two commits."""
    first, second = git.commit("first"), git.commit("second")
    git("clone", "--quiet", str(git.top), str(tmp_path / "clone"))
    return Clone(RealGit(tmp_path / "clone"), first, second)


@pytest.mark.parametrize(
    "name",
    ["main", "origin/main", "origin", "heads/main", "remotes/origin/main", ELSEWHERE, "HEAD", "@"],
)
def test_a_name_means_its_commit_and_a_suffix_one_before(clone: Clone, name: str) -> None:
    assert clone.commit(name) == clone.second
    assert clone.commit(f"{name}~1") == clone.first
    assert clone.commit(f"{name}^") == clone.first


def test_ids_and_tags_mean_their_commits(clone: Clone) -> None:
    clone.git("tag", "v1.0/first", clone.first)
    clone.git("tag", "-m", "with a message", "second")

    assert clone.commit("v1.0/first") == clone.first
    assert clone.commit("second") == clone.second
    assert clone.commit(clone.first) == clone.first
    assert clone.commit(clone.first[:9]) == clone.first
    assert clone.commit("@{upstream}") == clone.second


@pytest.mark.parametrize(
    ("name", "tag", "refs"),
    [
        ("origin/main", "origin/main", f"{ELSEWHERE}, refs/tags/origin/main"),
        ("origin/main~1", "origin/main", f"{ELSEWHERE}, refs/tags/origin/main"),
        ("origin", "origin", "refs/remotes/origin/HEAD, refs/tags/origin"),
        ("main", "main", "refs/heads/main, refs/tags/main"),
        ("main@{0}", "main", "refs/heads/main, refs/tags/main"),
        ("heads/main", "heads/main", "refs/tags/heads/main, refs/heads/main"),
    ],
)
def test_a_name_that_a_tag_has_too_is_refused(clone: Clone, name: str, tag: str, refs: str) -> None:
    clone.git("config", "core.warnAmbiguousRefs", "false")
    clone.git("tag", tag, clone.first)

    with pytest.raises(GitError) as caught:
        clone.commit(name)
    short = name.removesuffix("~1").removesuffix("@{0}")
    assert str(caught.value) == f"{short!r} may mean more than one thing here: {refs}"
    first = refs.partition(",")[0]
    assert caught.value.hint() == f"write the full name of the one that is meant, such as {first}"


def test_a_branch_that_is_named_like_a_remote_one_is_refused(clone: Clone) -> None:
    clone.git("branch", "origin/main", clone.first)

    with pytest.raises(GitError, match="more than one thing here: refs/remotes/origin/main, refs/"):
        clone.commit("origin/main")


def test_a_full_name_is_never_ambiguous(clone: Clone) -> None:
    for tag in ("origin/main", "main", ELSEWHERE, "HEAD"):
        clone.git("tag", tag, clone.first)

    assert clone.commit(ELSEWHERE) == clone.second
    assert clone.commit("refs/heads/main") == clone.second
    assert clone.commit("refs/tags/main") == clone.first
    assert clone.commit("HEAD") == clone.second


def test_a_tag_does_not_stand_in_for_a_full_name_that_is_not_there(clone: Clone) -> None:
    clone.git("tag", "refs/remotes/origin/gone", clone.first)

    with pytest.raises(GitError, match="may mean more than one thing"):
        clone.commit("refs/remotes/origin/gone")


def test_a_tag_does_not_stand_in_for_a_branch_that_was_not_fetched(clone: Clone) -> None:
    clone.git("tag", "origin/gone", clone.first)

    with pytest.raises(GitError) as caught:
        clone.commit("origin/gone")
    assert str(caught.value) == (
        "'origin/gone' is a tag here, and looks like the branch of a remote"
    )
    assert caught.value.hint() == (
        "fetch that branch, or write refs/tags/origin/gone if the tag is meant"
    )


def test_a_tag_does_not_stand_in_for_a_short_id(clone: Clone) -> None:
    short = clone.second[:9]
    clone.git("tag", short, clone.first)

    with pytest.raises(GitError, match=f"here: refs/tags/{short}, or what git finds first"):
        clone.commit(short)


def test_what_is_not_there_is_no_commit(clone: Clone) -> None:
    for name in ("nowhere", "origin/nowhere", "refs/heads/nowhere", "main~9", "main:", "*"):
        with pytest.raises(GitError, match="no commit"):
            clone.commit(name)


@pytest.mark.parametrize("option", ["--from-ref", "--policy-from"])
def test_check_decides_nothing_by_a_name_that_a_tag_has_too(project: Scratch, option: str) -> None:
    project.git("tag", "main")
    full = ("--from-ref", "refs/heads/main") if option == "--policy-from" else ()

    assert project.vetgate("check", *full, option, "main") == refused(
        "'main' may mean more than one thing here: refs/heads/main, refs/tags/main",
        "write the full name of the one that is meant, such as refs/heads/main",
    )
