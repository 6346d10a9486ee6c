"""On how many packages each rule fires: the table of a whole index."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.record import Record


class Among(Record):
    """A group of packages: the most downloaded ones up to a rank, or all."""

    rank: int | None
    """None: all packages."""
    packages: int
    """How many the group has."""


class Count(Record):
    """What became of the packages of one group under one rule."""

    fires_on: int
    unknown: int
    """On how many it could not tell; they are none of those above."""


class Prevalence(Record):
    """The counts of each rule, by its id: one for each group, in the order of the groups."""

    groups: tuple[Among, ...]
    counts: Mapping[str, tuple[Count, ...]]
