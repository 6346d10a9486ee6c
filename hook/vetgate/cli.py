"""Options, composition and exit codes; the only printing; errors are caught here, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from vetgate.errors import UNDECIDED, GateError

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from vetgate.commands.answer import Answer

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""

EXIT_CODES = {
    0: "passed, or only warned",
    1: "blocked",
    2: "the command line or the policy file is wrong",
    3: "could not be decided: a manifest, git, a snapshot, or a bug",
    130: "interrupted",
}
"""What each exit code means; the README's table is made from it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; prints, and raises only `SystemExit`."""
    for stream in (sys.stdout, sys.stderr):
        # A name that is not text must not end the gate in the middle of its answer.
        _never_fails(stream)
    if sys.flags.optimize > 1:
        return _fail("error: vetgate does not run under python -OO: its rules are its docstrings")
    try:
        answer = _run(_options(sys.argv[1:] if argv is None else argv))
    except GateError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug must not look like a verdict; the only one
        return _fail(f"error: a bug in vetgate: {_described(error)}")
    return _say(answer)


# What `vetgate check` means without options. It is what hooks call, and argparse with what it
# imports would cost them half an interpreter start; a test compares it with argparse's answer.
_CHECK: dict[str, object] = {
    "command": "check",
    "files": [],
    "from_ref": None,
    "to_ref": None,
    "everything": False,
    "format": "text",
    "offline": False,
    "timeout": 5.0,
}


def _options(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    if list(argv) == ["check"]:
        return SimpleNamespace(**_CHECK)
    # argparse, late: see above.
    from vetgate.commands.options import build

    return build(EXIT_CODES).parse_args(argv)


def _run(options: argparse.Namespace | SimpleNamespace) -> Answer:
    from importlib import import_module

    # Only the command that is asked for is imported: what a hook imports is what it costs.
    command = import_module(f"vetgate.commands.{options.command}")
    answer: Answer = command.run(options, os.environ, os.getcwd())
    return answer


def _say(answer: Answer) -> int:
    for line in answer.talk:
        print(line, file=sys.stderr)
    try:
        if answer.text:
            print(answer.text, end="" if answer.text.endswith("\n") else "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader left; the verdict stands. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answer.code


def _refuse(error: GateError) -> int:
    from vetgate.render.errors import error_text

    print(error_text(error), file=sys.stderr)
    if error.exit_code == UNDECIDED:
        print("nothing was decided", file=sys.stderr)
    return error.exit_code


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    print("nothing was decided", file=sys.stderr)
    return UNDECIDED


def _described(error: Exception) -> str:
    """Say where in vetgate an unexpected error came from, in one line."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "vetgate" in code.co_filename:
            place = f" (in {os.path.basename(code.co_filename)}:{trace.tb_lineno})"
        trace = trace.tb_next
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}{place}"


def _never_fails(stream: TextIO) -> None:
    from io import TextIOWrapper

    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
