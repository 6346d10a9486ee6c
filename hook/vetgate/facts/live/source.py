"""The live source: all that is wanted of all names, asked at once and over by one deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from vetgate.facts import codec
from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.layers import OF_THE_INDEX
from vetgate.facts.live import services as service
from vetgate.facts.live.address import label
from vetgate.facts.live.advisories import AT_ONCE, ask_advisories
from vetgate.facts.live.batch import Job, run
from vetgate.facts.live.index import Index
from vetgate.facts.live.sender import WIDTH
from vetgate.facts.live.transport import Transport
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, Known, PackageFacts, Unknown

SECONDS = 5.0
"""The deadline of a batch, where none is given."""

_NO_INDEX = Unknown("pip is set to use no index")
_NO_SERVICE = Unknown("no service is set that tells it")


class Live:
    """Live look-ups with pip's settings; each call of `facts` is one batch with one deadline."""

    def __init__(
        self,
        settings: IndexSettings,
        *,
        now: datetime,
        services: Services | None = None,
        seconds: float = SECONDS,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Ask nothing yet. `seconds` bounds each batch as a whole.

        `note` is told, once in a batch, what a user should know of the look-ups themselves.
        """
        self._note = note
        self._settings, self._now, self._seconds = settings, now, seconds
        self._services = Services() if services is None else services

    def facts(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer what can be learned by the deadline; the rest is unknown, with its reason.

        A name of which nothing is wanted, or that is no valid name, is never sent anywhere.
        """
        asked = {
            name: facts
            for name, facts in wanted.items()
            if facts and service.VALID_NAME.match(name) is not None
        }
        transport = Transport(self._settings, seconds=self._seconds, note=self._note)
        batch = _Batch(self._settings, self._services, self._now, transport)
        answers = batch.run(asked) if asked else {}
        invalid = Unknown("it is not a valid name of a package")
        return {
            name: codec.assemble(name, answers.get(name, dict.fromkeys(facts, invalid)))
            for name, facts in wanted.items()
        }


class _Batch:
    def __init__(
        self,
        settings: IndexSettings,
        services: Services,
        now: datetime,
        transport: Transport,
    ) -> None:
        self._simple_url = settings.simple_url()
        self._transport = transport
        self._index = Index(self._transport, self._simple_url, now)
        self._services, self._now, self._no_index = services, now, settings.no_index
        # Each job fills its own places, once: what stands there at the deadline is the answer.
        self._of_index: dict[NormalizedName, Mapping[FactName, codec.AnyFact]] = {}
        self._downloads: dict[NormalizedName, codec.AnyFact] = {}
        self._recent: dict[NormalizedName, codec.AnyFact] = {}
        self._counted: dict[NormalizedName, service.Counted] = {}
        self._reported: dict[NormalizedName, codec.AnyFact] = {}

    def run(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> dict[NormalizedName, dict[FactName, codec.AnyFact]]:
        of_index: list[Job] = [
            partial(self._ask_index, name, facts & OF_THE_INDEX)
            for name, facts in wanted.items()
            if facts & OF_THE_INDEX and not self._no_index
        ]
        downloads = [name for name, facts in wanted.items() if "downloads" in facts]
        dependents = [name for name, facts in wanted.items() if "dependents" in facts]
        reported = [name for name, facts in wanted.items() if "advisories" in facts]
        try:
            run(
                {
                    "index": (WIDTH, of_index),
                    "downloads": (1, [partial(self._ask_downloads, downloads)] * bool(downloads)),
                    "dependents": (
                        2,
                        [partial(self._ask_dependents, p) for p in service.portions(dependents)],
                    ),
                    "advisories": (
                        2,
                        [
                            partial(self._ask_advisories, p)
                            for p in service.portions(reported, AT_ONCE)
                        ],
                    ),
                },
                self._transport.deadline,
            )
        finally:
            self._transport.close()
        return {
            name: {fact: self._answer(name, fact) for fact in facts}
            for name, facts in wanted.items()
        }

    def _ask_index(self, name: NormalizedName, facts: frozenset[FactName]) -> None:
        self._of_index[name] = self._index.ask(name, facts)

    def _ask_downloads(self, names: Sequence[NormalizedName]) -> None:
        base, fallback = self._services.downloads, self._services.downloads_fallback
        if base is not None:
            self._downloads.update(service.ask_downloads(self._transport, base, names, self._now))
        left = [name for name in names if not isinstance(self._downloads.get(name), Known)]
        if left and fallback is not None:
            self._recent.update(service.ask_recent(self._transport, fallback, left, self._now))

    def _ask_dependents(self, names: Sequence[NormalizedName]) -> None:
        base = self._services.dependents
        if base is not None:
            self._counted.update(service.ask_dependents(self._transport, base, names, self._now))

    def _ask_advisories(self, names: Sequence[NormalizedName]) -> None:
        base = self._services.advisories
        if base is not None:
            self._reported.update(ask_advisories(self._transport, base, names, self._now))

    def _answer(self, name: NormalizedName, fact: FactName) -> codec.AnyFact:
        if fact == "downloads":
            return self._answer_downloads(name)
        if fact == "dependents":
            counted = self._counted.get(name)
            return self._late(self._services.dependents) if counted is None else counted.dependents
        if fact == "advisories":
            return self._reported.get(name, self._late(self._services.advisories))
        if fact in OF_THE_INDEX:
            late = _NO_INDEX if self._no_index else self._late(self._simple_url)
            return self._of_index.get(name, {}).get(fact, late)
        return Unknown("it cannot be looked up for one package")

    def _answer_downloads(self, name: NormalizedName) -> codec.AnyFact:
        counted = self._counted.get(name)
        first = self._downloads.get(name, self._late(self._services.downloads))
        others = (self._recent.get(name), counted.downloads if counted else None)
        return next((each for each in (first, *others) if isinstance(each, Known)), first)

    def _late(self, url: str | None) -> codec.AnyFact:
        return _NO_SERVICE if url is None else Unknown(self._transport.late(label(url)).why)
