"""Look-ups that come in while others are under way go out together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeAlias

from vetgate.gate.ruling import Wanted
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts

Answers: TypeAlias = "Mapping[NormalizedName, PackageFacts]"

WIDTH = 4
"""Batches under way at once: a look-up that comes alone does not wait for another's end."""


class Batches:
    """Asks in batches; may be called by many threads at once."""

    def __init__(self, ask: Callable[[Wanted], Answers], width: int = WIDTH) -> None:
        """`ask` answers every name of a batch; it may be called by so many threads at once."""
        self._ask, self._width = ask, width
        self._lock = threading.Lock()
        self._waiting: list[tuple[Wanted, Future[Answers]]] = []
        self._under_way = 0

    def __call__(self, wanted: Wanted) -> Answers:
        """Answer what is wanted, with what others want meanwhile; raises what `ask` does."""
        answer: Future[Answers] = Future()
        with self._lock:
            self._waiting.append((wanted, answer))
            asks = self._under_way < self._width
            self._under_way += asks
        if asks:
            self._run()
        found = answer.result()
        return {name: found[name] for name in wanted}

    def _run(self) -> None:
        while True:
            with self._lock:
                batch, self._waiting = self._waiting, []
                if not batch:
                    self._under_way -= 1
                    return
            together: dict[NormalizedName, frozenset[FactName]] = {}
            for wanted, _ in batch:
                for name, facts in wanted.items():
                    together[name] = together.get(name, frozenset()) | facts
            try:
                found = self._ask(together)
            except BaseException as error:  # noqa: BLE001 - raised in each thread that waits for it
                for _, answer in batch:
                    answer.set_exception(error)
            else:
                for _, answer in batch:
                    answer.set_result(found)
