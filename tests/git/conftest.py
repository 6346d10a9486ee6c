"""A real repository for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from git_fixture import Git, new_repository
from vetgate.git.repository import Repository, find_repository


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return new_repository(tmp_path / "work")


@pytest.fixture
def repository(git: Git) -> Iterator[Repository]:
    found = find_repository(str(git.top))
    yield found
    found.close()
