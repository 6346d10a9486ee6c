"""Many edits at once, each a process of its own: none is lost, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands.project import make
from vetgate.policyfile import read

EDITS = 8


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, b"# ours\r\n[rules.unpopular]\r\ndownloads = 5\r\n"])
def test_edits_at_once_lose_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
) -> None:
    folder = make(tmp_path, capsys, monkeypatch).folder
    policy = folder / "vetgate.toml"
    if content is not None:
        policy.write_bytes(content)
    command = (sys.executable, "-m", "vetgate", "allow", "--unlisted", "--reason", "x")
    running = [
        subprocess.Popen((*command, f"p{number}"), cwd=folder, stdout=subprocess.PIPE)
        for number in range(EDITS)
    ]

    for process in running:
        process.communicate()

    assert [process.returncode for process in running] == [0] * EDITS
    after = policy.read_bytes()
    found = read(after, "vetgate.toml", {"unpopular": frozenset({"downloads"})}).allow
    assert sorted(one.name for one in found) == [f"p{number}" for number in range(EDITS)]
    assert after.startswith(content or b"[[allow]]")
    assert sorted(os.listdir(folder)) == [".git", "vetgate.toml"]
