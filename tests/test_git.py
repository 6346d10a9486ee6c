"""Which two states git is asked for, in every kind of repository, with real git."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_fixture import Git, RealGit, new_repository
from vetgate.errors import GateError, GitError, ManifestError
from vetgate.git.process import MAX_BLOB
from vetgate.git.repository import Comparison, Repository, find_repository
from vetgate.manifests.formats import PATHSPECS, is_manifest

REQ = "requirements.txt"
ODD = "deps.list"


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return new_repository(tmp_path / "work")


@pytest.fixture
def repository(git: Git) -> Iterator[Repository]:
    found = find_repository(str(git.top))
    yield found
    found.close()


def shown(comparison: Comparison, *paths: str) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Return what the paths hold on both sides; without paths, what changed."""
    return {
        path: (_read(comparison.before, path), _read(comparison.after, path))
        for path in paths or sorted(comparison.changed)
    }


def _read(state: object, path: str) -> bytes | None:
    assert hasattr(state, "read")
    try:
        content = state.read(path)
    except FileNotFoundError:
        return None
    assert isinstance(content, bytes)
    return content


def staged(git: Git) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Compare the index with HEAD afresh."""
    found = find_repository(str(git.top))
    try:
        return shown(found.staged(PATHSPECS))
    finally:
        found.close()


def names(comparison: Comparison) -> tuple[list[str], list[str]]:
    """Name the manifests on both sides."""
    return (
        [path for path in comparison.before.matching() if is_manifest(path)],
        [path for path in comparison.after.matching() if is_manifest(path)],
    )


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
        'quo"te/requirements.txt',
        "new\nline/requirements.txt",
        "tab\t/requirements.txt",
        "back\\slash/requirements.txt",
        "-r/requirements.txt",
        ":(top)/requirements.txt",
        "*/requirements.txt",
        "Requirements-DEV.TXT",
        os.fsdecode(b"caf\xe9/requirements.txt"),
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


HOOK = """\
#!{python}
import os, sys
sys.path.insert(0, {hook!r})
from vetgate.git.repository import find_repository
from vetgate.manifests.formats import PATHSPECS
repository = find_repository(os.getcwd())
comparison = repository.staged(PATHSPECS)
seen = {{}}
for path in sorted(comparison.changed):
    for side, state in (("before", comparison.before), ("after", comparison.after)):
        try:
            seen[path, side] = state.read(path).decode()
        except FileNotFoundError:
            seen[path, side] = None
