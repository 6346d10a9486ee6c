"""The only place that starts threads: many jobs at once, and one deadline for all of them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

Job: TypeAlias = "Callable[[], None]"

_GRACE = 0.15  # seconds beyond the deadline, for jobs that notice it themselves and say why


def run(groups: Mapping[str, tuple[int, Sequence[Job]]], deadline: float) -> None:
    """Run the jobs of each group in its own threads; return when all are done, or at the deadline.

    `groups` tells for each how many threads may work at once: a group for a host, so that a slow
    one keeps no other waiting. `deadline` is a moment of `time.monotonic`. Threads that are still
    busy then are left to themselves: they are daemons, so no slow host can hold the process.
    What a job raises is a bug, and raised here.
    """
    done = threading.Condition()
    pending = sum(len(jobs) for _, jobs in groups.values())
    bugs: list[BaseException] = []

    def work(jobs: deque[Job]) -> None:
        nonlocal pending
        while time.monotonic() < deadline:
            try:
                job = jobs.popleft()
            except IndexError:
                return
            try:
                job()
            except BaseException as bug:  # noqa: BLE001 - handed over to the caller's thread
                bugs.append(bug)
            with done:
                pending -= 1
                done.notify()

    for name, (width, jobs) in groups.items():
        queue = deque(jobs)
        for number in range(min(width, len(jobs))):
            threading.Thread(
                target=work, args=(queue,), name=f"vetgate-{name}-{number}", daemon=True
            ).start()
    with done:
        done.wait_for(lambda: not pending or bool(bugs), deadline + _GRACE - time.monotonic())
    if bugs:
        raise bugs[0]
