"""What cannot be read or trusted: one clear line with a place and a way out, and never a pass."""

from __future__ import annotations

import os

import pytest

from render.schemas import validator
from scratch import Ran, Scratch, refused

SPECIFIERS = "see the packaging guide on dependency specifiers (PEP 508)"
OWN_COPY = "put a copy of the file into the project"
NO_SHARED = "move what they share to a file that both include"

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
                "did you mean private? known: allow, extends, indexes, lock, max-age, private, "
                "rules, self-approved, trust-rank, unknown",
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
