"""A git that is missing, or does not do what is asked of it: nothing is decided then."""

from __future__ import annotations

import os
import shutil

import pytest

from scratch import Scratch, refused

GIT_STATUS = "see what `git status` says"


class TestGit:
    """A git that is missing, or does not do what is asked of it."""

    def test_it_is_missing(self, project: Scratch) -> None:
        assert project.vetgate("check", PATH="/nonexistent") == refused(
            "git was not found", "without git, whole files can be judged: add --all"
        )

    @pytest.mark.parametrize(
        ("script", "problem", "hint"),
        [
            pytest.param(
                "echo 'fatal: out of order' >&2; exit 128",
                "git: out of order",
                "without git, whole files can be judged: add --all",
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
                GIT_STATUS,
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

    def test_its_head_leads_nowhere(self, project: Scratch) -> None:
        project.stage("requirements.txt", "rare\n")
        project.write(".git/refs/heads/main", "f" * 40)

        # Not a branch before its first commit, where everything would be new.
        assert project.vetgate("check") == refused("git: bad object HEAD", GIT_STATUS)

    def test_it_is_asked_where_there_is_no_work_tree(self, project: Scratch) -> None:
        assert project.vetgate("check", inside=".git") == refused(
            "git: this operation must be run in a work tree",
            "without git, whole files can be judged: add --all",
        )
