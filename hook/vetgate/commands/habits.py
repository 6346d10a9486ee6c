"""What `enable`, `disable` and `status` tell, and the trouble that the first two may have."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from vetgate.errors import GateError
from vetgate.installer.habit import Habit, Standing
from vetgate.render.visible import visible


def told(habit: Habit, environment: Mapping[str, str]) -> str:
    """Return a line for each way to call pip, and what else has to be known."""
    standing = list(habit.standing())
    lines = [f"pip in {visible(habit.prefix)}:"]
    width = max(len(one.way) for one in standing)
    lines += [f"  {one.way.ljust(width)}  {_words(one)}" for one in standing]
    if any(one.replaced for one in standing) and any(one.ours for one in standing):
        lines.append("pip put its own script back: `vetgate enable` puts vetgate in front again")
    first = shutil.which("pip", path=environment.get("PATH"))
    if first is not None and os.path.dirname(os.path.abspath(first)) != os.path.join(
        habit.prefix, "bin"
    ):
        lines.append(f"note: `pip` in this shell is {visible(first)}, of another environment")
    return "\n".join(lines)


def _words(one: Standing) -> str:
    return "vetgate in front" if one.ours else "pip alone"


@contextmanager
def changing(habit: Habit) -> Iterator[None]:
    """Say which environment could not be changed, and why."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise GateError(
            f"cannot be changed: {reason}", path=error.filename or habit.prefix
        ) from error
