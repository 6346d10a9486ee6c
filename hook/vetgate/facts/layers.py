"""The order in which sources are asked: snapshot, cache, live; and what they mean together.

A fact that is known is not asked again, and a layer that is not needed is not even built: the
commit that adds what the snapshot knows touches neither the cache nor the network.

One fact is history: a snapshot tells that a name *was* there or gone. Whenever the index is asked
about a name anyway, it is asked for its presence too, and the two answers are read together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from vetgate.facts import codec
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Fact,
    FactName,
    FactSource,
    Held,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Reborn,
    Removed,
    Unknown,
)
from vetgate.model.typed import Protocol, TypeAlias

OF_THE_INDEX: frozenset[FactName] = frozenset(
    {"presence", "repository", "urls", "first_upload", "latest_upload", "releases", "status"}
    | {"owners"}
)
OF_SERVICES: frozenset[FactName] = frozenset({"downloads", "dependents", "advisories"})
ASKED_LIVE = OF_THE_INDEX | OF_SERVICES
"""What a live look-up can answer; ranks and likeness are counted over all packages at once."""

OF_DAYS: frozenset[FactName] = frozenset({"advisories", "releases", "latest_upload"})
"""What is told anew every day: a record of it is asked again, wherever it is wanted, after one."""

_ONE_DAY = timedelta(days=1, hours=1)

OFFLINE_INDEX = Unknown("offline: the index was not asked")
OFFLINE_SERVICES = Unknown("offline: the public services were not asked")

Wanted: TypeAlias = "Mapping[NormalizedName, frozenset[FactName]]"
Answers: TypeAlias = "Mapping[NormalizedName, PackageFacts]"


class Store(FactSource, Protocol):
    """A source that keeps what it is given."""

    def keep(self, answers: Mapping[NormalizedName, PackageFacts]) -> None:
        """Keep what is known in `answers`."""


class Layered:
    """The sources of one run, each asked only for what the ones before it do not know."""

    def __init__(
        self,
        snapshot: FactSource,
        cache: Callable[[], Store],
        live: Callable[[], FactSource] | None,
        *,
        now: datetime | None = None,
    ) -> None:
        """Take the snapshot, and how to make the others when they are needed; no live: offline.

        `now` is aware; None: a record is as good as new, however old it is.
        """
        self._fresh_since = None if now is None else now - _ONE_DAY
        self._snapshot, self._make_cache, self._make_live = snapshot, cache, live
        self._cache: Store | None = None
        self._live: FactSource | None = None

    def facts(self, wanted: Wanted) -> Answers:
        """Answer all names, each fact from the first source that knows it.

        A name of which nothing is wanted leaves this machine under no circumstances.
        """
        recorded = self._snapshot.facts(wanted)
        later: dict[NormalizedName, dict[FactName, codec.AnyFact]] = {name: {} for name in wanted}
        pending = {
            name: questions
            for name, facts in wanted.items()
            if (questions := _questions(recorded[name], facts, self._fresh_since))
        }
        for ask in (self._ask_cache, self._ask_live):
            if not pending:
                break
            for name, package in ask(pending).items():
                for fact in pending[name]:
                    answer = codec.fact_of(package, fact)
                    if isinstance(answer, Known) or not isinstance(later[name].get(fact), Known):
                        later[name][fact] = answer
            pending = {
                name: questions
                for name, facts in pending.items()
                if (questions := _unanswered(facts, later[name]))
            }
        return {name: _together(recorded[name], later[name]) for name in wanted}

    def _ask_cache(self, pending: Wanted) -> Answers:
        if self._cache is None:
            self._cache = self._make_cache()
        return self._cache.facts(pending)

    def _ask_live(self, pending: Wanted) -> Answers:
        if self._make_live is None:
            return {
                name: codec.assemble(name, {fact: _offline(fact) for fact in facts})
                for name, facts in pending.items()
            }
        if self._live is None:
            self._live = self._make_live()
        answers = self._live.facts(pending)
        if self._cache is not None:
            self._cache.keep(answers)
        return answers


def _offline(fact: FactName) -> Unknown:
    return OFFLINE_INDEX if fact in OF_THE_INDEX else OFFLINE_SERVICES


def _questions(
    recorded: PackageFacts, wanted: frozenset[FactName], fresh_since: datetime | None
) -> frozenset[FactName]:
    """Tell what to ask beyond the snapshot."""
    missing = {
        fact
        for fact in wanted & ASKED_LIVE
        if not isinstance(known := codec.fact_of(recorded, fact), Known)
        or (fact in OF_DAYS and fresh_since is not None and known.as_of < fresh_since)
    }
    downloads = recorded.downloads
    if "downloads" in wanted and isinstance(downloads, Known) and downloads.value.at_least:
        # A lower bound: whoever wants more than that wants the figure.
        missing.add("downloads")
    presence = recorded.presence
    # That a name is not there is the one fact that anybody may change at any minute.
    if "presence" in wanted and isinstance(presence, Known):
        if isinstance(presence.value, (NeverSeen, Removed)):
            missing.add("presence")
        if isinstance(presence.value, Removed):
            missing.add("first_upload")
            if isinstance(recorded.owners, Known):
                missing.add("owners")
    if missing & OF_THE_INDEX:
        missing.add("presence")
    return frozenset(missing)


def _unanswered(
    asked: frozenset[FactName], answers: Mapping[FactName, codec.AnyFact]
) -> frozenset[FactName]:
    missing = {fact for fact in asked if not isinstance(answers.get(fact), Known)}
    # Whoever is asked about a package anyway is asked whether it is still there.
    if missing & OF_THE_INDEX:
        missing.add("presence")
    return frozenset(missing)


def _together(recorded: PackageFacts, later: Mapping[FactName, codec.AnyFact]) -> PackageFacts:
    """Read what the snapshot records together with what was learned later."""
    facts = {
        fact: answer
        for fact, answer in later.items()
        if isinstance(answer, Known) or not isinstance(codec.fact_of(recorded, fact), Known)
    }
    package = codec.assemble(
        recorded.name,
        {fact: facts.get(fact, codec.fact_of(recorded, fact)) for fact in codec.NAMES},
    )
    if "presence" not in later:
        return package
    presence = _presence(recorded.presence, package.presence, package.first_upload)
    if "owners" in later and _share(recorded.owners, package.owners):
        # Removed and registered again, but by the same people: that is not for others to fear.
        presence = package.presence
    return package._replace(presence=presence)


def _share(former: Fact[tuple[str, ...]], current: Fact[tuple[str, ...]]) -> bool:
    """Whether somebody who owned the package of old owns the one that is there now."""
    if not (isinstance(former, Known) and isinstance(current, Known)):
        return False
    return not frozenset(former.value).isdisjoint(current.value)


def _presence(
    before: Fact[Presence], now: Fact[Presence], first_upload: Fact[datetime]
) -> Fact[Presence]:
    if not (isinstance(before, Known) and isinstance(now, Known)) or now is before:
        return now
    seen = f"{now.source}, and the snapshot: {before.source}"
    gone = before.value.since if isinstance(before.value, Removed) else None
    if isinstance(now.value, NeverSeen) and not isinstance(before.value, NeverSeen):
        # A snapshot that still had it tells a day on which it was there, not that of its going.
        return Known(Removed(gone), now.as_of, seen)
    if isinstance(before.value, Reborn | Held) and isinstance(now.value, Listed):
        # That somebody else took the name is not undone by the index having it.
        return before if isinstance(before.value, Reborn) else Known(Reborn(), now.as_of, seen)
    if isinstance(before.value, Removed) and isinstance(now.value, Listed):
        first = first_upload.value.date() if isinstance(first_upload, Known) else None
        # A file from before the removal cannot have been uploaded since: names of files are never
        # given twice. So this is the package of old, restored.
        if gone is not None and first is not None and first <= gone:
            return now
        return Known(Reborn(gone, first), now.as_of, seen)
    return now
