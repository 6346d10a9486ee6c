"""The only place that asks the person at the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress


def can_ask() -> bool:
    """Whether somebody sits there: questions go to the standard error, answers come in beside."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):  # no such stream, or a closed one
        return False


def ask(question: str) -> str | None:
    """Ask, and return the answer without its line end; None if the terminal is gone."""
    try:
        sys.stderr.write(question)
        sys.stderr.flush()
        answer = sys.stdin.readline()
    except (OSError, ValueError):
        return None
    return answer.strip() if answer else None


def show(text: str) -> None:
    """Show what a question is about, before it is asked; if the terminal is gone, `ask` tells."""
    with suppress(OSError, ValueError):
        sys.stderr.write(text.rstrip("\n") + "\n")
