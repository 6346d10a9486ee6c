"""The questions that are asked on a terminal: a real one, with a person who types or leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commands.project import Project, make
from commands.terminal import Terminal

EXPIRED = '[[allow]]\nname = "old"\nreason = "then"\nexpires = 2020-01-01\n'


@pytest.fixture
def project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    return make(tmp_path, capsys, monkeypatch)


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


def test_a_reason_that_is_no_text_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    terminal = Terminal(project, "allow", "evil").until("trusted? ").type(b"\xff\n")

    assert terminal.finish() == 2
    assert "error: --reason: not text in the terminal's own encoding\n" in terminal.screen
    assert os.listdir(project.folder) == [".git"]


def test_an_interrupt_ends_it_and_nothing_is_written(project: Project) -> None:
    terminal = Terminal(project, "allow", "evil").until("trusted? ")
    terminal.interrupt()

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
