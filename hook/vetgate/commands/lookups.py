"""Facts beyond the snapshot: the cache, and live look-ups with a word on the terminal meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from vetgate.commands.asking import Asking, cache_folder
from vetgate.facts.cache import Cache
from vetgate.facts.index_settings import (
    IndexSettings,
    default_url,
    index_settings,
    normal_url,
    variables,
)
from vetgate.facts.layers import OF_SERVICES, OF_THE_INDEX, Layered
from vetgate.facts.services import services
from vetgate.facts.snapshot import Snapshot
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts
from vetgate.model.urls import host_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from vetgate.facts.live.source import Live

Wanted = Mapping[NormalizedName, frozenset[FactName]]


def look_up(
    wanted: Wanted, snapshot: Snapshot, asking: Asking
) -> tuple[Mapping[NormalizedName, PackageFacts], tuple[str, ...]]:
    """Answer all that is wanted in one batch; also return what is to be said of the asking."""
    settings = index_settings(asking.environment)
    talk: list[str] = []
    named = services(asking.environment)
    cache = Cache(
        cache_folder(asking.environment),
        settings.scope,
        named.scope,
        now=asking.now,
        note=talk.append,
    )

    def live() -> Live:
        from vetgate.facts.live.source import Live

        return Live(
            settings, now=asking.now, services=named, seconds=asking.timeout, note=talk.append
        )

    layers = Layered(snapshot, lambda: cache, None if asking.offline else live, now=asking.now)
    try:
        with _progress(wanted, settings, asking):
            return layers.facts(with_releases(wanted)), tuple(talk)
    finally:
        cache.close()


def with_releases(
    wanted: Wanted,
) -> Wanted:
    """Ask for the releases where the index is asked anyway: a block names the one to pin."""
    return {
        name: facts | {"releases"} if facts & OF_THE_INDEX else facts
        for name, facts in wanted.items()
    }


def asking_of(asking: Asking, indexes: Sequence[str], settings: IndexSettings) -> Asking:
    """Return how to ask the first of the indexes that pip goes by, wherever it was told of them.

    `settings` are how pip reaches it. Whose index that is, the policy still decides: see
    `home_indexes`. VETGATE_INDEX_URL comes first.
    """
    told = {**asking.environment, **variables(settings)}
    asking = asking._replace(environment=told)
    first = next(iter(indexes), "")
    if told.get("VETGATE_INDEX_URL") or not first:
        return asking
    if normal_url(first) == normal_url(index_settings(told).simple_url()):
        return asking
    return asking._replace(environment={**told, "VETGATE_INDEX_URL": first})


def home_indexes(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the indexes that names are looked up on: pip's own default, and the one set up."""
    return tuple({default_url(), index_settings(environment).simple_url()})


def _progress(
    wanted: Wanted, settings: IndexSettings, asking: Asking
) -> AbstractContextManager[None]:
    if asking.offline or not sys.stderr.isatty():
        return nullcontext()
    from vetgate.commands.screen import width
    from vetgate.render.progress import Progress
    from vetgate.render.progress import asking as doing

    counts = len(frozenset().union(*wanted.values()) & OF_SERVICES)
    host = host_of(settings.simple_url()) or "the index"
    line = doing(host, counts, len(wanted))
    return Progress(sys.stderr, line, width=width(asking.environment))
