"""What is known about a package: each fact with its date and source, or unknown with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from vetgate.model.dependency import NormalizedName
from vetgate.model.record import Record
from vetgate.model.typed import Generic, Literal, Protocol, TypeAlias, TypeVar

T = TypeVar("T")


class Known(Generic[T]):
    """A fact: its value, when it was true (aware UTC), and who says so.

    Written out because a generic `NamedTuple` needs Python 3.11.
    """

    __slots__ = ("as_of", "source", "value")

    def __init__(self, value: T, as_of: datetime, source: str) -> None:
        self.value, self.as_of, self.source = value, as_of, source

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known):
            return NotImplemented
        return (self.value, self.as_of, self.source) == (other.value, other.as_of, other.source)

    def __hash__(self) -> int:
        return hash((self.value, self.as_of, self.source))

    def __repr__(self) -> str:
        return f"Known({self.value!r}, {self.as_of.isoformat()}, {self.source!r})"


class Unknown(Record):
    """A fact that could not be had; `why` names the source and what went wrong."""

    why: str


Fact: TypeAlias = "Known[T] | Unknown"


class Listed(Record):
    """The index has it."""

    word: Literal["listed"] = "listed"


class Removed(Record):
    """The index once had it and no longer does."""

    since: date | None = None
    """The day it vanished or was last seen, where that is known."""
    word: Literal["removed"] = "removed"


class Reborn(Record):
    """It was removed, and registered again by somebody else."""

    removed_on: date | None = None
    again_on: date | None = None
    word: Literal["reborn"] = "reborn"


class Held(Record):
    """A removed name that a security team holds, so that nobody can take it."""

    word: Literal["held"] = "held"


class Quarantined(Record):
    """The index's administrators hold it in quarantine."""

    word: Literal["quarantined"] = "quarantined"


class NeverSeen(Record):
    """The index does not have it, and no record says that it ever did."""

    word: Literal["never-seen"] = "never-seen"


Presence: TypeAlias = "Listed | Removed | Reborn | Held | Quarantined | NeverSeen"


class Downloads(Record):
    """Downloads in the last month; `at_least`: the figure is only a lower bound."""

    a_month: int
    at_least: bool = False


class Release(Record):
    """One release: version, first upload (aware UTC), whether it was yanked."""

    version: str
    uploaded: datetime | None
    yanked: bool = False


class Span(Record):
    """Versions that an advisory is about, in PEP 440's order, as OSV's events have them."""

    introduced: str = "0"
    """The first one; `0`: from the very first, before any version."""
    fixed: str | None = None
    """The first one that is free of it."""
    last: str | None = None
    """The last one that is not free of it; with neither, there is no end."""


class Advisory(Record):
    """A published report of malice or of a vulnerability, not withdrawn; aliases are merged.

    It is about a version that `versions` lists or that lies in one of `spans`; with neither, it is
    about none.
    """

    id: str
    malicious: bool
    aliases: tuple[str, ...] = ()
    """Other ids of the same report, sorted."""
    summary: str = ""
    """One line."""
    severity: str = ""
    """The publisher's word, lower case (`critical`, …); empty: none given."""
    spans: tuple[Span, ...] = ()
    versions: tuple[str, ...] = ()
    """Versions listed one by one, as published."""


class Likeness(Record):
    """A far more popular name that a name could be taken for."""

    name: NormalizedName
    rank: int
    how: str
    """What they have in common, in words: a part of a sentence."""


class PackageFacts(Record):
    """All that is known about one package."""

    name: NormalizedName
    presence: Fact[Presence] = Unknown("not asked")
    rank: Fact[int] = Unknown("not asked")
    """Place by downloads, 1 the most downloaded."""
    downloads: Fact[Downloads] = Unknown("not asked")
    dependents: Fact[int] = Unknown("not asked")
    """Public packages that depend on it."""
    repository: Fact[str | None] = Unknown("not asked")
    """URL of the declared source repository; None: it declares none."""
    urls: Fact[tuple[str, ...]] = Unknown("not asked")
    """Every URL in its metadata, and the domains of its contact addresses as `//domain`."""
    first_upload: Fact[datetime] = Unknown("not asked")
    latest_upload: Fact[datetime] = Unknown("not asked")
    releases: Fact[tuple[Release, ...]] = Unknown("not asked")
    status: Fact[str] = Unknown("not asked")
    """A status marker of PEP 792: active, archived, quarantined, deprecated."""
    owners: Fact[tuple[str, ...]] = Unknown("not asked")
    advisories: Fact[tuple[Advisory, ...]] = Unknown("not asked")
    """Reports about any of its versions; empty: none is known."""
    resembles: Fact[tuple[NormalizedName, ...]] = Unknown("not asked")
    """Popular names that may have been meant, nearest first: widely drawn, for suggestions."""
    imitates: Fact[tuple[Likeness, ...]] = Unknown("not asked")
    """Popular names that it could be taken for, strictly drawn; none for a popular name."""
    newest: Fact[str] = Unknown("not asked")
    """The newest release on record, of a popular package that has reports of malice: no more than
    that it was there, and none is newer, as of the record."""


def completed(before: PackageFacts, after: PackageFacts) -> PackageFacts:
    """Return what was learned later; what was not asked again, and is known, stays."""
    return PackageFacts._make(
        old if isinstance(new, Unknown) and isinstance(old, Known) else new
        for old, new in zip(before, after, strict=True)
    )


FactName: TypeAlias = str
"""The name of a field of `PackageFacts`."""


class FactSource(Protocol):
    """Somewhere that facts come from."""

    def facts(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer for all names at once; what is not wanted may be left out of an answer.

        Every name asked is answered. A source that is down answers `Unknown` with the reason.
        Raises `SnapshotError` if the source itself is damaged, and nothing else.
        """
