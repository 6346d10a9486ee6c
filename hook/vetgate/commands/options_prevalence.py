"""The options of the command that counts over a whole snapshot: prevalence."""

from __future__ import annotations

import argparse

from vetgate.commands.option_shared import Commands, add_format

_MOST = 10_000


def add(commands: Commands) -> None:
    prevalence = commands.add_parser(
        "prevalence",
        help="count how often each rule fires on the packages of the snapshot",
        description="Count on how many packages of the snapshot in use each rule fires, beside the "
        "figures that a commercial scanner publishes about PyPI. Asks nobody.",
        allow_abbrev=False,
    )
    prevalence.add_argument("--rule", metavar="RULE", help="this rule only")
    prevalence.add_argument(
        "--sample",
        type=_several,
        metavar="N",
        help="with --rule: name so many packages that it fires on, the same ones each time",
    )
    add_format(prevalence)


def _several(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= _MOST):
        raise argparse.ArgumentTypeError(f"not a number from 1 to {_MOST:,}: {text!r}")
    return int(text)
