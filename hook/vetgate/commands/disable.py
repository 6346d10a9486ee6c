"""`vetgate disable`: take vetgate out from in front of pip."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import Answer
from vetgate.commands.habits import changing, told
from vetgate.installer.habit import Habit


def run(_options: Namespace, environment: Mapping[str, str], _folder: str) -> Answer:
    """Put back what was there and tell what stands there now; raises `UsageError`."""
    habit = Habit(environment)
    with changing(habit):
        habit.disable()
    return Answer(told(habit, environment))
