"""A person at a real pseudo-terminal, who types or leaves."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

from commands.project import Project
from scratch import Scratch

PATIENCE = 20.0


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A run of vetgate in a pseudo-terminal."""

    def __init__(self, project: Project | Scratch, *arguments: str) -> None:
        self._end, other = pty.openpty()
        self._process = subprocess.Popen(
            (sys.executable, "-m", "vetgate", *arguments),
            cwd=project.folder,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            # A shell's background job ignores Ctrl-C, and would hand that down.
            preexec_fn=_hear_interrupts,  # noqa: PLW1509 - nothing but a signal's handler
        )
        os.close(other)
        self.screen = ""

    def until(self, words: str) -> Terminal:
        """Read until the screen shows some words."""
        end = time.monotonic() + PATIENCE
        while words not in self.screen:
            more = self._read()
            assert more, self.screen
            assert time.monotonic() < end, self.screen
            self.screen += more
        return self

    def type(self, keys: bytes) -> Terminal:
        """Type some keys."""
        os.write(self._end, keys)
        return self

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        self._process.send_signal(signal.SIGINT)

    def leave(self) -> int:
        """Close the terminal in the middle, and return the exit code."""
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
            return os.read(self._end, 4096).decode().replace("\r\n", "\n")
        except OSError:  # Linux's way to say that nobody is at the other end any more
            return ""
