"""Symbolic links and submodules, followed as an operating system follows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_fixture import Git, content_of, link, names, new_repository, shown, staged
from vetgate.errors import ManifestError
from vetgate.git.repository import Repository
from vetgate.manifests.formats import holds_manifests, is_manifest
from vetgate.manifests.pathspecs import PATHSPECS

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


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        pytest.param("", "", id="top"),
        pytest.param("deps", "deps", id="folder"),
        pytest.param("deps/more/a.list", "deps/more/a.list", id="file"),
        pytest.param("folder/more", "deps/more", id="through-a-link"),
        pytest.param("folder/more/../../deps", "deps", id="back-out"),
    ],
)
def test_a_folder_is_where_a_file_lies_below_it(
    git: Git, repository: Repository, path: str, leads_to: str
) -> None:
    git.add("deps/more/a.list", "a\n")
    link(git, "folder", "deps")

    assert repository.staged(PATHSPECS).after.locate(path) == leads_to


@pytest.mark.usefixtures("with_submodule")
@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("vendor/inner", ManifestError),
        ("vendor/inner/x", ManifestError),
        # Nothing but the submodule lies below it.
        ("vendor", FileNotFoundError),
        ("out", ManifestError),
        ("missing", FileNotFoundError),
        ("requirements.txt/x", FileNotFoundError),
    ],
)
def test_what_is_no_part_of_the_commit_is_not_located(
    git: Git, repository: Repository, path: str, error: type[Exception]
) -> None:
    link(git, "out", "../elsewhere")

    with pytest.raises(error):
        repository.staged(PATHSPECS).after.locate(path)


def test_a_link_tells_where_it_leads(git: Git, repository: Repository) -> None:
    git.add("a.txt", "a\n")
    link(git, REQ, "a.txt")
    link(git, ODD, "deps")
    after = repository.staged(PATHSPECS).after

    assert [after.link(path) for path in (REQ, ODD, "a.txt", "missing")] == [
        "a.txt",
        "deps",
        None,
        None,
    ]


def behind(repository: Repository) -> tuple[list[str], list[str]]:
    """Name what links to folders make manifests: in the index, and in the commit of it."""
    repository_side = repository.staged(PATHSPECS).after
    return (
        sorted(repository_side.behind(holds_manifests, is_manifest)),
        sorted(repository.since_nothing("HEAD").after.behind(holds_manifests, is_manifest)),
    )


def test_a_link_to_a_folder_makes_manifests_of_its_lists(git: Git, repository: Repository) -> None:
    git.add("deps/base.txt", "a\n")
    git.add("deps/more/x.in", "a\n")
    git.add("deps/readme.md", "a\n")
    git.add("other/y.txt", "a\n")
    link(git, "Requirements", "deps")
    link(git, "sub/constraints", "../deps/more")
    link(git, "deps/again", "../other")
    link(git, "elsewhere", "deps")
    git.add("requirements/z.txt", "a\n")
    link(git, "requirements/linked", "../other")
    git.commit()
    expected = [
        "Requirements/again/y.txt",
        "Requirements/base.txt",
        "Requirements/more/x.in",
        "requirements/linked/y.txt",
        "sub/constraints/x.in",
    ]

    assert behind(repository) == (expected, expected)


def test_a_link_to_a_folder_above_it_is_gone_through_once(git: Git, repository: Repository) -> None:
    git.add("base.txt", "a\n")
    link(git, "requirements", ".")
    git.commit()
    expected = ["requirements/base.txt"]

    assert behind(repository) == (expected, expected)


@pytest.mark.parametrize("target", ["/etc", "../outside", "requirements"])
def test_a_link_that_cannot_be_followed_is_named_itself(
    git: Git, repository: Repository, target: str
) -> None:
    link(git, "requirements", target)
    git.commit()

    assert behind(repository) == (["requirements"], ["requirements"])


def test_a_link_to_a_file_or_to_nothing_makes_no_manifests(
    git: Git, repository: Repository
) -> None:
    git.add("README.md", "a\n")
    link(git, "requirements", "README.md")
    link(git, "constraints", "missing")
    git.commit()

    assert behind(repository) == ([], [])


def test_links_within_links_within_links_are_refused(git: Git, repository: Repository) -> None:
    for name in "abcd":
        git.add(f"{name}/x.txt", "a\n")
    for name, target in zip("abc", "bcd", strict=True):
        link(git, f"{name}/next", f"../{target}")
    link(git, "requirements", "a")
    git.commit()

    with pytest.raises(ManifestError, match="is a symbolic link within too many others"):
        behind(repository)


@pytest.mark.parametrize(
    "twin", ["Requirements.txt", "REQUIREMENTS.TXT", "Sub/requirements.txt", "sub/Requirements.txt"]
)
def test_a_file_whose_name_differs_in_case_only_from_another_is_refused(
    git: Git, repository: Repository, twin: str
) -> None:
    path = twin.lower()
    for name in (path, twin):
        oid = git("hash-object", "-w", "--stdin", "-t", "blob").strip()
        git("update-index", "--add", "--cacheinfo", f"100644,{oid},{name}")
    git("commit", "--quiet", "-m", "twins")

    for state in (repository.staged(PATHSPECS).after, repository.since_nothing("HEAD").after):
        with pytest.raises(ManifestError, match="has a twin"):
            state.read(path)
        assert state.passed(path) >= {path}


@pytest.mark.parametrize(
    ("path", "twin"),
    [
        pytest.param("extra.lst", "EXTRA.lst", id="an-include"),
        pytest.param("gr\u00f6\u00dfe.lst", "gro\u0308\u00dfe.lst", id="composed-differently"),
        pytest.param("sub/extra.lst", "Sub", id="a-folder-and-a-link"),
    ],
)
def test_what_one_disk_takes_for_one_file_is_refused(
    git: Git, repository: Repository, path: str, twin: str
) -> None:
    git.add(path, "a\n")
    link(git, twin, "elsewhere")
    git.add("alike.lst", "a\n")

    after = repository.staged(PATHSPECS).after
    with pytest.raises(ManifestError, match="has a twin"):
        after.read(path)
    assert after.read("alike.lst") == b"a\n"
