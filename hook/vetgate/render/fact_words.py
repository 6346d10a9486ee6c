"""Facts in words: each with its source and date, or why it is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from vetgate.model.facts import (
    Advisory,
    Downloads,
    Fact,
    Held,
    Known,
    Likeness,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Removed,
    Unknown,
)
from vetgate.model.releases import admitted
from vetgate.render.never import assert_never
from vetgate.render.visible import counted

T = TypeVar("T")

MOST = 10
"""Entries of a list that are shown; the rest is counted."""


def fact_words(facts: PackageFacts) -> Iterator[tuple[str, str]]:
    """Yield every fact's label and what there is to say about it."""
    for label, words, why in told_facts(facts):
        yield label, words if why is None else f"unknown: {why}"


def told_facts(facts: PackageFacts) -> Iterator[tuple[str, str, str | None]]:
    """Yield every fact's label, and what there is to say about it or why it is unknown."""
    yield "on the index", *_fact(facts.presence, _presence)
    yield "status", *_fact(facts.status, str)
    yield "rank", *_fact(facts.rank, "{:,} by downloads".format)
    yield "downloads", *_fact(facts.downloads, _downloads)
    yield "dependents", *_fact(facts.dependents, _dependents)
    yield "repository", *_fact(facts.repository, _repository)
    yield "addresses", *_fact(facts.urls, _several)
    yield "first upload", *_fact(facts.first_upload, _day)
    yield "latest upload", *_fact(facts.latest_upload, _day)
    yield "releases", *_fact(facts.releases, _releases)
    yield "owners", *_fact(facts.owners, _several)
    yield "reports", *_fact(facts.advisories, _advisories)
    yield "resembles", *_fact(facts.resembles, _several)
    yield "imitates", *_fact(facts.imitates, _likenesses)
    if isinstance(facts.newest, Known):  # on record of few, and of no use for any other
        yield "newest", *_fact(facts.newest, str)


def _fact(fact: Fact[T], words: Callable[[T], str]) -> tuple[str, str | None]:
    if isinstance(fact, Unknown):
        return "", fact.why
    return f"{words(fact.value)} ({fact.source}, {_day(fact.as_of)})", None


def _presence(presence: Presence) -> str:
    words: str
    match presence:
        case Listed():
            words = "yes"
        case Removed(since=since):
            words = f"no, removed{_on('since', since)}"
        case Reborn(removed_on=removed_on, again_on=again_on):
            words = f"yes, but removed{_on('on', removed_on)} and registered again"
            words += f"{_on('on', again_on)} by somebody else"
        case Held():
            words = "no, removed, and its name is held by a security team"
        case Quarantined():
            words = "held in quarantine by the index's administrators"
        case NeverSeen():
            words = "no, and no record that it ever was"
        case _:
            assert_never(presence)
    return words


def _on(word: str, day: date | None) -> str:
    return "" if day is None else f" {word} {day.isoformat()}"


def _downloads(downloads: Downloads) -> str:
    return f"{'at least ' if downloads.at_least else ''}{downloads.a_month:,} a month"


def _dependents(count: int) -> str:
    return counted(count, "public package depends on it", "public packages depend on it")


def _repository(url: str | None) -> str:
    return "none declared" if url is None else url


def _several(entries: Sequence[str]) -> str:
    shown = ", ".join(entries[:MOST]) or "none"
    return shown if len(entries) <= MOST else f"{shown} and {len(entries) - MOST:,} more"


def _advisories(advisories: Sequence[Advisory]) -> str:
    malicious = [one.id for one in advisories if one.malicious]
    others = [one.id for one in advisories if not one.malicious]
    said = []
    if malicious:
        said.append(f"malicious: {_several(malicious)}")
    if others:
        said.append(f"vulnerable: {_several(others)}")
    return "; ".join(said) or "none"


def _likenesses(likenesses: Sequence[Likeness]) -> str:
    return _several([f"{one.name} (rank {one.rank:,}: {one.how})" for one in likenesses])


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _releases(releases: tuple[Release, ...]) -> str:
    said = [f"{len(releases):,}"]
    if found := admitted("", releases):
        said.append(f"newest {found[0][0]}")
    if yanked := sum(release.yanked for release in releases):
        said.append(f"{yanked:,} yanked")
    return ", ".join(said)
