"""The commands and their options, as argparse has them: the words of every `--help`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import NoReturn

from vetgate import __version__
from vetgate.commands import (
    options_data,
    options_judging,
    options_pip,
    options_policy,
    options_prevalence,
    options_serve,
)
from vetgate.render.visible import visible


class _Parser(argparse.ArgumentParser):
    """An argparse that quotes what it refuses so that it can be seen; so do its subparsers."""

    def parse_known_args(  # type: ignore[override]  # typeshed's overloads say the same in four ways
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is left over here: the usage that is shown is then the command's own."""
        parsed, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return parsed, left

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def build(exit_codes: Mapping[int, str]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="vetgate",
        description="Judge the dependencies that are about to enter a project.",
        epilog="exit codes: " + "; ".join(f"{code} {text}" for code, text in exit_codes.items()),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vetgate {__version__}")
    # Naming the program here keeps argparse from building a formatter, which imports shutil.
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="vetgate"
    )
    families = (
        options_judging,
        options_policy,
        options_pip,
        options_data,
        options_prevalence,
        options_serve,
    )
    for family in families:
        family.add(commands)
    return parser
