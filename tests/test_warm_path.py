"""What the check of a harmless commit does without: every import here is paid on every commit."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scratch import NOTHING_TO_JUDGE, PASSED_QUIETLY, SOURCE_ROOT, Scratch
from vetgate import cli
from vetgate.commands.options import build

HEAVY = frozenset(
    {
        "argparse", "asyncio", "configparser", "dataclasses", "email", "hashlib", "http",
        "importlib.metadata", "importlib.resources", "inspect", "json", "locale", "logging",
        "packaging", "pathlib", "pip", "platformdirs", "requests", "rich", "shutil", "socket",
        "ssl", "subprocess", "tempfile", "threading", "tomli", "tomllib", "typing", "urllib",
        "urllib3", "uuid", "xml",
    }
)  # fmt: skip
# Runs the program, then tells its modules and whether it opened a socket or went near the cache. No
# site-packages: nothing that was installed is needed, and nothing of it is imported beforehand.
WATCH = """
import sys
sys.path[:0] = [sys.argv.pop(1)]
touched = []
def watch(event, arguments):
    if event.startswith("socket.") or "answers-kept" in str(arguments[:1]):
        touched.append(event)
sys.addaudithook(watch)
before = set(sys.modules)
from vetgate.cli import main
code = main(sys.argv[1:])
print(*sorted(set(sys.modules) - before), file=sys.stderr)
print(*touched, file=sys.stderr)
sys.exit(code)
"""


def watched(
    project: Scratch, *arguments: str, **environment: str
) -> tuple[str, frozenset[str], str]:
    """Run the program; return its answer, the modules it imported, and what it should not touch."""
    cache = project.folder.parent / "answers-kept"
    command = (sys.executable, "-S", "-B", "-c", WATCH, str(SOURCE_ROOT), *arguments)
    ran = project.run(*command, **{"VETGATE_CACHE_DIR": str(cache), **environment})
    assert ran.code == 0, ran
    modules, touched, *_ = ran.err.split("\n")
    assert not cache.exists()
    return ran.out, frozenset(modules.split()), touched


def packages(modules: frozenset[str]) -> frozenset[str]:
    """Return the modules with the packages that they lie in."""
    return (
        modules
        | {name.rpartition(".")[0] for name in modules}
        | {name.partition(".")[0] for name in modules}
    )


@pytest.fixture
def large(fresh: Scratch) -> Scratch:
    """Return a repository with 200 lines of requirements."""
    fresh.write("requirements.txt", "".join(f"package-{n}==1.{n}\n" for n in range(200)))
    fresh.commit()
    return fresh


def test_a_popular_addition_needs_nothing_heavy(large: Scratch) -> None:
    with open(large.folder / "requirements.txt", "a", encoding="utf-8") as file:
        file.write("requests>=2\n")
    large.git("add", "--all")

    answer, modules, touched = watched(large, "check")

    assert answer == PASSED_QUIETLY.out
    assert sorted(packages(modules) & HEAVY) == []
    assert touched == ""


def test_what_the_snapshot_knows_to_be_fine_needs_nothing_heavy(large: Scratch) -> None:
    with open(large.folder / "requirements.txt", "a", encoding="utf-8") as file:
        file.write("fine\n")
    large.git("add", "--all")

    answer, modules, touched = watched(large, "check")

    assert answer == PASSED_QUIETLY.out
    assert sorted(packages(modules) & HEAVY) == []
    assert touched == ""


@pytest.mark.parametrize("by", ["the-starter", "one-that-was-fetched"])
def test_without_a_variable_that_names_a_snapshot_neither(
    large: Scratch, tmp_path: Path, snapshot: Path, by: str
) -> None:
    with open(large.folder / "requirements.txt", "a", encoding="utf-8") as file:
        file.write("requests>=2\n" if by == "the-starter" else "fine\n")
    large.git("add", "--all")
    del large.environment["VETGATE_SNAPSHOT"]
    data = tmp_path / "data"
    if by != "the-starter":
        (data / "vetgate/snapshot").mkdir(parents=True)
        shutil.copy(snapshot, data / "vetgate/snapshot/snapshot.sqlite")

    # Empty counts as not set: then the folder is the platform's own.
    answer, modules, touched = watched(
        large, "check", VETGATE_CACHE_DIR="", XDG_DATA_HOME=str(data)
    )

    assert answer == PASSED_QUIETLY.out
    assert sorted(packages(modules) & HEAVY) == []
    assert touched == ""


@pytest.mark.parametrize("staged", ["manifest", "other", "nothing"])
def test_a_commit_that_adds_nothing_needs_neither_facts_nor_rules(
    large: Scratch, staged: str
) -> None:
    if staged == "manifest":
        with open(large.folder / "requirements.txt", "a", encoding="utf-8") as file:
            file.write("# a comment\n")
    elif staged == "other":
        large.write("notes.txt", "a note\n")
    large.git("add", "--all")

    answer, modules, touched = watched(large, "check")

    assert answer == NOTHING_TO_JUDGE.out
    unwanted = {"vetgate.engine", "vetgate.rules", "vetgate.facts", "sqlite3", "datetime"}
    assert sorted(packages(modules) & (HEAVY | unwanted)) == []
    assert touched == ""


def test_check_without_options_means_what_argparse_makes_of_it() -> None:
    parsed = build(cli.EXIT_CODES).parse_args(["check"])

    assert cli._options(["check"]) == SimpleNamespace(**vars(parsed))
