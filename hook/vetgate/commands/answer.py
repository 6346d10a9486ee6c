"""What a command hands back to the command line, which prints it."""

from __future__ import annotations

from vetgate.model.record import Record

PASSED = 0
BLOCKED = 1

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


class Answer(Record):
    """Text for the standard output, talk for the standard error, and the exit code."""

    text: str
    code: int = PASSED
    talk: tuple[str, ...] = ()
