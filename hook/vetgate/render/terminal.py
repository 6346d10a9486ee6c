"""What the terminal in use can show: pure, the environment is an argument."""

from __future__ import annotations

from collections.abc import Mapping


def colour_wanted(environ: Mapping[str, str], *, tty: bool) -> bool:
    """Tell whether output may carry colour.

    `NO_COLOR` (no-color.org: present and not empty) wins over `FORCE_COLOR` (force-color.org, and
    `0` as Node has it), which wins over `TERM=dumb` and over not being a terminal.
    """
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return tty and environ.get("TERM") != "dumb"
