"""Real git in a temporary folder, for the tests of what reads repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Protocol

from vetgate.git.repository import Comparison, find_repository
from vetgate.manifests.formats import is_manifest
from vetgate.manifests.pathspecs import PATHSPECS
from vetgate.model.manifest import State

_COMMAND = (
    "git",
    *("-c", "user.name=A Developer", "-c", "user.email=dev@acme.example"),
    *("-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"),
    *("-c", "core.autocrlf=false", "-c", "commit.gpgSign=false"),
)


class Git(Protocol):
    """Runs git in one work tree."""

    top: Path

    def __call__(self, *arguments: str, **environment: str) -> str:
        """Run git and return what it printed; fails the test if git fails."""

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file of the work tree, its folders included."""

    def add(self, path: str, content: str | bytes) -> None:
        """Write a file and stage it."""

    def commit(self, message: str = "change", **files: str) -> str:
        """Commit what is staged; return the commit's id."""

    def at(self, folder: Path) -> Git:
        """Return the same for another folder."""


class RealGit:
    """The git of this machine, with nobody's settings."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def __call__(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            (*_COMMAND, *arguments),
            cwd=self.top,
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout)

    def write(self, path: str, content: str | bytes) -> None:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def add(self, path: str, content: str | bytes) -> None:
        self.write(path, content)
        self("add", "--", path)

    def commit(self, message: str = "change", **files: str) -> str:
        for path, content in files.items():
            self.add(path, content)
        self("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self("rev-parse", "HEAD").strip()

    def at(self, folder: Path) -> RealGit:
        return RealGit(folder)


def new_repository(folder: Path, *options: str) -> RealGit:
    """Make an empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    git = RealGit(folder)
    git("init", "--quiet", *options)
    return git


def link(git: Git, path: str, target: str) -> None:
    """Stage a symbolic link."""
    at = git.top / path
    at.parent.mkdir(parents=True, exist_ok=True)
    at.unlink(missing_ok=True)
    at.symlink_to(target)
    git("add", "--", path)


def shown(comparison: Comparison, *paths: str) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Return what the paths hold on both sides; without paths, what changed."""
    return {
        path: (content_of(comparison.before, path), content_of(comparison.after, path))
        for path in paths or sorted(comparison.changed)
    }


def content_of(state: State, path: str) -> bytes | None:
    """Return what a state has under a path, None if nothing."""
    try:
        return state.read(path)
    except FileNotFoundError:
        return None


def staged(git: Git) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Compare the index with HEAD afresh."""
    found = find_repository(str(git.top))
    try:
        return shown(found.staged(PATHSPECS))
    finally:
        found.close()


def names(comparison: Comparison) -> tuple[list[str], list[str]]:
    """Name the manifests on both sides."""
    return (
        [path for path in comparison.before.matching() if is_manifest(path)],
        [path for path in comparison.after.matching() if is_manifest(path)],
    )
