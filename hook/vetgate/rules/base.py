"""What a rule is, and what all rules may ask of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from vetgate.model.change import Incoming
from vetgate.model.dependency import FromIndex
from vetgate.model.facts import (
    Advisory,
    Fact,
    FactName,
    Held,
    Known,
    Listed,
    PackageFacts,
    Quarantined,
    Reborn,
    T,
    Unknown,
)
from vetgate.model.policy import Exemption, Level
from vetgate.model.record import Record
from vetgate.model.typed import TypeAlias
from vetgate.model.verdict import Evidence, Signal


class Limits(Record):
    """What policy and time tell a rule; never a level."""

    values: Mapping[str, int]
    """The rule's own limits by name, defaults filled in."""
    now: datetime
    private: bool = False
    """The policy calls this name private."""
    indexes: tuple[str, ...] = ()
    """URLs of the places that packages may come from, comparable (`model.urls.comparable`)."""
    elsewhere: bool = False
    """It names an index of the policy's for itself: what the public index has is not what comes."""
    max_age: int = 7
    """Days that reports on record are good for."""
    trusted: bool = False
    """The package is within the policy's `trust-rank`."""


Check: TypeAlias = "Callable[[Incoming, PackageFacts, Limits], Iterator[Signal]]"
_SHOWN = 3
_CENTURY = 36_500
Asks: TypeAlias = "Callable[[PackageFacts, Limits], frozenset[FactName]]"


class Rule(Record):
    """One question asked of one change and its facts."""

    id: str
    title: str
    doc: str
    """The rule's page: its module's docstring."""
    default_level: Level
    exempted_by: frozenset[Exemption]
    check: Check
    needs: frozenset[FactName] = frozenset()
    """The facts that the rule cannot do without."""
    heeds: frozenset[FactName] = frozenset()
    """Other facts that change whether it sees something, where they are known."""
    limits: Mapping[str, int] = MappingProxyType({})
    """The rule's limits and their defaults: each the least that is enough, so that a lower one is
    softer (a policy's lock relies on it)."""
    trusts_popularity: bool = False
    """Silent for packages within the policy's `trust-rank`."""
    asks_index: bool = True
    """About the package that the public index has: moot for private names and other origins."""
    asks: Asks | None = None
    """Of `needs`, those that these facts leave to be asked; None: those that are unknown."""
    unknown_exempted_by: frozenset[Exemption] = frozenset()
    """What excuses that it could not see, besides what exempts from it; then any allowance does."""
    in_manifest_level: Level | None = None
    """The default level of what the rule sees in the manifest itself, where that differs."""


def is_there(facts: PackageFacts) -> bool:
    """Whether there may be a package at all; if not, `removed` or `unknown-package` says so."""
    presence = facts.presence
    if isinstance(presence, Unknown):
        return True
    return isinstance(presence.value, Listed | Reborn | Held | Quarantined)


def could_not_tell(what: str, why: str) -> Signal:
    """Signal that a fact is unknown; `why` names the source and the reason."""
    return Signal(
        f"{what} could not be learned: {why}", evidence={"unknown": what, "why": why}, unknown=True
    )


def told_by(fact: Known[T]) -> Evidence:
    """Evidence every figure carries: who says so, and of when it is."""
    return {"source": fact.source, "as_of": fact.as_of.date().isoformat()}


def asked(fact: Fact[T], what: str) -> Known[T] | Signal:
    """Return the fact if it is known, else the signal that it is not."""
    return fact if isinstance(fact, Known) else could_not_tell(what, fact.why)


def is_fresh(fact: Known[T], now: datetime, days: int) -> bool:
    """Whether a fact is not older than so many days; a live answer of this hour always is not."""
    return fact.as_of >= days_before(now, days) - timedelta(hours=1)


def days_before(now: datetime, days: int) -> datetime:
    """Return the moment so many days ago; a policy's limit may be any number."""
    return now - timedelta(days=min(days, _CENTURY))


def too_old(fact: Known[T], what: str, days: int) -> Signal:
    """Signal that what is on record may no longer be so."""
    of = fact.as_of.date().isoformat()
    old = f"what is on record ({fact.source}) is of {of}, more than {_days(days)} old"
    return could_not_tell(what, old)


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


REPORTED = "what published reports say of it"
"""What the rules on reports ask, in words."""


def open_about_reports(facts: PackageFacts, limits: Limits, *, malicious: bool) -> frozenset[str]:
    """Name what is still to be asked by a rule on reports of one kind.

    The releases matter only where there is a report.
    """
    reports = facts.advisories
    if isinstance(reports, Unknown) or not is_fresh(reports, limits.now, limits.max_age):
        return frozenset({"advisories", "releases"} - _current(facts, limits))
    if any(one.malicious is malicious for one in reports.value):
        return frozenset({"releases"} - _current(facts, limits))
    return frozenset()


def _current(facts: PackageFacts, limits: Limits) -> set[str]:
    releases = facts.releases
    return (
        {"releases"} if isinstance(releases, Known) and is_fresh(releases, limits.now, 1) else set()
    )


def specifier_of(change: Incoming) -> str:
    """Return what a dependency from an index lets in; empty: any version."""
    origin = change.after.origin
    return origin.specifier if isinstance(origin, FromIndex) else ""


def named(reports: Sequence[Advisory]) -> str:
    """Name reports, three at most, each with the word for how severe it is."""
    said = [f"{one.id} ({one.severity})" if one.severity else one.id for one in reports[:_SHOWN]]
    more = len(reports) - _SHOWN
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def ids_of(reports: Sequence[Advisory]) -> list[str]:
    """Return the ids of reports, for the evidence."""
    return [one.id for one in reports]


def dated(fact: Known[T]) -> str:
    """Say who reports, and of when that is."""
    return f"{fact.source}, {fact.as_of.date().isoformat()}"
