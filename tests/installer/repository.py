"""Repositories of packages, made on the spot."""

from __future__ import annotations

import subprocess
from pathlib import Path

from installer.packages import source


def git(folder: Path, *words: str) -> str:
    """Run git in a folder; it must end well."""
    own = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    ran = subprocess.run(("git", *own, *words), cwd=folder, capture_output=True, check=True)
    return ran.stdout.decode().strip()


def commit(folder: Path, name: str, version: str = "1.0", *requires: str) -> str:
    """Commit a package to a repository; return where that is."""
    if not folder.exists():
        folder.mkdir()
        git(folder, "init", "--quiet")
    for path, text in source(name, version, requires=requires).items():
        (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", version)
    return f"git+file://{folder}@{git(folder, 'rev-parse', 'HEAD')}"
