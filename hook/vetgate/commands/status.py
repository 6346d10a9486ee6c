"""`vetgate status`: tell whether vetgate stands in front of pip."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import Answer
from vetgate.commands.habits import told
from vetgate.installer.habit import Habit


def run(_options: Namespace, environment: Mapping[str, str], _folder: str) -> Answer:
    """Tell what stands there; raises `UsageError` outside of a virtual environment."""
    return Answer(told(Habit(environment), environment))