repository.close()
open({out!r}, "w").write(repr(seen))
"""


@pytest.fixture
def seen_by_hook(git: Git, tmp_path: Path) -> Path:
    """Install a hook that writes down what it sees."""
    out = tmp_path / "seen"
    package = Path(sys.modules["vetgate"].__path__[0]).parent
    hook = git.top / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, hook=str(package), out=str(out)))
    hook.chmod(0o755)
    return out


@pytest.mark.parametrize(
    ("arguments", "after"),
    [
        pytest.param([], {REQ: "a\nstaged\n"}, id="commit"),
        pytest.param(
            ["-a"], {REQ: "a\nwritten\n", "sub/requirements.txt": "b\nwritten\n"}, id="commit-all"
        ),
        pytest.param(
            ["sub/requirements.txt"], {"sub/requirements.txt": "b\nwritten\n"}, id="commit-path"
        ),
        pytest.param(
            ["--include", "sub/requirements.txt"],
            {REQ: "a\nstaged\n", "sub/requirements.txt": "b\nwritten\n"},
            id="commit-include",
        ),
    ],
)
def test_a_hook_sees_what_will_be_committed(
    git: Git, seen_by_hook: Path, arguments: list[str], after: dict[str, str]
) -> None:
    git.commit(**{REQ: "a\n", "sub/requirements.txt": "b\n"})
    git.add(REQ, "a\nstaged\n")
    git.write(REQ, "a\nwritten\n")
    git.write("sub/requirements.txt", "b\nwritten\n")
    before = {REQ: "a\n", "sub/requirements.txt": "b\n"}
    git("commit", "--quiet", "-m", "hooked", *arguments)

    expected = {(path, "before"): before[path] for path in after}
    expected |= {(path, "after"): content for path, content in after.items()}
    assert seen_by_hook.read_text() == repr(dict(sorted(expected.items(), key=_by_path)))
    assert {path: git("show", f"HEAD:{path}") for path in after} == after


def _by_path(entry: tuple[tuple[str, str], str]) -> tuple[str, bool]:
    (path, side), _ = entry
    return path, side == "after"


def test_a_hook_sees_a_first_commit_of_all_files(git: Git, seen_by_hook: Path) -> None:
    git.add(REQ, "a\n")
    git.write(REQ, "a\nb\n")
    git("commit", "--quiet", "-a", "-m", "first")

    assert seen_by_hook.read_text() == repr({(REQ, "before"): None, (REQ, "after"): "a\nb\n"})


def test_a_hook_in_a_linked_work_tree_sees_that_work_tree(
    git: Git, seen_by_hook: Path, tmp_path: Path
) -> None:
    git.commit(**{REQ: "a\n"})
    git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    linked = git.at(tmp_path / "linked")
    git.add(REQ, "a\nnot here\n")
    linked.add(REQ, "a\nb\n")
    linked("commit", "--quiet", "-m", "there")

    assert seen_by_hook.read_text() == repr({(REQ, "before"): "a\n", (REQ, "after"): "a\nb\n"})


def test_a_hook_with_literal_pathspecs_sees_the_manifests(git: Git, seen_by_hook: Path) -> None:
    git.add("sub/requirements.txt", "a\n")
    git("--literal-pathspecs", "commit", "--quiet", "-m", "first")

    assert seen_by_hook.read_text() == repr(
        {("sub/requirements.txt", "before"): None, ("sub/requirements.txt", "after"): "a\n"}
    )


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


def link(git: Git, path: str, target: str) -> None:
    """Stage a symbolic link."""
    at = git.top / path
    at.parent.mkdir(parents=True, exist_ok=True)
    at.unlink(missing_ok=True)
    at.symlink_to(target)
    git("add", "--", path)


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
    assert _read(after, path) == (git.top / leads_to).read_bytes()


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


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    bare = new_repository(tmp_path / "bare.git", "--bare")

    with pytest.raises(GitError) as caught:
        find_repository(str(bare.top))
    assert caught.value.hint() == "judge whole files without git: vetgate check --all"


def test_a_folder_outside_of_any_repository_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(GitError, match="not a git repository"):
        find_repository(str(tmp_path))


def test_without_git_there_is_a_way_on(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(git.top))

    with pytest.raises(GitError) as caught:
        find_repository(str(git.top))
    assert (str(caught.value), caught.value.hint()) == (
        "git was not found",
        "judge without git: vetgate check --all",
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
    assert _read(after, "b.txt") == b"b\n"


def test_a_huge_file_is_refused_at_once_and_the_next_one_is_read(
    git: Git, repository: Repository
) -> None:
    git.add(REQ, b"#" * (MAX_BLOB + 1))
    git.add("b.txt", b"b" * 100_000)
    after = repository.staged(PATHSPECS).after

    with pytest.raises(ManifestError) as caught:
        after.read(REQ)
    assert str(caught.value) == f"{REQ}: larger than {MAX_BLOB} bytes"
    assert _read(after, "b.txt") == b"b" * 100_000


def test_a_content_is_read_once(git: Git, repository: Repository) -> None:
    git.add(REQ, "a\n")
    after = repository.staged(PATHSPECS).after

    first = _read(after, REQ)
    repository.close()
    shutil.rmtree(git.top / ".git/objects")
    assert _read(after, REQ) == first == b"a\n"


def test_the_files_of_the_index_are_tracked(git: Git, repository: Repository) -> None:
    git.add("b.txt", "")
    git.add("a/ä.txt", "")
    git.write("untracked.txt", "")

    assert repository.tracked() == ("a/ä.txt", "b.txt")


def test_the_hooks_lie_where_git_looks_for_them(git: Git, repository: Repository) -> None:
    assert Path(repository.hooks_folder()) == git.top / ".git/hooks"
    git("config", "core.hooksPath", "my hooks")
    assert Path(repository.hooks_folder()) == git.top / "my hooks"


def test_a_folder_with_a_line_end_in_its_name_is_found(tmp_path: Path) -> None:
    git = new_repository(tmp_path / "line\n")
    git.add(REQ, "a\n")

    assert staged(git) == {REQ: (None, b"a\n")}


def test_the_fixture_is_what_it_says(tmp_path: Path) -> None:
    git: Git = RealGit(tmp_path)

    assert git.top == tmp_path
