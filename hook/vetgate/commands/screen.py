"""What the terminal in use can show, read from where the process stands."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_NARROW, _USUAL, _WIDE = 20, 80, 120


def width(environment: Mapping[str, str]) -> int:
    """Return the columns to write in; text is not drawn wider than it reads well."""
    try:
        columns = int(environment.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError):
            columns = _USUAL
    return max(_NARROW, min(columns or _USUAL, _WIDE))


def colour(environment: Mapping[str, str]) -> bool:
    """Whether the standard output may carry colour."""
    from vetgate.render.terminal import colour_wanted

    return colour_wanted(environment, tty=sys.stdout.isatty())
