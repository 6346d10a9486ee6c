"""A project in a real git repository, and a snapshot of made-up facts for it."""

from __future__ import annotations

import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import pytest

import vetgate
from vetgate.cli import main
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed, Release, Removed

_AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
_REPOSITORY = "https://forge.example/evil"
_ROWS = (
    Row(
        normalize("evil"), Listed(), downloads=12, dependents=9, repository=_REPOSITORY,
        urls=(_REPOSITORY,), releases=(Release("1.0", _AS_OF),), advisories=(),
    ),
    Row(normalize("gone"), Removed()),
    Row(normalize("requests"), Listed(), rank=10),
)  # fmt: skip
_FACTS = ("presence", "rank", "downloads", "dependents", "repository", "urls")
_OF_DAYS = ("releases", "advisories")


class Said(NamedTuple):
    """What one run of the command line ended with."""

    code: int
    out: str
    err: str


class Project:
    """A git work tree that the tests run vetgate in."""

    def __init__(self, folder: Path, streams: pytest.CaptureFixture[str]) -> None:
        self.folder, self._streams = folder, streams

    def git(self, *arguments: str) -> None:
        subprocess.run(("git", *arguments), cwd=self.folder, check=True, capture_output=True)

    def stage(self, path: str, text: str) -> None:
        """Write a file and add it to the index."""
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text, encoding="utf-8")
        self.git("add", path)

    def vetgate(self, *arguments: str) -> Said:
        """Run one command in the project's folder."""
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(str(ended.code))
        return Said(code, *self._streams.readouterr())

    @property
    def policy(self) -> str:
        """The content of `vetgate.toml`."""
        return (self.folder / "vetgate.toml").read_bytes().decode()


def make(folder: Path, streams: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> Project:
    """Make an empty project that nobody is asked about beyond the snapshot."""
    work = folder / "work"
    work.mkdir()
    snapshot = folder / "snapshot.sqlite"
    sample = Origin("the tests", _AS_OF)
    # What is only good for days is of the day on which the tests run.
    today = Origin("the tests", datetime.now(timezone.utc))
    origins = {**dict.fromkeys(_FACTS, sample), **dict.fromkeys(_OF_DAYS, today)}
    write(str(snapshot), _ROWS, About(_AS_OF, origins, downloads_floor=50))
    patch.chdir(work)
    # The processes that a test starts run the code that the test runs.
    patch.setenv("PYTHONPATH", str(Path(vetgate.__file__).parents[1]))
    patch.setenv("VETGATE_SNAPSHOT", str(snapshot))
    patch.setenv("VETGATE_OFFLINE", "1")
    patch.setenv("NO_COLOR", "1")
    project = Project(work, streams)
    project.git("init", "-q")
    project.git("config", "user.name", "Dev")
    project.git("config", "user.email", "dev@acme.example")
    return project
