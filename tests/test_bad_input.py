"""What cannot be read or trusted: one clear line with a place and a way out, and never a pass."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from render.schemas import validator
from scratch import Ran, Scratch, refused

SPECIFIERS = "see the packaging guide on dependency specifiers (PEP 508)"
OTHER_SNAPSHOT = (
    "get another with `vetgate update`, or unset VETGATE_SNAPSHOT to use the one of vetgate"
)
OWN_COPY = "put a copy of the file into the project"
NO_SHARED = "move what they share to a file that both include"
GIT_STATUS = "see what `git status` says"

MANIFESTS = [
    pytest.param(
        b"flask\n\xff\xfa\n",
        "requirements.txt:2: not readable as utf-8",
        "save the file as UTF-8 without a byte order mark",
        id="no-text",
    ),
    pytest.param(
        b"flask\n\n--no-such-thing\n",
        "requirements.txt:3: unknown option --no-such-thing",
        "the pip manual lists what a requirements file may say",
        id="unknown-option",
    ),
    pytest.param(
        b"flask\nrare==\n",
        "requirements.txt:2: expected semicolon (after name with no version specifier) or end",
        SPECIFIERS,
        id="bad-specifier",
    ),
    pytest.param(
        b"<<<<<<< HEAD\nflask\n=======\nrare\n>>>>>>> side\n",
        "requirements.txt:1: expected package name at the start of dependency specifier",
        SPECIFIERS,
        id="conflict-marks",
    ),
    pytest.param(
        b"404: Not Found\n",
        "requirements.txt:1: expected semicolon (after name with no version specifier) or end",
        SPECIFIERS,
        id="a-404-where-a-file-should-be",
    ),
    pytest.param(
        b"<!DOCTYPE html>\n<html>404</html>\n",
        "requirements.txt:1: expected package name at the start of dependency specifier",
        SPECIFIERS,
        id="a-page-where-a-file-should-be",
    ),
    pytest.param(
        b"flask\n-r requirements.txt\n",
        "requirements.txt:2: includes itself through 'requirements.txt'",
        NO_SHARED,
        id="includes-itself",
    ),
    pytest.param(
        b"flask\n-r missing.txt\n",
        "requirements.txt:2: names 'missing.txt', which is not there",
        "a file that is included has to be part of the same commit",
        id="includes-what-is-not-there",
    ),
    pytest.param(
        b"flask\n-c ../other/constraints.txt\n",
        "requirements.txt:2: names '../other/constraints.txt', which leaves the repository",
        OWN_COPY,
        id="leaves-the-repository",
    ),
    pytest.param(
        b"flask\n-r /etc/hostname\n",
        "requirements.txt:2: names '/etc/hostname', which leaves the repository",
        OWN_COPY,
        id="names-a-file-of-the-machine",
    ),
    pytest.param(
        b"flask\n-r https://files.example/requirements.txt\n",
        "requirements.txt:2: names 'https://files.example/requirements.txt', "
        "which is not part of the project",
        OWN_COPY,
        id="includes-a-url",
    ),
]


@pytest.mark.parametrize(("content", "problem", "hint"), MANIFESTS)
def test_a_manifest_that_cannot_be_understood(
    project: Scratch, content: bytes, problem: str, hint: str
) -> None:
    project.stage("requirements.txt", content)

    assert project.vetgate("check") == refused(problem, hint)


@pytest.mark.parametrize(("content", "problem", "hint"), MANIFESTS)
def test_a_manifest_that_cannot_be_understood_is_told_as_json(
    project: Scratch, content: bytes, problem: str, hint: str
) -> None:
    project.stage("requirements.txt", content)

    ran = project.vetgate("check", "--format", "json")
    document = ran.document()

    validator("check").validate(document)
    where, message = problem.split(": ", 1)
    assert (ran.code, ran.err) == (3, refused(problem, hint).err)
    assert document == {
        "version": 1,
        "verdict": "undecided",
        "snapshot": None,
        "changes": [],
        "errors": [
            {
                "file": "requirements.txt",
                "line": int(where.rpartition(":")[2]),
                "message": message,
                "hint": hint,
            }
        ],
    }


def test_all_errors_are_told_at_once_and_nothing_is_judged(project: Scratch) -> None:
    project.stage("requirements.txt", "gone\n--what\n")
    project.stage("pyproject.toml", '[project]\ndependencies = ["a b"]\n')

    assert project.vetgate("check", "--offline") == Ran(
        3,
        "",
        "error: pyproject.toml:2: expected semicolon (after name with no version specifier) or end"
        f"\nhint: {SPECIFIERS}\n"
        "error: requirements.txt:2: unknown option --what\n"
        "hint: the pip manual lists what a requirements file may say\n"
        "nothing was decided\n",
    )


def test_a_cycle_of_includes(project: Scratch) -> None:
    project.stage("requirements.txt", "-r a.list\n")
    project.stage("a.list", "flask\n-r b.list\n")
    project.stage("b.list", "-r requirements.txt\n")

    assert project.vetgate("check") == refused(
        "b.list:1: includes itself through 'requirements.txt'", NO_SHARED
    )


def test_a_manifest_that_is_huge(project: Scratch) -> None:
    project.stage("requirements.txt", b"#" * (32 * 1024 * 1024 + 1))

    assert project.vetgate("check") == refused("requirements.txt: larger than 33554432 bytes")
    assert project.vetgate("check", "--all") == refused(
        "requirements.txt: larger than 33554432 bytes"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_manifest_that_may_not_be_read(project: Scratch) -> None:
    (project.folder / "requirements.txt").chmod(0)

    assert project.vetgate("check", "--all") == refused(
        "requirements.txt: cannot be read: Permission denied"
    )


def test_a_link_that_leads_nowhere(project: Scratch) -> None:
    (project.folder / "dev-requirements.txt").symlink_to("nowhere.txt")
    project.git("add", "--all")

    ran = project.vetgate("check")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: dev-requirements.txt: ")


class TestGit:
    """A git that is missing, or does not do what is asked of it."""

    def test_it_is_missing(self, project: Scratch) -> None:
        assert project.vetgate("check", PATH="/nonexistent") == refused(
            "git was not found", "judge without git: vetgate check --all"
        )

    @pytest.mark.parametrize(
        ("script", "problem", "hint"),
        [
            pytest.param(
                "echo 'fatal: out of order' >&2; exit 128",
                "git: out of order",
                "judge whole files without git: vetgate check --all",
                id="all-of-it",
            ),
            pytest.param(
                'case "$*" in *ls-files*) exit 7;; esac; exec "$REAL_GIT" "$@"',
                "git: ended with 7",
                GIT_STATUS,
                id="listing",
            ),
            pytest.param(
                'case "$*" in *diff-index*) echo "fatal: no" >&2; exit 1;; esac; '
                'exec "$REAL_GIT" "$@"',
                "git: no",
                GIT_STATUS,
                id="comparing",
            ),
            pytest.param(
                'case "$*" in *cat-file*) exit 0;; esac; exec "$REAL_GIT" "$@"',
                "git cat-file stopped at requirements.txt",
                "",
                id="reading",
            ),
        ],
    )
    def test_it_fails(self, project: Scratch, script: str, problem: str, hint: str) -> None:
        project.stage("requirements.txt", "flask\nrare\n")
        instead = project.write("../bin/git", f"#!/bin/sh\n{script}\n")
        instead.chmod(0o755)
        path = f"{instead.parent}{os.pathsep}{os.environ['PATH']}"

        ran = project.vetgate("check", PATH=path, REAL_GIT=str(shutil.which("git")))

        assert ran == refused(problem, hint)

    def test_it_is_no_program(self, project: Scratch) -> None:
        project.write("../bin/git", "not a program").chmod(0o755)

        ran = project.vetgate("check", PATH=str(project.folder.parent / "bin"))

        assert ran == refused("git could not be started: Exec format error")

    def test_it_has_lost_a_content(self, project: Scratch) -> None:
        project.stage("requirements.txt", "flask\nrare\n")
        oid = project.git("rev-parse", ":requirements.txt")
        (project.folder / ".git/objects" / oid[:2] / oid[2:]).unlink()

        assert project.vetgate("check") == refused(
            "requirements.txt: git does not have its content",
            "the history may be shallow: fetch more of it (`git fetch --unshallow`)",
        )

    def test_a_head_that_leads_nowhere_makes_everything_new(self, project: Scratch) -> None:
        project.stage("requirements.txt", "rare\n")
        project.write(".git/refs/heads/main", "f" * 40)

        ran = project.vetgate("check", "--offline")

        assert (ran.code, ran.out.splitlines()[0]) == (1, "BLOCKED rare")

    def test_it_is_asked_where_there_is_no_work_tree(self, project: Scratch) -> None:
        assert project.vetgate("check", inside=".git") == refused(
            "git: this operation must be run in a work tree",
            "judge whole files without git: vetgate check --all",
        )


class TestPolicy:
    """A policy that is wrong is wrong usage, also where nothing is to be judged."""

    @pytest.mark.parametrize(
        ("content", "problem", "hint"),
        [
            pytest.param(
                "unknown = \n", "vetgate.toml:1: not valid TOML: invalid value", "", id="no-toml"
            ),
            pytest.param(
                "\nprivat = []\n",
                "vetgate.toml:2: unknown key 'privat'",
                "did you mean private? known: allow, extends, indexes, private, rules, "
                "trust-rank, unknown",
                id="unknown-key",
            ),
        ],
    )
    @pytest.mark.parametrize("command", [("check",), ("check", "--all"), ("explain", "unpopular")])
    def test_it_is_wrong(
        self, project: Scratch, content: str, problem: str, hint: str, command: list[str]
    ) -> None:
        project.write("vetgate.toml", content)

        assert project.vetgate(*command) == refused(problem, hint, code=2)

    def test_it_is_told_as_json_too(self, project: Scratch) -> None:
        project.write("vetgate.toml", "unknown = \n")

        ran = project.vetgate("check", "--format", "json")

        validator("check").validate(ran.document())
        assert ran.code == 2
        assert ran.document()["verdict"] == "undecided"

    def test_there_are_two(self, project: Scratch) -> None:
        project.write("vetgate.toml", "")
        project.write("pyproject.toml", "\n[tool.vetgate]\n")

        assert project.vetgate("check") == refused(
            "pyproject.toml:2: a second policy beside vetgate.toml",
            "keep the policy in vetgate.toml or in [tool.vetgate], not in both",
            code=2,
        )


class TestSnapshot:
    """A snapshot that is not one is refused, and what it would have said is not guessed."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "other.sqlite"

    def refuses(self, project: Scratch, path: Path, problem: str) -> None:
        """Judge an addition by a snapshot that is refused."""
        project.stage("requirements.txt", "flask\nrequests\n")

        ran = project.vetgate("check", VETGATE_SNAPSHOT=str(path))

        assert ran == refused(f"{path}: {problem}", OTHER_SNAPSHOT)

    def test_it_is_missing(self, project: Scratch, path: Path) -> None:
        self.refuses(project, path, "there is no such snapshot")

    def test_it_is_a_folder(self, project: Scratch, path: Path) -> None:
        path.mkdir()

        self.refuses(project, path, "there is no such snapshot")

    def test_it_is_empty(self, project: Scratch, path: Path) -> None:
        path.write_bytes(b"")

        self.refuses(project, path, "is a database, but not a snapshot")

    def test_it_is_garbage(self, project: Scratch, path: Path) -> None:
        path.write_bytes(b"garbage" * 1000)

        self.refuses(project, path, "is damaged: file is not a database")

    def test_it_is_another_database(self, project: Scratch, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE something(else_)")
        connection.commit()
        connection.close()

        self.refuses(project, path, "is a database, but not a snapshot")

    def test_it_is_cut_short(self, project: Scratch, path: Path, snapshot: Path) -> None:
        path.write_bytes(snapshot.read_bytes()[:-1])

        self.refuses(project, path, "is damaged: it is not as long as it says")

    def test_it_is_of_another_schema(self, project: Scratch, path: Path, snapshot: Path) -> None:
        shutil.copy(snapshot, path)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
        connection.close()

        self.refuses(project, path, "is a snapshot of schema 99, and this vetgate reads schema 1")

    def test_json_and_explain_refuse_it_too(self, project: Scratch, path: Path) -> None:
        project.stage("requirements.txt", "flask\nrequests\n")
        told = refused(f"{path}: there is no such snapshot", OTHER_SNAPSHOT)

        ran = project.vetgate("check", "--format", "json", VETGATE_SNAPSHOT=str(path))

        assert (ran.code, ran.err) == (3, told.err)
        validator("check").validate(ran.document())
        assert project.vetgate("explain", "requests", VETGATE_SNAPSHOT=str(path)) == told
