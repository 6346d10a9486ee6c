"""The options of the commands around pip: pip itself, and the habit of calling it."""

from __future__ import annotations

from vetgate.commands.option_shared import Commands


def add(commands: Commands) -> None:
    _add_pip(commands)
    _add_habit(commands)


def _add_pip(commands: Commands) -> None:
    # For the list of commands only: the words after `pip` are never read by argparse.
    commands.add_parser(
        "pip",
        help="any command of pip; install, download, wheel and lock pass through the gate",
        add_help=False,
        allow_abbrev=False,
    )


def _add_habit(commands: Commands) -> None:
    for name, does in (
        ("enable", "put vetgate in front of pip in the active virtual environment"),
        ("disable", "take vetgate out from in front of pip there"),
        ("status", "tell whether vetgate stands in front of pip there"),
    ):
        commands.add_parser(
            name, help=does, description=f"{does[0].upper()}{does[1:]}.", allow_abbrev=False
        )
