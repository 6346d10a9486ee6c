"""A world for each test: an environment, an index, and vetgate in front of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.packages import sdist, source, wheel
from installer.world import OWN, World, living
from scratch import Scratch


@pytest.fixture
def version() -> str:
    """Return the version of pip in the environment; tests that try several override it."""
    return OWN


@pytest.fixture
def world(tmp_path: Path, outside: Scratch, version: str) -> Iterator[World]:
    """Return a world with a few packages; `rare` is the one that is blocked."""
    with living(tmp_path, outside.environment, version) as made:
        made.shelf.put(
            wheel("fine"),
            sdist("fine-too", source("fine-too")),
            sdist("rare", source("rare")),
            wheel("flask", requires=["rare"]),
        )
        yield made
