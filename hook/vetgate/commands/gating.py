"""What a gate judges by: the snapshot, the cache and the network, as `vetgate check` asks them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone

from vetgate.commands.asking import Asking, cache_folder
from vetgate.commands.judging import RECORDED, open_snapshot
from vetgate.commands.lookups import with_releases
from vetgate.facts.cache import Cache
from vetgate.facts.index_settings import index_settings
from vetgate.facts.layers import Layered
from vetgate.facts.live.source import Live
from vetgate.facts.services import services
from vetgate.facts.snapshot import Snapshot
from vetgate.gate.batching import Answers, Batches
from vetgate.gate.ruling import Wanted
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts


class GateFacts:
    """The facts for one gate; may be asked by many threads at once."""

    def __init__(
        self, snapshot: Snapshot, asking: Asking, note: Callable[[str], None], now: datetime | None
    ) -> None:
        """`note` is told what a user should know of the asking. `now`: None asks the clock."""
        self._snapshot, self._asking, self._note, self._now = snapshot, asking, note, now
        self._learn = Batches(self._ask)
        self._settings = index_settings(asking.environment)
        self._services = services(asking.environment)

    def recorded(
        self, names: Collection[NormalizedName], computed: frozenset[FactName] = frozenset()
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer what the snapshot records; raises `SnapshotError` if it is damaged."""
        return self._snapshot.facts(dict.fromkeys(names, RECORDED | computed))

    def learned(self, wanted: Wanted) -> Mapping[NormalizedName, PackageFacts]:
        """Ask the cache and the network, together with whoever else is asking now."""
        return self._learn(wanted)

    def _ask(self, wanted: Wanted) -> Answers:
        now = self._now or datetime.now(timezone.utc)
        asking, settings, named = self._asking, self._settings, self._services
        folder = cache_folder(asking.environment)
        cache = Cache(folder, settings.scope, named.scope, now=now, note=self._note)

        def live() -> Live:
            seconds = asking.timeout
            return Live(settings, now=now, services=named, seconds=seconds, note=self._note)

        layers = Layered(self._snapshot, lambda: cache, None if asking.offline else live)
        try:
            return layers.facts(with_releases(wanted))
        finally:
            cache.close()


@contextmanager
def gate_facts(asking: Asking, note: Callable[[str], None]) -> Iterator[GateFacts]:
    """Open the facts for the gate of one run; raises `SnapshotError`."""
    snapshot = open_snapshot(asking.environment)
    try:
        yield GateFacts(snapshot, asking, note, asking.now)
    finally:
        snapshot.close()
