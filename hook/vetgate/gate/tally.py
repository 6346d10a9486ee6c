"""What a service counts, for all its workers together, in Prometheus's text format.

Written by hand: `prometheus_client` counts several processes through a folder of files. Each figure
here has its fixed place in one array that the workers share.
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vetgate.gate.door import Noted

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds."""
_PAGES = "/simple/"
"""Where a client asks for a project; a person who asks why does not count among them."""
_STATUSES = ("2xx", "3xx", "403", "404", "4xx", "502", "5xx")
_VERDICTS = ("passed", "warned", "held back in part", "blocked")
_AFTER_STATUSES = len(_STATUSES)
_AFTER_VERDICTS = _AFTER_STATUSES + len(_VERDICTS)
_AFTER_BUCKETS = _AFTER_VERDICTS + len(BUCKETS) + 1
_SECONDS, _BYTES, _TROUBLES = _AFTER_BUCKETS, _AFTER_BUCKETS + 1, _AFTER_BUCKETS + 2
_PLACES = _TROUBLES + 1


class Tally:
    """The figures; given to a worker when it is started."""

    def __init__(self) -> None:
        """Begin at zero."""
        # `spawn`, as uvicorn starts its workers.
        context = multiprocessing.get_context("spawn")
        self._figures: SynchronizedArray[float] = context.Array("d", _PLACES)

    def add(self, note: Noted) -> None:
        """Count one request."""
        bucket = next((i for i, most in enumerate(BUCKETS) if note.seconds <= most), len(BUCKETS))
        with self._figures.get_lock():
            figures = self._figures
            figures[_STATUSES.index(_status(note.status))] += 1
            if note.verdict in _VERDICTS and note.path.startswith(_PAGES):
                figures[_AFTER_STATUSES + _VERDICTS.index(note.verdict)] += 1
            figures[_AFTER_VERDICTS + bucket] += 1
            figures[_SECONDS] += note.seconds
            figures[_BYTES] += note.size
            figures[_TROUBLES] += bool(note.trouble)

    def text(self) -> str:
        """Return every figure as Prometheus reads it."""
        with self._figures.get_lock():
            figures = list(self._figures.get_obj())
        return "\n".join(_lines(figures)) + "\n"


def _status(status: int) -> str:
    exact = str(status)
    return exact if exact in _STATUSES else f"{max(2, min(status // 100, 5))}xx"


def _lines(figures: list[float]) -> Iterator[str]:
    yield from _head("vetgate_requests_total", "counter", "Requests answered, by status.")
    for place, status in enumerate(_STATUSES):
        yield f'vetgate_requests_total{{status="{status}"}} {figures[place]:.0f}'
    yield from _head("vetgate_pages_total", "counter", "Project pages asked for, by verdict.")
    for place, verdict in enumerate(_VERDICTS, _AFTER_STATUSES):
        yield f'vetgate_pages_total{{verdict="{verdict}"}} {figures[place]:.0f}'
    yield from _head("vetgate_request_seconds", "histogram", "Time until the last byte.")
    total = 0.0
    for place, most in enumerate((*BUCKETS, None), _AFTER_VERDICTS):
        total += figures[place]
        bound = "+Inf" if most is None else f"{most:g}"
        yield f'vetgate_request_seconds_bucket{{le="{bound}"}} {total:.0f}'
    yield f"vetgate_request_seconds_sum {figures[_SECONDS]:.6f}"
    yield f"vetgate_request_seconds_count {total:.0f}"
    yield from _head("vetgate_sent_bytes_total", "counter", "Bytes of bodies sent.")
    yield f"vetgate_sent_bytes_total {figures[_BYTES]:.0f}"
    yield from _head(
        "vetgate_troubles_total", "counter", "Requests that could not be decided or answered."
    )
    yield f"vetgate_troubles_total {figures[_TROUBLES]:.0f}"


def _head(name: str, kind: str, what: str) -> Iterator[str]:
    yield f"# HELP {name} {what}"
    yield f"# TYPE {name} {kind}"
