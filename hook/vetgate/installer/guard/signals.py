"""What a pip does that is told to end: it leaves nothing half done, and nothing lying about."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

    _Handler = Callable[[int, FrameType | None], object] | signal.Handlers

_ABRUPT = frozenset({signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)})
"""What ends a process of Python's at once, unless it is asked for otherwise."""

_told = []  # type: list[int]


def end_with_care() -> None:
    """Let a signal that would end pip at once end it as Ctrl-C does, so that it can clean up."""
    _hand_over(signal.SIG_DFL, _leave)


def end_at_once() -> None:
    """Let it end pip at once again; one that has come ends it now."""
    _hand_over(_leave, signal.SIG_DFL)
    for number in _told:
        os.kill(os.getpid(), number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back what would end pip until this is done."""
    heard = []  # type: list[int]
    if not _is_main():
        yield
        return
    before = {
        number: signal.signal(number, lambda got, _: heard.append(got))
        for number in {signal.SIGINT, *_ABRUPT}
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            # None: one that is not Python's own, and cannot be put back.
            signal.signal(number, handler or signal.SIG_DFL)
    for number in heard[:1]:
        os.kill(os.getpid(), number)


def _hand_over(expected: _Handler, handler: _Handler) -> None:
    if not _is_main():
        return
    for number in _ABRUPT:
        if signal.getsignal(number) == expected:
            signal.signal(number, handler)


def _leave(number: int, _: object) -> NoReturn:
    # What pip takes for a failure of its own it tells with a traceback; not this.
    _told.append(number)
    raise KeyboardInterrupt


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
