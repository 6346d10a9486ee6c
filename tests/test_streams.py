"""Where the answer goes: what cannot be told is not passed, and nothing raw reaches a terminal."""

from __future__ import annotations

import os
import sys

import pytest

from scratch import Ran, Scratch

FULL = "/dev/full"
needs_full = pytest.mark.skipif(not os.path.exists(FULL), reason="no device here is always full")


def shell(project: Scratch, redirected: str) -> Ran:
    """Run a check whose streams a shell redirects."""
    return project.run("sh", "-c", f'"$0" -m vetgate check --offline {redirected}', sys.executable)


@pytest.mark.parametrize(
    ("redirected", "said"),
    [
        pytest.param(
            f">{FULL}",
            "error: the answer could not be written: No space left on device\n"
            "nothing was decided\n",
            id="full",
            marks=needs_full,
        ),
        pytest.param(
            ">&-",
            "error: the answer could not be written: the standard output is closed\n"
            "nothing was decided\n",
            id="closed",
        ),
        pytest.param(">&- 2>&-", "", id="both-closed"),
        pytest.param(f">{FULL} 2>{FULL}", "", id="both-full", marks=needs_full),
    ],
)
@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize("package", ["flask", "rare"])
def test_a_verdict_that_nobody_could_be_told_is_none(
    fresh: Scratch, redirected: str, said: str, style: str, package: str
) -> None:
    fresh.stage("requirements.txt", f"{package}\n")

    assert shell(fresh, f"--format {style} {redirected}") == Ran(3, "", said)


@pytest.mark.parametrize("redirected", ["2>&-", f"2>{FULL}"])
@pytest.mark.parametrize(("package", "code"), [("flask", 0), ("rare", 1), ("--odd", 3)])
def test_an_answer_stands_where_only_the_talk_is_lost(
    fresh: Scratch, redirected: str, package: str, code: int
) -> None:
    fresh.stage("requirements.txt", f"{package}\n")

    ran = shell(fresh, redirected)

    assert (ran.code, ran.err) == (code, "")


def test_a_reader_that_leaves_does_not_change_the_verdict(fresh: Scratch) -> None:
    fresh.stage("requirements.txt", "rare\n")
    piped = '{ "$0" -m vetgate check --offline; echo $? >&2; } | true'

    assert fresh.run("sh", "-c", piped, sys.executable) == Ran(0, "", "1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", "--\x1b[2J"), id="option"),
        pytest.param(("--\x1b[2J",), id="option-before-the-command"),
        pytest.param(("\x1b[2J",), id="command"),
        pytest.param(("check", "--format", "\x1b[2J"), id="choice"),
        pytest.param(("check", "--timeout", "\x1b[2J"), id="number"),
        pytest.param(("init", "--\u202e\x9b2J\nerror"), id="direction"),
    ],
)
def test_a_wrong_command_line_is_quoted_harmlessly(
    fresh: Scratch, arguments: tuple[str, ...]
) -> None:
    ran = fresh.vetgate(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert all(line.isprintable() for line in ran.err.split("\n"))
