"""What `explain --policy` is told: every setting in force, and where it was said."""

from __future__ import annotations

from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance
from vetgate.model.record import Record


class Setting(Record):
    """One setting in force."""

    table: str
    """`rules.unpopular`; empty at the top."""
    key: str
    value: int | str | tuple[str, ...]
    said: tuple[Location | None, ...]
    """Where each element of a list that adds up was said, else one place; None: a default."""
    lock: Location | None = None
    """Where it is locked."""


class PolicyPage(Record):
    """The policy in force."""

    files: tuple[str, ...]
    """What it is made of, the nearest first; none: the defaults."""
    settings: tuple[Setting, ...]
    """Table by table, the top first."""
    allow: tuple[Allowance, ...]
