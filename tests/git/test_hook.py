"""What a hook sees: the index that git will commit, whichever that is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from git_fixture import Git

REQ = "requirements.txt"
ODD = "deps.list"


HOOK = """\
#!{python}
import os, sys
sys.path.insert(0, {hook!r})
from vetgate.git.repository import find_repository
from vetgate.manifests.pathspecs import PATHSPECS
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
