"""Options that several commands share."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names the type nowhere else
"""What `add_parser` is a method of."""


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_asking(parser: argparse.ArgumentParser, seconds: int = 5) -> None:
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: use the snapshot and the cache only"
    )
    add_timeout(parser, seconds)


def add_timeout(parser: argparse.ArgumentParser, seconds: int = 5) -> None:
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=float(seconds),
        metavar="SECONDS",
        help=f"for all look-ups together (default: {seconds})",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004 - ten minutes; also refuses nan
        raise argparse.ArgumentTypeError(
            f"not a number of seconds, more than 0 and at most 600: {text!r}"
        )
    return seconds
