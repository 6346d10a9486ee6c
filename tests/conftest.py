"""What every test gets: a scrubbed environment and a small Hypothesis profile."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scratch import Scratch, environment, new_repository, write_snapshot

settings.register_profile(
    "short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("short"), max_examples=15)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

# A shell's background job ignores Ctrl-C, and every process that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_SCRUBBED = ("GIT_", "PIP_", "VETGATE_", "PRE_COMMIT_", "NETRC", "XDG_", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def scrubbed(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take the machine out of the environment; HOME becomes an empty folder."""
    for name in list(os.environ):
        if name.startswith(_SCRUBBED) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("VETGATE_CACHE_DIR", str(home / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    return home


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small snapshot of facts, see `scratch.ROWS`."""
    return write_snapshot(tmp_path_factory.mktemp("snapshot") / "facts.sqlite")


@pytest.fixture
def outside(scrubbed: Path, tmp_path: Path, snapshot: Path) -> Scratch:
    """Return a folder that is in no repository."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return Scratch(folder, {**environment(snapshot), "HOME": str(scrubbed)})


@pytest.fixture
def fresh(tmp_path: Path, outside: Scratch) -> Scratch:
    """Return a repository before its first commit."""
    return new_repository(tmp_path / "repository", outside.environment)


@pytest.fixture
def project(fresh: Scratch) -> Scratch:
    """Return a repository whose one commit has a requirements file with a popular name."""
    fresh.write("requirements.txt", "flask\n")
    fresh.commit("begin")
    return fresh
