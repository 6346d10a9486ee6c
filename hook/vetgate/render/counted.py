"""What `prevalence` tells: a table of counts, what it was counted over, and maybe a sample."""

from __future__ import annotations

from vetgate.model.dependency import NormalizedName
from vetgate.model.prevalence import Among, Prevalence
from vetgate.model.record import Record
from vetgate.model.verdict import SnapshotSummary


class Fired(Record):
    """A package that a rule fires on, and what it says."""

    name: NormalizedName
    rank: int | None
    message: str


class Report(Record):
    """The table, and the packages that the one rule of it fires on, if they were asked for."""

    snapshot: SnapshotSummary
    table: Prevalence
    sample: tuple[Fired, ...] | None = None


def among(group: Among) -> str:
    """Name a group of packages."""
    return "all" if group.rank is None else f"top {group.rank:,}"
