"""What is decided about one change, and about the whole."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from vetgate.model.change import Change
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Allowance, Exemption, Level
from vetgate.model.record import Record
from vetgate.model.typed import TypeAlias

Evidence: TypeAlias = "Mapping[str, str | int | bool | list[str] | None]"


class Signal(Record):
    """What a rule saw. A rule knows no level."""

    message: str
    evidence: Evidence = MappingProxyType({})
    unknown: bool = False
    """The rule could not see: a fact that it needs is unknown."""
    in_manifest: bool = False
    """It was seen in the manifest itself, not in the package's metadata."""
    past: bool = False
    """It is about what this does not let in, and so warns at most."""


class Finding(Record):
    """A signal after policy."""

    rule: str
    level: Level
    message: str
    evidence: Evidence
    unknown: bool = False
    exempted_by: Exemption | None = None
    exempted_why: str = ""
    """Which pin, which allowance (`vetgate.toml:12: reason`)."""
    notes: tuple[str, ...] = ()
    """Allowances that would have exempted it but do not: expired, for other versions."""
    allowance: Allowance | None = None
    """The entry that exempts it, if one does."""


class Outcome(enum.IntEnum):
    """The verdict's words, from best to worst."""

    PASSED = 0
    WARNED = 1
    BLOCKED = 2


class Judged(Record):
    """One change and what is decided about it."""

    change: Change
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    facts: PackageFacts | None = None


class Verdict(Record):
    """What is decided about all changes, the worst deciding for the whole."""

    outcome: Outcome
    changes: tuple[Judged, ...] = ()


class SnapshotSummary(Record):
    """Which snapshot a verdict rests on."""

    built: datetime
    """Aware UTC."""
    packages: int
    sha256: str
