"""`vetgate deps`: what the files declare, each under its own name, and nothing judged."""

from __future__ import annotations

import pytest

from render.schemas import validator
from scratch import Json, Ran, Scratch


def test_nested_files_are_listed_under_their_own_names(outside: Scratch) -> None:
    outside.write("requirements.txt", "Gone>=1 ; python_version>'3'\n-r more/base.list\n")
    outside.write("more/base.list", "rare==1.4.2\n-c limits.txt\n")
    outside.write("more/limits.txt", "flask<9\n")

    assert outside.vetgate("deps", "requirements.txt") == Ran(
        0,
        """\
more/base.list (requirements): 1 dependency
      1  rare  rare==1.4.2  (pinned)
      2  constrained by more/limits.txt

more/limits.txt (requirements): 1 dependency
      1  flask  flask<9  (constraint)

requirements.txt (requirements): 1 dependency
      1  gone  Gone>=1 ; python_version>'3'
      2  includes more/base.list
""",
        "",
    )


def test_a_project_file(outside: Scratch) -> None:
    outside.write(
        "api/pyproject.toml",
        """\
[build-system]
requires = ["hatchling"]
[project]
name = "acme"
dependencies = [
  "rare",
]
[dependency-groups]
test = ["fine"]
""",
    )

    assert outside.vetgate("deps", "pyproject.toml", inside="api") == Ran(
        0,
        """\
pyproject.toml (pyproject): 3 dependencies
  [build-system.requires]
      2  hatchling  hatchling
  [project.dependencies]
      6  rare       rare
  [dependency-groups.test]
      9  fine       fine
""",
        "",
    )


@pytest.mark.parametrize("git", [False, True], ids=["outside", "inside"])
def test_git_is_not_needed(fresh: Scratch, outside: Scratch, *, git: bool) -> None:
    folder = fresh if git else outside
    folder.write("requirements.txt", "rare\n")

    ran = folder.vetgate("deps", "requirements.txt", PATH="/nonexistent")

    assert ran == Ran(0, "requirements.txt (requirements): 1 dependency\n      1  rare  rare\n", "")


def test_an_error_is_told_beside_what_could_be_read(outside: Scratch) -> None:
    outside.write("requirements.txt", "rare\n")

    assert outside.vetgate("deps", "missing.txt", "requirements.txt") == Ran(
        3,
        """\
missing.txt (unknown): 0 dependencies

requirements.txt (requirements): 1 dependency
      1  rare  rare
""",
        "error: missing.txt: no such file\nnothing was decided\n",
    )


def test_a_file_outside_of_the_project_is_not_read(project: Scratch) -> None:
    project.write("../secret.txt", "password\n")
    project.write("requirements.txt", "-r ../secret.txt\n")

    ran = project.vetgate("deps", "requirements.txt")

    assert ran.code == 3
    assert "password" not in ran.out + ran.err


def test_the_json_is_whole_and_valid(outside: Scratch) -> None:
    outside.write("requirements.txt", "Rare[x]>=1\n-r more.list\n")
    outside.write("more.list", "flask\n")

    ran = outside.vetgate("deps", "--format", "json", "requirements.txt")
    document = ran.document()

    validator("deps").validate(document)
    same: dict[str, Json] = {"marker": None, "hashes": [], "table": None, "pinned": False}
    assert (ran.code, ran.err) == (0, "")
    assert document == {
        "version": 1,
        "files": [
            {
                "file": "more.list",
                "format": "requirements",
                "dependencies": [
                    {
                        "name": "flask",
                        "spelled": "flask",
                        "requirement": "flask",
                        "extras": [],
                        "origin": {"kind": "index", "specifier": ""},
                        "file": "more.list",
                        "line": 1,
                        **same,
                    }
                ],
                "includes": [],
                "errors": [],
            },
            {
                "file": "requirements.txt",
                "format": "requirements",
                "dependencies": [
                    {
                        "name": "rare",
                        "spelled": "Rare",
                        "requirement": "Rare[x]>=1",
                        "extras": ["x"],
                        "origin": {"kind": "index", "specifier": ">=1"},
                        "file": "requirements.txt",
                        "line": 1,
                        **same,
                    }
                ],
                "includes": ["more.list"],
                "errors": [],
            },
        ],
    }


def test_the_json_of_an_error_is_valid(outside: Scratch) -> None:
    ran = outside.vetgate("deps", "--format", "json", "missing.txt")

    validator("deps").validate(ran.document())
    assert (ran.code, ran.err) == (3, "error: missing.txt: no such file\nnothing was decided\n")


def test_without_a_file_the_usage_is_told(outside: Scratch) -> None:
    ran = outside.vetgate("deps")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: vetgate deps ")
