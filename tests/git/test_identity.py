"""Who git says is at work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vetgate.git.identity import author_email


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)
    return tmp_path


def configure(folder: Path, key: str, value: str) -> None:
    subprocess.run(("git", "-C", str(folder), "config", key, value), check=True)


def test_nobody_is_guessed_from_the_name_of_the_machine(repository: Path) -> None:
    assert author_email(str(repository)) is None


@pytest.mark.parametrize("name", ["Dev", None])
def test_the_address_that_git_knows_is_told(repository: Path, name: str | None) -> None:
    if name is not None:
        configure(repository, "user.name", name)
    configure(repository, "user.email", "dev@acme.example")

    assert author_email(str(repository)) == "dev@acme.example"


def test_the_author_of_the_next_commit_wins(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(repository, "user.email", "dev@acme.example")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Other")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "other@acme.example")

    assert author_email(str(repository)) == "other@acme.example"


def test_without_git_nobody_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert author_email(str(tmp_path)) is None
