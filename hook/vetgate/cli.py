"""Options, composition and exit codes; the only printing; errors are caught here, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from vetgate.errors import UNDECIDED, GateError, UsageError

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
    _prepare_streams()
    if sys.flags.optimize > 1:
        return _fail("error: vetgate does not run under python -OO: its rules are its docstrings")
    try:
        return _say(_run(_options(sys.argv[1:] if argv is None else argv)))
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
    "everything": False,
    "format": "text",
    "offline": False,
    "timeout": 5.0,
}


def _options(argv: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    if list(argv) == ["check"]:
        return SimpleNamespace(**_CHECK)
    return _parser().parse_args(argv)


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


def _parser() -> argparse.ArgumentParser:
    import argparse

    from vetgate import __version__

    parser = argparse.ArgumentParser(
        prog="vetgate",
        description="Judge the dependencies that are about to enter a project.",
        epilog="exit codes: " + "; ".join(f"{code} {text}" for code, text in EXIT_CODES.items()),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vetgate {__version__}")
    # Naming the program here keeps argparse from building a formatter, which imports shutil.
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="vetgate"
    )
    _add_check(commands)
    _add_deps(commands)
    _add_explain(commands)
    _add_init(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="judge what a commit would change",
        description="Judge what a commit would change: the index against HEAD.",
        allow_abbrev=False,
    )
    check.add_argument(
        "files", nargs="*", metavar="FILE", help="judge these manifests only (default: all)"
    )
    check.add_argument("--from-ref", metavar="A", help="judge the commits since B left A")
    check.add_argument("--to-ref", metavar="B", help="judge the commits up to B (default: HEAD)")
    check.add_argument(
        "--all", action="store_true", dest="everything", help="judge whole files, git or not"
    )
    _add_format(check)
    _add_asking(check)


def _add_deps(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deps = commands.add_parser(
        "deps",
        help="print the dependencies found; judge nothing",
        description="Print the dependencies that files declare, nested files included.",
        allow_abbrev=False,
    )
    deps.add_argument("files", nargs="+", metavar="FILE", help="a manifest")
    _add_format(deps)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="tell all that is known about a package, or what a rule is about",
        description="Tell all that is known about a package and how it would be judged, or print "
        "a rule's page.",
        allow_abbrev=False,
    )
    explain.add_argument("subject", metavar="NAME|RULE", help="a package's name, or a rule's")
    _add_format(explain)
    _add_asking(explain)


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = commands.add_parser(
        "init",
        help="make git ask vetgate before every commit",
        description="Make git ask vetgate before every commit.",
        allow_abbrev=False,
    )
    init.add_argument(
        "--git-hook",
        action="store_true",
        required=True,
        help="write plain git hooks, for use without the pre-commit framework",
    )


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: use the snapshot and the cache only"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=5.0,
        metavar="SECONDS",
        help="for all look-ups together (default: 5)",
    )


def _seconds(text: str) -> float:
    import argparse

    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004 - ten minutes; also refuses nan
        raise argparse.ArgumentTypeError(f"not a number of seconds from 0 to 600: {text!r}")
    return seconds


def _say(answer: Answer) -> int:
    _tell(*answer.talk)
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


def _prepare_streams() -> None:
    from io import TextIOWrapper

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Closed by whoever started us: the next file opened, a database say, would take its
            # place and be written to.
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open to the very end
            setattr(sys, name, nowhere)
        elif isinstance(stream, TextIOWrapper):
            # A name that is not text must not end the gate in the middle of its answer.
            stream.reconfigure(errors="backslashreplace")
