"""A line on a terminal that tells what is waited for, and erases itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TextIO

from vetgate.render.visible import counted, visible

PATIENCE = 1.0
"""Seconds that pass in silence."""

BEAT = 1.0
"""Seconds between two looks at the clock."""

_CELLS = 20


def asking(index: str, services: int, packages: int) -> str:
    """Word what is waited for: `asking index.example and 2 services about 12 packages`."""
    others = f" and {counted(services, 'service', 'services')}" if services else ""
    return f"asking {index}{others} about {counted(packages, 'package', 'packages')}"


def bar(doing: str, done: int, whole: int) -> str:
    """Word how far a download is: `fetching the snapshot [#####-----] 4.5 of 9.0 MB`."""
    full = min(done * _CELLS // max(whole, 1), _CELLS)
    drawn = "#" * full + "-" * (_CELLS - full)
    return f"{doing} [{drawn}] {done / 1e6:.1f} of {whole / 1e6:.1f} MB"


class Progress:
    """Shows a line while its block runs, if that takes long and `stream` is a terminal.

    The line never outlives the block, whether that ends, raises or is interrupted. A stream that
    cannot be written to ends the showing and nothing else: progress is talk, not the answer.
    """

    def __init__(
        self,
        stream: TextIO,
        doing: str | Callable[[], str],
        *,
        width: int,
        patience: float = PATIENCE,
        beat: float = BEAT,
    ) -> None:
        """Show `doing`, or what it says each time; raises nothing."""
        self._stream = stream
        self._doing = doing if callable(doing) else lambda: doing
        self._room = max(width - 1, 1)  # a full line would wrap, and then not erase
        self._patience, self._beat = patience, beat
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        if not self._stream.isatty():
            return
        # A daemon: a second interrupt while joining must not keep the process alive.
        thread = threading.Thread(target=self._show, name="progress", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads: then no progress either
            return
        self._thread = thread

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        began = time.monotonic()
        pause, shown = self._patience, 0
        try:
            while not self._over.wait(pause):
                pause = self._beat
                line = self._line(time.monotonic() - began)
                self._write("\r" + line.ljust(shown))
                shown = max(shown, len(line))
            if shown:
                self._write("\r" + " " * shown + "\r")
        except (OSError, ValueError):  # closed, gone, or cannot encode it
            return

    def _line(self, seconds: float) -> str:
        tail = f"... {seconds:.0f} s"
        doing = visible(self._doing())
        return (doing[: max(self._room - len(tail), 0)] + tail)[: self._room]

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
