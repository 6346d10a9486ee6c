"""What a team decided: the levels and limits of the rules, and the allow-list."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from vetgate.model.dependency import Location, NormalizedName
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # annotations are never evaluated, and most policies have no date
    from datetime import date


class Level(enum.Enum):
    """What a finding does to a change."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Exemption(enum.Enum):
    """What may exempt a change from a rule."""

    PIN = "pin"
    LOCK = "lock"
    ALLOW = "allow"
    PRIVATE = "private"


class RulePolicy(Record):
    """What the policy says of one rule; None leaves the rule's own default."""

    level: Level | None = None
    in_manifest: Level | None = None
    """The level for what stands in the manifest itself (`in-manifest`, `suspicious-tld` only)."""
    exempted_by: frozenset[Exemption] | None = None
    limits: Mapping[str, int] = MappingProxyType({})


class Allowance(Record):
    """One entry of the allow-list: who vouches for what, why, and until when."""

    name: NormalizedName
    reason: str
    location: Location
    versions: str | None = None
    rules: frozenset[str] | None = None
    by: str | None = None
    on: date | None = None
    expires: date | None = None
    """The last day on which it allows anything."""


class Policy(Record):
    """One checked policy, the defaults where there is no file."""

    unknown: Level = Level.BLOCK
    trust_rank: int = 5000
    private: tuple[str, ...] = ()
    """Patterns (`fnmatch`, on normalised names) of names that must come from a private index."""
    indexes: tuple[str, ...] = ()
    rules: Mapping[str, RulePolicy] = MappingProxyType({})
    allow: tuple[Allowance, ...] = ()
    path: str | None = None
    """The file that it was read from; None: the defaults."""
    max_age: int = 7
    """Days that what a snapshot records of published reports is good for."""
    self_approved: Level = Level.BLOCK
    """What a finding counts at most that only the change's own edits of the policy exempt."""
    closed: frozenset[str] = frozenset()
    """The lists (`allow`, `private`, `indexes`) of which a policy that it extends locks what is
    on them: this file can add nothing."""
