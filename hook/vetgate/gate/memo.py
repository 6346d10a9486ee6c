"""What was found out once is not found out again, and never twice at the same time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

MOST = 20_000
"""Entries; above this, the oldest are dropped."""


class Memo(Generic[Key, Value]):
    """Answers by key, each made by the first thread that asks; may be used by many."""

    def __init__(self, lasting: float = float("inf"), most: int = MOST) -> None:
        """`lasting`: seconds until an answer is made anew."""
        self._lasting, self._most = lasting, most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[float, Future[Value]]] = OrderedDict()

    def has(self, key: Key) -> bool:
        """Tell whether there is an answer, so that `get` would not wait."""
        made, answer = self._kept.get(key, (0.0, None))
        return answer is not None and answer.done() and time.monotonic() - made <= self._lasting

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the answer, made now if there is none; raises what `make` raises, kept never."""
        now = time.monotonic()
        with self._lock:
            made, answer = self._kept.get(key, (now, None))
            mine = answer is None or now - made > self._lasting
            if answer is None or mine:
                answer = Future()
                self._kept[key] = (now, answer)
                self._kept.move_to_end(key)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        if mine:
            self._make(key, answer, make)
        return answer.result()

    def _make(self, key: Key, answer: Future[Value], make: Callable[[], Value]) -> None:
        try:
            answer.set_result(make())
        except BaseException as error:  # noqa: BLE001 - raised in every thread that waits for it
            with self._lock:
                if self._kept.get(key, (0.0, None))[1] is answer:
                    del self._kept[key]
            answer.set_exception(error)
