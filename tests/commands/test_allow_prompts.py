"""The questions that are asked on a terminal: a real one, with a person who types or leaves."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands.project import Project, make

PATIENCE = 20.0
EXPIRED = '[[allow]]\nname = "old"\nreason = "then"\nexpires = 2020-01-01\n'


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


class Terminal:
    """A run of vetgate in a pseudo-terminal."""

    def __init__(self, project: Project, *arguments: str) -> None:
        self._end, other = pty.openpty()
        self._process = subprocess.Popen(
            (sys.executable, "-m", "vetgate", *arguments),
            cwd=project.folder,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
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
        try:
            return os.read(self._end, 4096).decode().replace("\r\n", "\n")
        except OSError:  # Linux's way to say that nobody is at the other end any more
            return ""


def test_a_missing_reason_is_asked_for(project: Project) -> None:
    terminal = Terminal(project, "allow", "evil", "--rule", "unpopular")

    terminal.until("why can evil be trusted? ").type('I "read" it, é\n'.encode())

    assert terminal.finish() == 0
    assert "evil is allowed" in terminal.screen
    assert 'reason = "I \\"read\\" it, é"\n' in project.policy


@pytest.mark.parametrize("keys", [b"\n", b"  \n", b"\x04"])
def test_no_answer_is_no_reason(project: Project, keys: bytes) -> None:
    terminal = Terminal(project, "allow", "evil").until("trusted? ").type(keys)

    assert terminal.finish() == 2
    assert "error: no reason was given, and nothing was written" in terminal.screen
    assert os.listdir(project.folder) == [".git"]


def test_an_interrupt_ends_it_and_nothing_is_written(project: Project) -> None:
    terminal = Terminal(project, "allow", "evil").until("trusted? ")
    terminal._process.send_signal(2)

    assert terminal.finish() == 130
    assert os.listdir(project.folder) == [".git"]


def test_a_terminal_that_closes_leaves_the_policy_as_it_was(project: Project) -> None:
    project.stage("vetgate.toml", EXPIRED)
    terminal = Terminal(project, "allow", "--prune").until("[y/N] ")

    # It cannot be told any more what became of it; that nothing did is what matters.
    assert terminal.leave() != 0
    assert project.policy == EXPIRED


@pytest.mark.parametrize(
    ("keys", "left"), [(b"y\n", ""), (b"YES\n", ""), (b"n\n", EXPIRED), (b"\n", EXPIRED)]
)
def test_nothing_is_pruned_before_somebody_agrees(project: Project, keys: bytes, left: str) -> None:
    project.stage("vetgate.toml", EXPIRED)
    terminal = Terminal(project, "allow", "--prune").until("? [y/N] ")
    shown = terminal.screen
    assert project.policy == EXPIRED

    assert terminal.type(keys).finish() == 0

    assert "remove 1 entry from vetgate.toml" in shown
    assert "then" in shown
    assert ("nothing was removed" in terminal.screen) is bool(left)
    assert project.policy == left


def test_what_changed_while_it_was_shown_is_not_pruned(project: Project) -> None:
    project.stage("vetgate.toml", EXPIRED)
    terminal = Terminal(project, "allow", "--prune").until("[y/N] ")
    project.stage("vetgate.toml", f"# new\n{EXPIRED}")

    assert terminal.type(b"y\n").finish() == 2

    assert "error: vetgate.toml: changed meanwhile" in terminal.screen
    assert project.policy == f"# new\n{EXPIRED}"
