"""Commits compared with commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_fixture import Git, names, shown
from vetgate.errors import GitError
from vetgate.git.repository import Repository, find_repository
from vetgate.manifests.pathspecs import PATHSPECS

REQ = "requirements.txt"
ODD = "deps.list"


def test_commits_are_compared_from_where_they_parted(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n"})
    git("checkout", "--quiet", "-b", "feature")
    git.commit(**{REQ: "a\nmine\n"})
    git("checkout", "--quiet", "main")
    git.commit(**{REQ: "a\ntheirs\n"})

    comparison = repository.between("main", "feature")
    assert shown(comparison) == {REQ: (b"a\n", b"a\nmine\n")}
    assert names(comparison) == ([REQ], [REQ])


def test_a_range_shows_all_that_its_end_has_and_its_start_has_not(
    git: Git, repository: Repository
) -> None:
    first = git.commit(**{REQ: "a\n", "gone/requirements.txt": "g\n"})
    git("rm", "--quiet", "-r", "gone")
    git.commit(**{REQ: "a\nb\n"})
    git.commit(**{ODD: "c\n"})

    assert shown(repository.between(first, "HEAD")) == {
        ODD: (None, b"c\n"),
        "gone/requirements.txt": (b"g\n", None),
        REQ: (b"a\n", b"a\nb\n"),
    }


def test_everything_in_a_commit_is_new_since_nothing(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n", ODD: "b\n"})

    assert shown(repository.since_nothing("HEAD")) == {ODD: (None, b"b\n"), REQ: (None, b"a\n")}


def test_commits_without_a_common_history_are_an_error(git: Git, repository: Repository) -> None:
    git.commit()
    git("checkout", "--quiet", "--orphan", "other")
    git.commit("another beginning")

    with pytest.raises(GitError) as caught:
        repository.between("main", "other")
    assert str(caught.value) == "main and other have no common history here"
    assert "--unshallow" in caught.value.hint()


@pytest.mark.parametrize(
    "name", ["nowhere", "", "HEAD~7", "a..b", "HEAD HEAD", "f" * 40, "HEAD:requirements.txt", "\n"]
)
def test_what_names_no_commit_is_an_error(git: Git, repository: Repository, name: str) -> None:
    git.commit(**{REQ: "a\n"})

    with pytest.raises(GitError) as caught:
        repository.between(name, "HEAD")
    assert str(caught.value) == f"no commit {name!r} in this repository"


@pytest.mark.parametrize("name", ["--all", "-n1", "--output=pwned", "--"])
def test_a_name_that_looks_like_an_option_is_refused(
    git: Git, repository: Repository, name: str
) -> None:
    git.commit()

    for ask in (repository.since_nothing, lambda name: repository.between("HEAD", name)):
        with pytest.raises(GitError, match="is not the name of a commit"):
            ask(name)
    assert not (git.top / "pwned").exists()


def test_a_shallow_clone_says_what_it_lacks(git: Git, tmp_path: Path) -> None:
    old = git.commit(**{REQ: "a\n"})
    git.commit(**{REQ: "a\nb\n"})
    git("clone", "--quiet", "--depth=1", git.top.as_uri(), str(tmp_path / "shallow"))
    shallow = git.at(tmp_path / "shallow")
    shallow.add(REQ, "a\nb\nc\n")
    repository = find_repository(str(shallow.top))

    assert shown(repository.staged(PATHSPECS)) == {REQ: (b"a\nb\n", b"a\nb\nc\n")}
    with pytest.raises(GitError) as caught:
        repository.between(old, "HEAD")
    assert "--unshallow" in caught.value.hint()
    repository.close()
