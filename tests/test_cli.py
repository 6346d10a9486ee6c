"""The command line: options, exit codes, and streams that are closed, full or not UTF-8."""

from __future__ import annotations

import shlex
import sys

import pytest

from scratch import Ran, Scratch
from vetgate import __version__, cli
from vetgate.commands.answer import BLOCKED, INTERRUPTED, PASSED
from vetgate.errors import UNDECIDED, USAGE

COMMANDS = ("check", "deps", "explain", "allow", "disallow", "init")
BLOCK_ENDS = "\n1 blocked, 0 warned, 0 passed\n"


@pytest.fixture
def blocking(project: Scratch) -> Scratch:
    """Return a repository with a staged addition that is blocked."""
    project.stage("requirements.txt", "flask\nrare\n")
    return project


def shell(scratch: Scratch, redirected: str, **environment: str) -> Ran:
    """Run the program as a shell line, which may close or redirect its streams."""
    ran = scratch.run(
        "bash", "-c", f"{shlex.quote(sys.executable)} -m vetgate {redirected}", **environment
    )
    assert "Traceback" not in ran.out + ran.err
    return ran


def test_the_table_of_exit_codes_is_that_of_the_code() -> None:
    assert list(cli.EXIT_CODES) == [PASSED, BLOCKED, USAGE, UNDECIDED, INTERRUPTED]


def test_the_version_is_told(outside: Scratch) -> None:
    assert outside.vetgate("--version") == Ran(0, f"vetgate {__version__}\n", "")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_is_an_answer(outside: Scratch, command: tuple[str, ...]) -> None:
    ran = outside.vetgate(*command, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(" ".join(("usage: vetgate", *command)))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param((), "the following arguments are required: COMMAND", id="nothing"),
        pytest.param(("no-such",), "argument COMMAND: invalid choice: 'no-such'", id="no-command"),
        pytest.param(("check", "--what"), "unrecognized arguments: --what", id="no-option"),
        pytest.param(("check", "--off"), "unrecognized arguments: --off", id="abbreviated"),
        pytest.param(
            ("check", "--format", "xml"), "argument --format: invalid choice: 'xml'", id="no-format"
        ),
        *(
            pytest.param(
                ("check", "--timeout", seconds),
                "argument --timeout: not a number of seconds, more than 0 and at most 600: "
                f"'{seconds}'",
                id=f"timeout-{seconds}",
            )
            for seconds in ("0", "-1", "nan", "inf", "601", "soon")
        ),
    ],
)
def test_a_wrong_command_line_is_wrong_usage(
    outside: Scratch, arguments: tuple[str, ...], problem: str
) -> None:
    ran = outside.vetgate(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: vetgate ")
    assert f"error: {problem}" in ran.err


def test_the_usage_that_is_shown_is_that_of_the_command(outside: Scratch) -> None:
    ran = outside.vetgate("check", "--all", "--everything")

    assert (ran.code, ran.err.splitlines()[0][:31]) == (2, "usage: vetgate check [-h] [--fr")
    assert ran.err.splitlines()[-1] == (
        "vetgate check: error: unrecognized arguments: --everything"
    )


def test_the_longest_timeout_is_taken(outside: Scratch) -> None:
    assert outside.vetgate("check", "--all", "--timeout", "600").code == 0


def test_it_does_not_run_without_docstrings(blocking: Scratch) -> None:
    ran = blocking.run(sys.executable, "-OO", "-m", "vetgate", "check")

    assert ran == Ran(
        3,
        "",
        "error: vetgate does not run under python -OO: its rules are its docstrings\n"
        "nothing was decided\n",
    )


@pytest.mark.parametrize(
    ("redirected", "code"),
    [
        pytest.param("check >&-", 3, id="closed"),
        pytest.param("check >&- 2>&- <&-", 3, id="all-closed"),
        pytest.param("check 2>/dev/full", 1, id="full-for-talk"),
        pytest.param("check --all missing.txt >&- 2>&-", 3, id="closed-for-an-error"),
        pytest.param("deps missing.txt 2>/dev/full", 3, id="full-for-an-error"),
        pytest.param("check | true; exit ${PIPESTATUS[0]}", 1, id="reader-gone"),
    ],
)
def test_the_exit_code_stands_whoever_listens(
    blocking: Scratch, redirected: str, code: int
) -> None:
    assert shell(blocking, redirected).code == code


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_answer_that_cannot_be_written_is_none(blocking: Scratch, form: str) -> None:
    blocking.stage("requirements.txt", "flask\nrequests\n")

    assert shell(blocking, f"check --format {form} >/dev/full") == Ran(
        3,
        "",
        "error: the answer could not be written: No space left on device\nnothing was decided\n",
    )


def test_a_stream_that_is_not_utf_8_gets_the_answer_all_the_same(blocking: Scratch) -> None:
    ran = blocking.vetgate("check", PYTHONIOENCODING="ascii")

    assert (ran.code, ran.err) == (1, "")
    assert r'--reason "\u2026" --expires' in ran.out
    assert ran.out.endswith(BLOCK_ENDS)


def test_a_folder_that_is_gone_is_said_to_be(outside: Scratch) -> None:
    here = shlex.quote(sys.executable)

    ran = outside.run("bash", "-c", f"mkdir x; cd x; rmdir ../x; {here} -m vetgate check")

    assert ran == Ran(2, "", "error: the folder that this was started in is gone\n")


class TestColour:
    """Colour goes to those who want it, and never into a pipe by itself."""

    def test_none_in_a_pipe(self, blocking: Scratch) -> None:
        assert "\x1b" not in blocking.vetgate("check").out

    def test_some_where_it_is_forced(self, blocking: Scratch) -> None:
        assert "\x1b[" in blocking.vetgate("check", FORCE_COLOR="1").out

    def test_no_colour_wins(self, blocking: Scratch) -> None:
        assert "\x1b" not in blocking.vetgate("check", FORCE_COLOR="1", NO_COLOR="1").out

    def test_none_in_json(self, blocking: Scratch) -> None:
        assert "\x1b" not in blocking.vetgate("check", "--format", "json", FORCE_COLOR="1").out


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_text_is_no_wider_than_the_terminal(blocking: Scratch, columns: int) -> None:
    ran = blocking.vetgate("check", COLUMNS=str(columns))

    # What is to be copied is never broken, and no word is.
    wide = [line for line in ran.out.splitlines() if len(line) > columns]
    assert all("vetgate allow" in line or " " not in line.strip() for line in wide), wide
