"""What happened at the gate, kept for the report at the end of a run."""

from __future__ import annotations

import threading
from typing import Protocol

from vetgate.gate.ruling import Held, PageRuling
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName
from vetgate.model.verdict import Judged, Outcome, Verdict


class Recorder(Protocol):
    """Who is told of what happens at the gate; by many threads at once."""

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:
        """Note that a page was judged."""

    def served(self, name: NormalizedName, upstream: Upstream) -> None:
        """Note that a page went out."""

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:
        """Note that a page could not be had; `why` names the host."""


class Unrecorded:
    """Keeps nothing: a service tells by its log and its figures."""

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:
        """Forget it."""

    def served(self, name: NormalizedName, upstream: Upstream) -> None:
        """Forget it."""

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:
        """Forget it."""


class Book:
    """Keeps everything that a run is told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rulings: dict[NormalizedName, PageRuling] = {}
        self._hidden: dict[NormalizedName, dict[str, str]] = {}
        self._refused: dict[NormalizedName, str] = {}
        self._served: set[NormalizedName] = set()
        self._troubles: dict[str, None] = {}

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            if ruling.undecided is not None:
                self._troubles[f"{name}: {ruling.undecided}"] = None
            if ruling.refused is not None:
                self._refused.setdefault(name, ruling.refused)
            if ruling.judged is None:
                return
            if _severity(ruling) >= _severity(self._rulings.get(name)):
                self._rulings[name] = ruling
            self._hidden.setdefault(name, {}).update(ruling.hidden)

    def served(self, name: NormalizedName, upstream: Upstream) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            self._served.add(name)

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            self._troubles[f"{name}: {why}"] = None

    @property
    def held(self) -> tuple[Held, ...]:
        """What was held back, by name."""
        with self._lock:
            held = {
                name: Held(name, ruling.judged, ruling.reason, ruling.blocked, self._hidden[name])
                for name, ruling in self._rulings.items()
                if ruling.blocked or self._hidden[name]
            }
            for name, why in self._refused.items():
                # From another upstream it did come, or was held back for a better reason.
                if name not in self._served and name not in held:
                    held[name] = Held(name, None, why, blocked=True)
        return tuple(held[name] for name in sorted(held))

    @property
    def verdict(self) -> Verdict:
        """Every project that was judged, by name."""
        with self._lock:
            judged = [ruling.judged for _, ruling in sorted(self._rulings.items()) if ruling.judged]
        worst = max((one.outcome for one in judged), default=Outcome.PASSED)
        return Verdict(worst, tuple(judged))

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be decided, and why."""
        with self._lock:
            return tuple(self._troubles)


def _severity(ruling: PageRuling | None) -> tuple[bool, int]:
    if ruling is None or ruling.judged is None:
        return (False, -1)
    judged: Judged = ruling.judged
    return (ruling.blocked, int(judged.outcome))
