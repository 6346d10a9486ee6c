"""A line on a terminal that tells what is waited for, and erases itself."""

from __future__ import annotations

import threading
import time
from typing import TextIO

from vetgate.render.visible import counted, visible

PATIENCE = 1.0
"""Seconds that pass in silence."""

BEAT = 1.0
"""Seconds between two looks at the clock."""


def asking(index: str, services: int, packages: int) -> str:
    """Word what is waited for: `asking index.example and 2 services about 12 packages`."""
    others = f" and {counted(services, 'service', 'services')}" if services else ""
    return f"asking {index}{others} about {counted(packages, 'package', 'packages')}"


class Progress:
    """Shows a line while its block runs, if that takes long and `stream` is a terminal.

    The line never outlives the block, whether that ends, raises or is interrupted. A stream that
    cannot be written to ends the showing and nothing else: progress is talk, not the answer.
    """

    def __init__(
        self,
        stream: TextIO,
        doing: str,
        *,
        width: int,
        patience: float = PATIENCE,
        beat: float = BEAT,
    ) -> None:
        self._stream, self._doing = stream, visible(doing)
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
        return (self._doing[: max(self._room - len(tail), 0)] + tail)[: self._room]

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
