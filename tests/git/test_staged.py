"""What a commit would change, in every kind of repository, by real git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_fixture import Git, names, new_repository, shown, staged
from vetgate.git.repository import Repository, find_repository
from vetgate.manifests.pathspecs import PATHSPECS

REQ = "requirements.txt"
ODD = "deps.list"


def test_a_first_commit_is_compared_with_nothing(git: Git, repository: Repository) -> None:
    git.add(REQ, "a\n")
    comparison = repository.staged(PATHSPECS)

    assert shown(comparison) == {REQ: (None, b"a\n")}
    assert names(comparison) == ([], [REQ])


def test_nothing_staged_is_nothing_changed(git: Git, repository: Repository) -> None:
    git.commit(**{REQ: "a\n"})
    git.write(REQ, "a\nevil\n")

    assert repository.staged(PATHSPECS).changed == frozenset()


def test_an_empty_index_before_the_first_commit_is_nothing_changed(repository: Repository) -> None:
    assert repository.staged(PATHSPECS).changed == frozenset()


def test_partial_staging_shows_the_index_and_not_the_work_tree(git: Git) -> None:
    git.commit(**{REQ: "a\n"})
    git.add(REQ, "a\nb\n")
    git.write(REQ, "a\nb\nc\n")

    assert staged(git) == {REQ: (b"a\n", b"a\nb\n")}


@pytest.mark.parametrize("content", ["a\n", "a\nb\n"], ids=["as-it-was", "edited"])
def test_a_rename_is_one_file_gone_and_one_come(git: Git, content: str) -> None:
    git.commit(**{REQ: "a\n"})
    git("mv", REQ, "constraints.txt")
    git.add("constraints.txt", content)

    assert staged(git) == {"constraints.txt": (None, content.encode()), REQ: (b"a\n", None)}


def test_a_file_deleted_and_added_again_is_compared_with_what_it_was(git: Git) -> None:
    git.commit(**{REQ: "a\n"})
    git("rm", "--quiet", REQ)
    git.add(REQ, "b\n")

    assert staged(git) == {REQ: (b"a\n", b"b\n")}


def test_a_deleted_file_is_gone(git: Git) -> None:
    git.commit(**{REQ: "a\n"})
    git("rm", "--quiet", "--cached", REQ)

    assert staged(git) == {REQ: (b"a\n", None)}


def test_a_file_deleted_and_added_again_in_two_commits_is_new(git: Git) -> None:
    git.commit(**{REQ: "a\n"})
    git("rm", "--quiet", REQ)
    git.commit()
    git.add(REQ, "a\n")

    assert staged(git) == {REQ: (None, b"a\n")}


def test_a_merge_shows_what_it_brings_to_the_branch(git: Git) -> None:
    git.commit(**{REQ: "a\n"})
    git("checkout", "--quiet", "-b", "other")
    git.commit(**{REQ: "a\nevil\n"})
    git("checkout", "--quiet", "main")
    git.commit(**{"constraints.txt": "a<2\n"})
    git("merge", "--quiet", "--no-commit", "--no-ff", "other")

    assert staged(git) == {REQ: (b"a\n", b"a\nevil\n")}


def test_a_file_that_is_only_intended_to_be_added_is_not_in_the_commit(
    git: Git, repository: Repository
) -> None:
    git.commit()
    git.write(REQ, "evil\n")
    git("add", "--intent-to-add", REQ)

    assert shown(repository.staged(PATHSPECS), REQ) == {REQ: (None, b"")}


@pytest.mark.parametrize(
    "path",
    [
        "größe/requirements.txt",
        "\u4f9d\u8d56/requirements.txt",
        "a b/requirements.txt",
        'q"/requirements.txt',
        "new\nline/requirements.txt",
        "tab\t/requirements.txt",
        "back\\slash/requirements.txt",
        "-r/requirements.txt",
        ":(top)/requirements.txt",
        "*/requirements.txt",
        "Requirements-DEV.TXT",
        os.fsdecode(b"m\xe9x/requirements.txt"),
    ],
)
def test_any_name_is_read(git: Git, path: str) -> None:
    git.commit(**{"b/requirements.txt": "b\n"})
    git.write(path, "a\n")
    git("add", "--all")
    repository = find_repository(str(git.top))
    comparison = repository.staged(PATHSPECS)

    assert shown(comparison) == {path: (None, b"a\n")}
    assert names(comparison) == (["b/requirements.txt"], sorted(["b/requirements.txt", path]))
    repository.close()


def test_line_ends_are_those_of_the_commit(git: Git) -> None:
    git.commit()
    git.add(REQ, b"a\r\nb\rc\n")

    assert staged(git) == {REQ: (None, b"a\r\nb\rc\n")}


def test_a_subdirectory_is_as_good_as_the_top(git: Git) -> None:
    git.commit(**{"sub/requirements.txt": "a\n"})
    git.add("sub/requirements.txt", "b\n")
    git.add(REQ, "c\n")
    repository = find_repository(str(git.top / "sub"))

    assert os.path.samefile(repository.top, git.top)
    assert shown(repository.staged(PATHSPECS)) == {
        REQ: (None, b"c\n"),
        "sub/requirements.txt": (b"a\n", b"b\n"),
    }
    repository.close()


def test_a_repository_with_sha256_is_read(tmp_path: Path) -> None:
    git = new_repository(tmp_path / "sha256", "--object-format=sha256")
    git.add(REQ, "a\n")

    assert staged(git) == {REQ: (None, b"a\n")}
    git.commit()
    git.add(REQ, "b\n")
    assert staged(git) == {REQ: (b"a\n", b"b\n")}


SETTINGS = [
    ("diff.noprefix", "true"),
    ("diff.renames", "copies"),
    ("diff.relative", "true"),
    ("diff.external", "false"),
    ("diff.ignoreSubmodules", "all"),
    ("diff.orderFile", "/nonexistent"),
    ("core.quotePath", "true"),
    ("core.fsmonitor", "false"),
    ("color.ui", "always"),
    ("status.relativePaths", "true"),
    ("core.ignoreCase", "true"),
]


@pytest.mark.parametrize(("key", "setting"), SETTINGS)
def test_no_setting_of_the_user_changes_what_is_seen(git: Git, key: str, setting: str) -> None:
    git.commit(**{"größe/requirements.txt": "a\n", "sub/old-requirements.txt": "same\n"})
    git("config", key, setting)
    git.add("größe/requirements.txt", "a\nb\n")
    git("mv", "sub/old-requirements.txt", "sub/requirements.txt")
    repository = find_repository(str(git.top / "sub"))

    assert shown(repository.staged(PATHSPECS)) == {
        "größe/requirements.txt": (b"a\n", b"a\nb\n"),
        "sub/old-requirements.txt": (b"same\n", None),
        "sub/requirements.txt": (None, b"same\n"),
    }
    repository.close()


@pytest.mark.parametrize(
    "variable",
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"],
)
def test_no_variable_hides_a_manifest(
    git: Git, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    git.add("sub/requirements.txt", "a\n")
    monkeypatch.setenv(variable, "1")
    repository = find_repository(str(git.top))

    assert names(repository.staged(PATHSPECS)) == ([], ["sub/requirements.txt"])
    repository.close()


def test_what_is_committed_is_read_and_not_what_replaces_it_on_this_machine(git: Git) -> None:
    git.commit(harmless="a\n")
    git.add(REQ, "evil\n")
    git("replace", git("rev-parse", f":{REQ}").strip(), git("rev-parse", ":harmless").strip())

    assert staged(git) == {REQ: (None, b"evil\n")}


def test_present_is_what_git_tracks_or_would_add(git: Git, repository: Repository) -> None:
    git.add("b.txt", "")
    git.add("a/ä.txt", "")
    git.add(".gitignore", "ignored.txt")
    git.write("untracked.txt", "")
    git.write("ignored.txt", "")

    assert repository.present() == (".gitignore", "a/ä.txt", "b.txt", "untracked.txt")


def test_the_hooks_lie_where_git_looks_for_them(git: Git, repository: Repository) -> None:
    assert Path(repository.hooks_folder()) == git.top / ".git/hooks"
    git("config", "core.hooksPath", "my hooks")
    assert Path(repository.hooks_folder()) == git.top / "my hooks"


def test_a_folder_with_a_line_end_in_its_name_is_found(tmp_path: Path) -> None:
    git = new_repository(tmp_path / "line\n")
    git.add(REQ, "a\n")

    assert staged(git) == {REQ: (None, b"a\n")}
