"""What `allow --list` is told: each allowance, and how it stands."""

from __future__ import annotations

import enum

from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance
from vetgate.model.record import Record


class Standing(enum.Enum):
    """What an allowance is good for, the worst first."""

    EXPIRED = "expired"
    UNUSED = "unused"
    """No manifest of the project declares the package."""
    REDUNDANT = "redundant"
    """Another entry allows as much, for as long."""
    IN_FORCE = "in force"


class Listed(Record):
    """One allowance, and how it stands today."""

    allowance: Allowance
    standing: Standing
    used_by: tuple[Location, ...] | None
    """Where manifests declare the package, from the project's root; None: could not be told."""
    covered_by: Location | None = None
    """The entry that makes this one redundant."""
