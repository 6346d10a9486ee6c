"""What every test gets: a scrubbed environment and a small Hypothesis profile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "short", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

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
