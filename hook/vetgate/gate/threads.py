"""Threads for what blocks: a slow upstream must not keep the process from ending.

anyio's and `concurrent.futures`' threads are waited for at the end of a process, and one that waits
for bytes from a slow host cannot be stopped. These are daemons: they end with the process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from queue import SimpleQueue
from typing import TypeVar

Answer = TypeVar("Answer")


class Threads:
    """At most so many threads, started as they are needed; whoever comes later waits."""

    def __init__(self, most: int, name: str) -> None:
        """Start nothing yet."""
        self._most, self._name = most, name
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = self._free = 0

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Run work in a thread; if the task is cancelled meanwhile, the work is left to itself."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()

        def job() -> None:
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001 - raised in the task that waits for it
                _tell(loop, answer, error=error)
            else:
                _tell(loop, answer, found=found)

        with self._lock:
            self._free -= 1
            start = self._free < 0 and self._started < self._most
            if start:
                self._started += 1
                self._free += 1
        self._jobs.put(job)
        if start:
            name = f"vetgate-{self._name}"
            threading.Thread(target=self._work, name=name, daemon=True).start()
        return await answer

    async def each(self, blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Take what a blocking iterator yields, each in a thread."""
        while True:
            block = await self.run(lambda: next(blocks, None))
            if block is None:
                return
            yield block

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            job()
            with self._lock:
                self._free += 1


def _tell(
    loop: asyncio.AbstractEventLoop,
    answer: asyncio.Future[Answer],
    *,
    found: Answer | None = None,
    error: BaseException | None = None,
) -> None:
    def tell() -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)  # type: ignore[arg-type]  # None only where that is the answer

    try:
        loop.call_soon_threadsafe(tell)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more
