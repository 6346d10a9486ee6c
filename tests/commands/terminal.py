"""A person at a real pseudo-terminal, who types or leaves."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

PATIENCE = 20.0


class Place(Protocol):
    """Where a person sits down: a project of any kind."""

    @property
    def folder(self) -> Path: ...


def _sit_down() -> None:
    # A shell's background job ignores Ctrl-C, and would hand that down.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A session's own terminal is what tells it that somebody hung up.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A run of vetgate in a pseudo-terminal."""

    def __init__(
        self,
        project: Place,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        columns: int = 80,
    ) -> None:
        self._end, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._process = subprocess.Popen(
            (sys.executable, "-m", "vetgate", *arguments),
            cwd=project.folder,
            env=environment,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=_sit_down,  # noqa: PLW1509 - a signal's handler and one call of the system
        )
        os.close(other)
        self.screen = ""
        self._read_on = 0

    def until(self, words: str) -> Terminal:
        """Read until the screen shows some words, below those that were waited for before."""
        end = time.monotonic() + PATIENCE
        while words not in self.screen[self._read_on :]:
            more = self._read()
            assert more, self.screen
            assert time.monotonic() < end, self.screen
            self.screen += more
        self._read_on = self.screen.index(words, self._read_on) + len(words)
        return self

    def type(self, keys: bytes) -> Terminal:
        """Type some keys."""
        os.write(self._end, keys)
        return self

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        self._process.send_signal(signal.SIGINT)

    def leave(self) -> int:
        """Close the terminal in the middle, and return the exit code: less 0, the signal."""
        os.close(self._end)
        return self._process.wait(PATIENCE)

    def finish(self) -> int:
        """Read to the end, and return the exit code."""
        while more := self._read():
            self.screen += more
        os.close(self._end)
        return self._process.wait(PATIENCE)

    def _read(self) -> str:
        ready, _, _ = select.select([self._end], [], [], PATIENCE)
        assert ready, f"nothing came: {self.screen}"
        try:
            return os.read(self._end, 4096).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # Linux's way to say that nobody is at the other end any more
            return ""
