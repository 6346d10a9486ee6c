"""Options, composition and exit codes; the only printing; errors are caught here, once."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace

from vetgate.commands.answer import INTERRUPTED, Answer
from vetgate.errors import UNDECIDED, GateError, UsageError
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

_SELDOM = (50_000, 20, 20)
"""What lets a commit's check end before the collector begins; it has nothing to collect there."""

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
    # Importing makes many objects and no garbage: looking for some costs a tenth of the check.
    gc.set_threshold(*_SELDOM)
    _leave_current_folder()
    closed = _prepare_streams()
    if sys.flags.optimize > 1:
        return _fail("error: vetgate does not run under python -OO: its rules are its docstrings")
    try:
        answer = _run(_options(sys.argv[1:] if argv is None else argv))
        return _say(answer, heard="stdout" not in closed)
    except GateError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        _tell("interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug must not look like a verdict; the only one
        return _fail(f"error: a bug in vetgate: {_described(error)}")


# What `vetgate check` means without options. It is what hooks call, and argparse with what it
# imports would cost them half an interpreter start; a test compares it with argparse's answer.
_CHECK: dict[str, object] = {
    "command": "check",
    "files": [],
    "from_ref": None,
    "to_ref": None,
    "policy_from": None,
    "everything": False,
    "format": "text",
    "offline": False,
    "timeout": 5.0,
}

_PIP = ("pip", "as-pip")
"""`as-pip` is what `vetgate enable` puts behind the name `pip`: no option of vetgate's own."""


def pip_main() -> int:
    """Run `vetgate-pip`, which is `vetgate pip`."""
    return main(["pip", *sys.argv[1:]])


def _options(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    if list(argv) == ["check"]:
        return SimpleNamespace(**_CHECK)
    if argv and argv[0] in _PIP:
        # Every word is pip's: which of them are options, pip alone can tell.
        return SimpleNamespace(command="pip", arguments=argv[1:], as_pip=argv[0] == "as-pip")
    # argparse, late: see above.
    from vetgate.commands.options import build

    return build(EXIT_CODES).parse_args(argv)


def _run(options: argparse.Namespace | SimpleNamespace) -> Answer:
    from importlib import import_module

    # Only the command that is asked for is imported: what a hook imports is what it costs.
    command = import_module(f"vetgate.commands.{options.command}")
    try:
        folder = os.getcwd()
    except OSError as error:
        raise UsageError("the folder that this was started in is gone") from error
    answer: Answer = command.run(options, os.environ, folder)
    return answer


def _say(answer: Answer, *, heard: bool) -> int:
    """Print an answer; one that nobody can be told must not end as if it were known."""
    _tell(*answer.talk)
    if answer.text and not heard:
        return _fail("error: the answer could not be written: the standard output is closed")
    end = "" if answer.text.endswith("\n") or not answer.text else "\n"
    failure = _written(sys.stdout, answer.text + end)
    if failure is None or isinstance(failure, BrokenPipeError):
        # A reader that left has seen enough; the verdict stands.
        return answer.code
    return _fail(f"error: the answer could not be written: {failure.strerror}")


def _refuse(error: GateError) -> int:
    from vetgate.render.errors import error_text

    _tell(error_text(error))
    if error.exit_code == UNDECIDED:
        _tell("nothing was decided")
    return error.exit_code


def _fail(text: str) -> int:
    _tell(text, "nothing was decided")
    return UNDECIDED


def _tell(*lines: str) -> None:
    """Write to the standard error; if nobody can be told, the exit code still tells."""
    _written(sys.stderr, "".join(f"{line}\n" for line in lines))


def _written(stream: TextIO, text: str) -> OSError | None:
    """Write all of a text; return what kept it from being written."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Python would try once more at exit, and end with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def _leave_current_folder() -> None:
    """Import nothing from there on account of an empty entry in PYTHONPATH, which means it.

    Who names the folder itself, or starts this by `-m` in it, wants that.
    """
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if len(named) == 1 or "" not in named:
        return
    try:
        here = os.getcwd()
    except OSError:
        return
    if here not in named and here != (sys.path or [""])[0]:
        sys.path[:] = [folder for folder in sys.path if folder != here]


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


def _prepare_streams() -> set[str]:
    """Make the streams safe to write to; return the names of those that are closed."""
    from io import TextIOWrapper

    closed = set()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Closed by whoever started us: the next file opened, a database say, would take its
            # place and be written to.
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the very end
            setattr(sys, name, nowhere)
            closed.add(name)
        elif isinstance(stream, TextIOWrapper):
            # A name that is not text must not end the gate in the middle of its answer.
            stream.reconfigure(errors="backslashreplace")
    return closed
