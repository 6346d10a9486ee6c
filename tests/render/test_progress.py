from __future__ import annotations

import io
import threading
from typing import TextIO

import pytest

from vetgate.render.progress import Progress, asking, bar


class Terminal(io.StringIO):
    """A terminal in memory that tells when something was written to it."""

    def __init__(self, *, tty: bool = True) -> None:
        super().__init__()
        self._tty = tty
        self.touched = threading.Event()

    def isatty(self) -> bool:
        return self._tty

    def write(self, text: str) -> int:
        self.touched.set()
        return super().write(text)

    @property
    def left(self) -> str:
        """What stands on the line in the end, as a terminal would show it."""
        shown: list[str] = []
        column = 0
        for character in self.getvalue():
            if character == "\r":
                column = 0
                continue
            shown[column : column + 1] = [character]
            column += 1
        return "".join(shown).rstrip()


class Gone(Terminal):
    """A terminal that was closed under us."""

    def write(self, text: str) -> int:
        super().write(text)
        raise OSError(text)


def quick(stream: TextIO, doing: str = "asking", *, width: int = 80) -> Progress:
    """Show at once."""
    return Progress(stream, doing, width=width, patience=0, beat=0.001)


def test_a_long_wait_is_told_and_erased() -> None:
    terminal = Terminal()

    with quick(terminal):
        assert terminal.touched.wait(5)

    assert terminal.getvalue().startswith("\rasking... 0 s")
    assert terminal.getvalue().endswith("\r" + " " * len("asking... 0 s") + "\r")
    assert terminal.left == ""


def test_a_short_wait_is_silent() -> None:
    terminal = Terminal()

    with Progress(terminal, "asking", width=80):
        pass

    assert terminal.getvalue() == ""


def test_a_stream_that_is_no_terminal_is_left_alone() -> None:
    stream = Terminal(tty=False)

    with quick(stream):
        assert not stream.touched.wait(0.05)

    assert stream.getvalue() == ""


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_the_line_is_erased_when_the_wait_ends_badly(error: type[BaseException]) -> None:
    terminal = Terminal()

    def wait() -> None:
        with quick(terminal):
            assert terminal.touched.wait(5)
            raise error

    with pytest.raises(error):
        wait()

    assert terminal.left == ""


def test_a_terminal_that_is_gone_ends_the_showing_and_nothing_else() -> None:
    terminal = Gone()

    with quick(terminal):
        assert terminal.touched.wait(5)

    assert terminal.getvalue() == "\rasking... 0 s"


def test_a_narrow_terminal_gets_a_line_that_fits_and_hostile_text_is_written_out() -> None:
    terminal = Terminal()

    with quick(terminal, "asking \x1b[2J" + "x" * 50, width=24):
        assert terminal.touched.wait(5)

    assert terminal.getvalue().split("\r")[1] == r"asking \x1b[2Jxx... 0 s"


@pytest.mark.parametrize(
    ("services", "packages", "words"),
    [
        (2, 12, "asking index.example and 2 services about 12 packages"),
        (1, 1, "asking index.example and 1 service about 1 package"),
        (0, 3, "asking index.example about 3 packages"),
    ],
)
def test_the_line_tells_who_is_asked_about_how_many(
    services: int, packages: int, words: str
) -> None:
    assert asking("index.example", services, packages) == words


@pytest.mark.parametrize(
    ("done", "whole", "line"),
    [
        (0, 9_000_000, "fetching [--------------------] 0.0 of 9.0 MB"),
        (4_500_000, 9_000_000, "fetching [##########----------] 4.5 of 9.0 MB"),
        (9_000_000, 9_000_000, "fetching [####################] 9.0 of 9.0 MB"),
        (99, 9, "fetching [####################] 0.0 of 0.0 MB"),
        (0, 0, "fetching [--------------------] 0.0 of 0.0 MB"),
    ],
)
def test_a_bar_tells_how_far_it_is(done: int, whole: int, line: str) -> None:
    assert bar("fetching", done, whole) == line


def test_what_is_done_is_asked_for_at_each_beat() -> None:
    terminal = Terminal()

    with Progress(terminal, lambda: "half \x1b", width=80, patience=0.0, beat=0.01):
        assert terminal.touched.wait(5)

    assert "half \\x1b... 0 s" in terminal.getvalue()
    assert terminal.left == ""
