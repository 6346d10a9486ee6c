"""Symbolic links and submodules, followed as an operating system follows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_fixture import Git, content_of, link, names, new_repository, shown, staged
from vetgate.errors import ManifestError
from vetgate.git.repository import Repository
from vetgate.manifests.formats import PATHSPECS

REQ = "requirements.txt"
ODD = "deps.list"


@pytest.fixture
def with_submodule(git: Git, tmp_path: Path) -> Git:
    inner = new_repository(tmp_path / "inner")
    inner.commit(**{REQ: "inner\n"})
    git.commit(**{REQ: "a\n"})
    git("submodule", "--quiet", "add", str(inner.top), "vendor/inner")
    git.commit()
    return git


@pytest.mark.usefixtures("with_submodule")
def test_a_submodule_is_not_read_from_outside(repository: Repository) -> None:
    comparison = repository.staged(PATHSPECS)

    assert names(comparison) == ([REQ], [REQ])
    for path in ("vendor/inner", "vendor/inner/requirements.txt"):
        with pytest.raises(ManifestError, match="lies in a submodule"):
            comparison.after.read(path)
    assert comparison.after.passed("vendor/inner/requirements.txt") >= {"vendor/inner"}


def test_a_submodule_is_judged_as_its_own_repository(with_submodule: Git) -> None:
    inner = with_submodule.at(with_submodule.top / "vendor/inner")
    inner.add(REQ, "inner\nevil\n")

    assert staged(inner) == {REQ: (b"inner\n", b"inner\nevil\n")}


def test_a_submodule_that_moves_is_a_change(with_submodule: Git, repository: Repository) -> None:
    inner = with_submodule.at(with_submodule.top / "vendor/inner")
    inner.commit(**{REQ: "inner\nevil\n"})
    with_submodule("config", "diff.ignoreSubmodules", "all")
    with_submodule("add", "vendor/inner")

    assert repository.staged(PATHSPECS).changed == {"vendor/inner"}


@pytest.mark.parametrize(
    ("path", "target", "leads_to"),
    [
        pytest.param(REQ, "deps/a.list", "deps/a.list", id="file"),
        pytest.param(REQ, "./deps//a.list", "deps/a.list", id="untidy"),
        pytest.param("sub/requirements.txt", "../deps/a.list", "deps/a.list", id="upwards"),
        pytest.param(REQ, "folder/a.list", "deps/a.list", id="through-a-folder"),
        pytest.param(REQ, "folder/../top.list", "top.list", id="back-out-of-a-folder"),
        pytest.param(REQ, "hop", "deps/a.list", id="through-another-link"),
    ],
)
def test_a_link_is_followed_within_its_state(
    git: Git, repository: Repository, path: str, target: str, leads_to: str
) -> None:
    git.add("deps/a.list", "a\n")
    git.add("top.list", "top\n")
    link(git, "folder", "deps")
    link(git, "hop", "folder/a.list")
    link(git, path, target)
    after = repository.staged(PATHSPECS).after

    assert after.resolve(path) == leads_to
    assert {path, leads_to} <= after.passed(path)
    assert content_of(after, path) == (git.top / leads_to).read_bytes()


def test_every_link_on_the_way_is_passed(git: Git, repository: Repository) -> None:
    git.add("deps/a.list", "a\n")
    link(git, "folder", "deps")
    link(git, "hop", "folder/a.list")
    link(git, REQ, "hop")
    after = repository.staged(PATHSPECS).after

    assert after.passed(REQ) == {REQ, "hop", "folder", "deps", "deps/a.list"}


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        pytest.param("/etc/hostname", "leaves the repository", id="absolute"),
        pytest.param("../outside.txt", "leaves the repository", id="upwards"),
        pytest.param("sub/../../outside.txt", "leaves the repository", id="down-and-up"),
        pytest.param(REQ, "is a symbolic link that leads in a circle", id="to-itself"),
        pytest.param("back", "is a symbolic link that leads in a circle", id="in-a-circle"),
    ],
)
def test_a_link_that_leads_nowhere_good_is_an_error(
    git: Git, repository: Repository, target: str, problem: str
) -> None:
    link(git, "back", REQ)
    link(git, REQ, target)
    after = repository.staged(PATHSPECS).after

    with pytest.raises(ManifestError) as caught:
        after.read(REQ)
    assert str(caught.value) == f"{REQ}: {problem}"
    assert REQ in after.passed(REQ)


@pytest.mark.parametrize(
    ("path", "problem"),
    [("/requirements.txt", "leaves the repository"), ("../x", "leaves the repository")],
)
def test_a_path_that_leaves_the_repository_is_an_error(
    git: Git, repository: Repository, path: str, problem: str
) -> None:
    git.add(REQ, "a\n")

    with pytest.raises(ManifestError, match=problem):
        repository.staged(PATHSPECS).after.read(path)


@pytest.mark.parametrize("path", ["missing.txt", "sub", "requirements.txt/x", ""])
def test_what_is_no_file_is_not_found(git: Git, repository: Repository, path: str) -> None:
    git.add(REQ, "a\n")
    git.add("sub/other.txt", "a\n")

    with pytest.raises(FileNotFoundError):
        repository.staged(PATHSPECS).after.resolve(path)


def test_a_dangling_link_is_not_found(git: Git, repository: Repository) -> None:
    link(git, REQ, "missing.list")
    after = repository.staged(PATHSPECS).after

    with pytest.raises(FileNotFoundError):
        after.resolve(REQ)
    assert after.passed(REQ) == {REQ, "missing.list"}


def test_a_folder_that_becomes_a_link_is_followed_on_its_side_only(
    git: Git, repository: Repository
) -> None:
    git.commit(**{"sub/base.list": "old\n", "evil/base.list": "new\n"})
    git("rm", "-r", "--quiet", "sub")
    link(git, "sub", "evil")

    assert shown(repository.staged(PATHSPECS), "sub/base.list") == {
        "sub/base.list": (b"old\n", b"new\n")
    }
