"""`vetgate enable`: put vetgate in front of pip in the active virtual environment."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import Answer
from vetgate.commands.habits import changing, told
from vetgate.installer.habit import Habit


def run(_options: Namespace, environment: Mapping[str, str], _folder: str) -> Answer:
    """Put it there and tell what stands there now; raises `UsageError`."""
    habit = Habit(environment)
    with changing(habit):
        habit.enable()
    return Answer(told(habit, environment))
