"""What a change of files touches, from the staged change of a real repository to the changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from git_fixture import Git, link, new_repository
from vetgate.diff import diff
from vetgate.git.repository import Comparison, Repository, find_repository
from vetgate.git.tree import Tree
from vetgate.manifests.affected import Affected, Side, affected, elsewhere, judged_whole
from vetgate.manifests.formats import is_manifest
from vetgate.manifests.pathspecs import PATHSPECS
from vetgate.model.change import Removed

ROOT = "requirements.txt"
DEV = "dev/requirements.txt"
ODD = "base.list"


class Seen(NamedTuple):
    """What the gate would make of what is staged."""

    roots: list[str]
    changes: list[str]
    errors: list[str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return new_repository(tmp_path / "work")


@pytest.fixture
def repository(git: Git) -> Iterator[Repository]:
    found = find_repository(str(git.top))
    yield found
    found.close()


def side(tree: Tree) -> Side:
    return Side(tree, tuple(path for path in tree.matching() if is_manifest(path)))


def read(comparison: Comparison) -> Affected:
    return affected(side(comparison.before), side(comparison.after), comparison.changed, {})


def staged(repository: Repository) -> Seen:
    found = read(repository.staged(PATHSPECS))
    changes = [
        f"- {change.before.requirement}"
        if isinstance(change, Removed)
        else f"+ {change.after.requirement}"
        for change in diff(found.before, found.after, runs=found.runs)
    ]
    return Seen(sorted(found.roots), changes, [str(error) for error in found.errors])


NOTHING = Seen([], [], [])


def test_only_the_manifests_that_change_are_read(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: "a\n", DEV: "--broken\n", "notes.txt": "n\n"})
    git.add(ROOT, "a\nb\n")
    git.add("notes.txt", "evil\n")

    assert staged(repository) == Seen([ROOT], ["+ b"], [])


def test_a_manifest_that_goes_is_read_where_it_was(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: "a\n", DEV: "b\n"})
    git("rm", "--quiet", ROOT)

    assert staged(repository) == Seen([ROOT], ["- a"], [])


def test_an_include_of_an_odd_name_changes_though_its_root_does_not(
    git: Git, repository: Repository
) -> None:
    git.commit(
        **{ROOT: "-r deps/base.list\n", "deps/base.list": "-r more.list\n", "deps/more.list": "a\n"}
    )
    git.add("deps/more.list", "a\nevil\n")

    assert staged(repository) == Seen([ROOT], ["+ evil"], [])


def test_a_file_that_a_table_names_changes_though_the_table_does_not(
    git: Git, repository: Repository
) -> None:
    table = '[tool.setuptools.dynamic]\ndependencies = {file = "base.list"}\n'
    git.commit(**{"pyproject.toml": table, ODD: "a\n"})
    git.add(ODD, "a\nevil\n")

    assert staged(repository) == Seen(["pyproject.toml"], ["+ evil"], [])


@pytest.mark.parametrize("dash", ["\x1f-r", "\u3000-r", "\x0c-r", "\t--requirement", "\u2028-r"])
def test_an_include_behind_an_odd_blank_is_an_include(
    git: Git, repository: Repository, dash: str
) -> None:
    git.commit(**{ROOT: f"a\n{dash} {ODD}\n", ODD: "b\n"})
    git.add(ODD, "b\nevil\n")

    assert staged(repository) == Seen([ROOT], ["+ evil"], [])


def test_constraints_that_change_are_read_as_constraints(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: "-c held.list\na\n", "held.list": "a==1.0\n"})
    git.add("held.list", "a>=1.0\n")

    assert staged(repository) == Seen([ROOT], ["+ a>=1.0"], [])


def test_a_constraint_that_goes_lets_go_of_what_it_held(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: "-c held.list\na\n", "held.list": "a==1.0\n"})
    git.add("held.list", "# nothing\n")

    assert staged(repository) == Seen([ROOT], ["+ a"], [])


def test_an_index_that_goes_from_an_included_file_is_news_to_the_whole_tree(
    git: Git, repository: Repository
) -> None:
    option = "--index-url https://packages.acme.example/simple"
    git.commit(**{ROOT: f"-r {ODD}\na\n", ODD: f"{option}\nb\n"})
    git.add(ODD, "b\n")

    assert staged(repository) == Seen([ROOT], ["+ b", "+ a", f"- {option}"], [])


class Links(NamedTuple):
    """Links to lay before the change, and the one that the change lays."""

    before: dict[str, str]
    change: tuple[str, str]


@pytest.mark.parametrize(
    "links",
    [
        pytest.param(Links({ROOT: "old/base.list"}, (ROOT, "new/base.list")), id="the-root"),
        pytest.param(
            Links({ROOT: "./hop", "hop": "old/base.list"}, ("hop", "new/base.list")),
            id="a-link-on-the-way",
        ),
        pytest.param(
            Links({ROOT: "folder/base.list", "folder": "old"}, ("folder", "new")),
            id="a-folder-on-the-way",
        ),
    ],
)
def test_a_link_that_is_led_elsewhere_is_a_change(
    git: Git, repository: Repository, links: Links
) -> None:
    git.commit(**{"old/base.list": "a\n", "new/base.list": "evil\n"})
    for path, target in links.before.items():
        link(git, path, target)
    git.commit()
    link(git, *links.change)

    assert staged(repository) == Seen([ROOT], ["+ evil", "- a"], [])


def test_an_include_through_a_folder_that_is_led_elsewhere_is_a_change(
    git: Git, repository: Repository
) -> None:
    git.commit(**{"old/x.list": "a\n", "new/x.list": "evil\n", ROOT: "-r folder/x.list\n"})
    link(git, "way", "old")
    link(git, "folder", "way")
    git.commit()
    link(git, "way", "new")

    assert staged(repository) == Seen([ROOT], ["+ evil", "- a"], [])


def test_where_a_link_leads_changes_though_the_link_does_not(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ODD: "a\n"})
    link(git, ROOT, f"./{ODD}")
    git.commit()
    git.add(ODD, "a\nevil\n")

    assert staged(repository) == Seen([ROOT], ["+ evil"], [])


def test_an_include_that_vanishes_is_an_error(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: f"a\n-r {ODD}\n", ODD: "b\n"})
    git("rm", "--quiet", ODD)

    error = f"{ROOT}:2: names '{ODD}', which is not there"
    assert staged(repository) == Seen([ROOT], ["- b"], [error])


def test_an_include_that_only_lies_in_the_work_tree_is_an_error(
    git: Git, repository: Repository
) -> None:
    git.write(ODD, "b\n")
    git.add(ROOT, f"-r {ODD}\n")

    assert staged(repository) == Seen([ROOT], [], [f"{ROOT}:1: names '{ODD}', which is not there"])


def test_an_include_that_comes_mends_its_error_and_is_new(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: f"a\n-r {ODD}\n"})
    git.add(ODD, "evil\n")

    assert staged(repository) == Seen([ROOT], ["+ evil"], [])


def test_an_old_error_elsewhere_in_the_tree_is_not_told_again(
    git: Git, repository: Repository
) -> None:
    git.commit(
        **{ROOT: f"-r missing.list\n-r {ODD}\n-r broken.list\n", ODD: "a\n", "broken.list": "--x\n"}
    )
    git.add(ODD, "a\nb\n")

    assert staged(repository) == Seen([ROOT], ["+ b"], [])


@pytest.mark.parametrize(
    ("odd", "errors"),
    [("deps/web.txt", [f"{ROOT}:2: unknown option --x"]), ("deps/other.txt", [])],
    ids=["a-file-it-names", "another-file"],
)
def test_what_a_manifest_that_cannot_be_read_may_include_cannot_be_told(
    git: Git, repository: Repository, odd: str, errors: list[str]
) -> None:
    git.commit(**{ROOT: "-r deps/web.txt\n--x\n", odd: "a\n"})
    git.add(odd, "a\nevil\n")

    assert staged(repository) == Seen([], [], errors)


@pytest.mark.parametrize("broken", ["--x\nevil\n", "--x\n"], ids=["another-line", "less"])
def test_an_old_error_in_a_file_that_changes_is_told(
    git: Git, repository: Repository, broken: str
) -> None:
    git.commit(**{ROOT: f"-r {ODD}\n", ODD: "--x\nb\n"})
    git.add(ODD, broken)

    assert staged(repository) == Seen([ROOT], [], [f"{ODD}:1: unknown option --x"])


def test_an_old_error_behind_a_link_whose_target_changes_is_told(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ODD: "--x\nb\n"})
    link(git, ROOT, f"./{ODD}")
    git.commit()
    git.add(ODD, "--x\nb\nevil\n")

    assert staged(repository) == Seen([ROOT], [], [f"{ROOT}:1: unknown option --x"])


def test_an_old_error_of_a_link_that_is_led_elsewhere_is_told(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ROOT: "-r way\n"})
    link(git, "way", "/somewhere/a")
    git.commit()
    link(git, "way", "/somewhere/b")

    assert staged(repository) == Seen(
        [ROOT], [], [f"{ROOT}:1: names 'way', which leaves the repository"]
    )


def test_a_submodule_that_moves_is_told_where_a_manifest_reads_it(
    git: Git, repository: Repository, tmp_path: Path
) -> None:
    inner = new_repository(tmp_path / "inner")
    inner.commit(**{ROOT: "a\n"})
    git("submodule", "--quiet", "add", str(inner.top), "inner")
    git.commit(**{ROOT: "-r inner/requirements.txt\n"})
    git.at(git.top / "inner").commit(**{ROOT: "evil\n"})
    git("add", "inner")

    problem = "lies in a submodule, whose files are not part of the commit"
    assert staged(repository) == Seen(
        [ROOT], [], [f"{ROOT}:1: names 'inner/requirements.txt', which {problem}"]
    )


def test_a_manifest_that_is_not_touched_is_not_looked_into(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ROOT: "--broken\n", DEV: "-r missing.list\n", "notes.txt": "a\n"})
    git.add("notes.txt", "b\n")

    assert staged(repository) == NOTHING


def test_a_manifest_that_is_mended_is_new_as_a_whole(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: "--broken\na\n"})
    git.add(ROOT, "a\n")

    assert staged(repository) == Seen([ROOT], ["+ a"], [])


def test_a_first_commit_is_new_as_a_whole(git: Git, repository: Repository) -> None:
    git.add(ROOT, f"-r {ODD}\na\n")
    git.add(ODD, "b\n")

    assert staged(repository) == Seen([ROOT], ["+ b", "+ a"], [])


def test_commits_are_read_each_from_its_own_tree(git: Git, repository: Repository) -> None:
    git.commit(**{ROOT: f"-r {ODD}\n", ODD: "a\n"})
    git("checkout", "--quiet", "-b", "feature")
    git.commit(**{ODD: "a\nb\n"})
    git("checkout", "--quiet", "main")
    git.commit(**{ODD: "a\nc\n"})
    found = read(repository.between("main", "feature"))

    assert [one.requirement for one in found.before] == ["a"]
    assert [one.requirement for one in found.after] == ["a", "b"]


def test_what_is_declared_elsewhere_is_read_from_the_state_before(
    git: Git, repository: Repository
) -> None:
    git.commit(**{ROOT: "a\n", DEV: "b\n", "broken-requirements.txt": "--x\n"})
    git.add(ROOT, "a\nb\n")
    comparison = repository.staged(PATHSPECS)
    found = read(comparison)
    rest, _ = elsewhere(side(comparison.before), found.roots, {})

    assert [one.requirement for one in rest] == ["b"]
    assert diff((*found.before, *rest), (*found.after, *rest)) == ()


def test_whole_files_are_read_as_they_are(git: Git, repository: Repository) -> None:
    git.add(ROOT, f"-r {ODD}\na\n")
    git.add(ODD, "b\n--x\n")
    after = repository.staged(PATHSPECS).after
    dependencies, errors = judged_whole(after, [ROOT, "missing.txt"], {})

    assert [one.requirement for one in dependencies] == ["a"]
    assert [str(error) for error in errors] == [
        "missing.txt: no such file",
        f"{ODD}:2: unknown option --x",
    ]
