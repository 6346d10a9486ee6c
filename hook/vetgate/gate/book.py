"""What happened at the gate, kept for the report at the end of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol
from urllib.parse import unquote

from vetgate.facts.index_settings import parted
from vetgate.gate.ruling import Held, PageRuling
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName
from vetgate.model.verdict import Outcome, Verdict


class Recorder(Protocol):
    """Who is told of what happens at the gate; by many threads at once."""

    def waiting(self, name: NormalizedName, upstream: Upstream) -> AbstractContextManager[None]:
        """Note that a client waits for a page, until the block ends."""

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:
        """Note that a page was judged."""

    def served(self, name: NormalizedName, upstream: Upstream) -> None:
        """Note that a page went out."""

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:
        """Note that a page could not be had; `why` names the host."""

    def led(self, path: str, url: str) -> None:
        """Note that a file is had at a path of the gate's in place of its own URL."""


class Unrecorded:
    """Keeps nothing: a service tells by its log and its figures."""

    def waiting(self, name: NormalizedName, upstream: Upstream) -> AbstractContextManager[None]:  # noqa: ARG002 - Recorder's
        """Forget it."""
        return nullcontext()

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:
        """Forget it."""

    def served(self, name: NormalizedName, upstream: Upstream) -> None:
        """Forget it."""

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:
        """Forget it."""

    def led(self, path: str, url: str) -> None:
        """Forget it."""


class Book:
    """Keeps everything that a run is told."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: what a client waits for a page; one that comes later, nobody got."""
        self._seconds = seconds
        self._waiting: dict[object, str] = {}
        self._late: dict[str, None] = {}
        self._originals: dict[str, str] = {}
        self._lock = threading.Lock()
        self._rulings: dict[NormalizedName, PageRuling] = {}
        self._hidden: dict[NormalizedName, dict[str, str]] = {}
        self._refused: dict[NormalizedName, str] = {}
        self._served: set[NormalizedName] = set()
        self._staying: dict[NormalizedName, bool] = {}
        self._troubles: dict[str, None] = {}

    @contextmanager
    def waiting(self, name: NormalizedName, upstream: Upstream) -> Iterator[None]:
        one, began = object(), time.monotonic()
        with self._lock:
            self._waiting[one] = f"{name}: no answer from {upstream.host} before pip gave up"
        try:
            yield
        finally:
            with self._lock:
                late = self._waiting.pop(one)
                if time.monotonic() - began > self._seconds:
                    self._late[late] = None

    def ruled(self, name: NormalizedName, upstream: Upstream, ruling: PageRuling) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            if ruling.undecided is not None:
                self._troubles[f"{name}: {ruling.undecided}"] = None
            if ruling.refused is not None:
                self._refused.setdefault(name, ruling.refused)
            if ruling.judged is None:
                return
            known = self._rulings.get(name)
            self._rulings[name] = ruling if known is None else _worse(known, ruling)
            self._hidden.setdefault(name, {}).update(ruling.hidden)
            self._staying[name] = ruling.stays and self._staying.get(name, True)

    def served(self, name: NormalizedName, upstream: Upstream) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            self._served.add(name)

    def troubled(self, name: NormalizedName, upstream: Upstream, why: str) -> None:  # noqa: ARG002 - Recorder's
        with self._lock:
            self._troubles[f"{name}: {why}"] = None

    def led(self, path: str, url: str) -> None:
        with self._lock:
            self._originals[unquote(path)] = parted(url)[0]

    def original(self, path: str) -> str | None:
        """Tell where a file lies that is had at a path of the gate's, without credentials."""
        with self._lock:
            return self._originals.get(unquote(path))

    @property
    def held(self) -> tuple[Held, ...]:
        """What was held back, by name."""
        with self._lock:
            held = {
                name: Held(
                    *(name, ruling.judged, ruling.reason, self._is_whole(name)),
                    *(self._hidden[name], self._staying[name]),
                )
                for name, ruling in self._rulings.items()
                if ruling.blocked or self._hidden[name] or self._staying[name]
            }
            for name, why in self._refused.items():
                # From another upstream it did come, or was held back for a better reason.
                if name not in self._served and name not in held:
                    held[name] = Held(name, None, why, blocked=True)
        return tuple(held[name] for name in sorted(held))

    def _is_whole(self, name: NormalizedName) -> bool:
        """Whether nothing of a project came: from one upstream, all of it may be left out."""
        ruling = self._rulings[name]
        return ruling.blocked and not (ruling.hidden and name in self._served)

    @property
    def verdict(self) -> Verdict:
        """Every project that was judged, by name."""
        with self._lock:
            judged = [ruling.judged for _, ruling in sorted(self._rulings.items()) if ruling.judged]
        worst = max((one.outcome for one in judged), default=Outcome.PASSED)
        return Verdict(worst, tuple(judged))

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be decided, and why; what still waits for an answer is among it."""
        with self._lock:
            told = {one.partition(":")[0] for one in self._troubles}
            late = dict.fromkeys((*self._late, *self._waiting.values()))
            return (*self._troubles, *(one for one in late if one.partition(":")[0] not in told))


def _worse(known: PageRuling, ruling: PageRuling) -> PageRuling:
    """Return the worse of two rulings; what speaks against a project that may come is added up."""
    rest, worst = sorted((known, ruling), key=_severity)
    if worst.blocked or worst.judged is None or rest.judged is None:
        return worst
    more = [one for one in rest.judged.findings if one not in worst.judged.findings]
    return worst._replace(judged=worst.judged._replace(findings=(*worst.judged.findings, *more)))


def _severity(ruling: PageRuling) -> tuple[bool, int]:
    return (ruling.blocked, -1 if ruling.judged is None else int(ruling.judged.outcome))
