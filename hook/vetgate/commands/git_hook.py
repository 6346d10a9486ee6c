"""`vetgate init --git-hook`: plain git hooks, for use without the pre-commit framework."""

from __future__ import annotations

import os
import shlex
import sys

from vetgate.commands.answer import Answer
from vetgate.errors import UsageError
from vetgate.git.repository import find_repository

HOOKS = ("pre-commit", "pre-merge-commit")
_MARK = "# written by `vetgate init --git-hook`"
# Not `-m vetgate`: that would import from the folder that git starts hooks in, and so run the code
# of the project that is judged wherever a module of it has the name of one of ours.
_PROGRAM = (
    "import sys; sys.path = [each for each in sys.path if each]; "
    "from vetgate.cli import main; sys.exit(main(['check']))"
)


def write_hooks(folder: str) -> Answer:
    """Write the hooks; a hook that somebody else wrote is not touched.

    Raises `UsageError` for such a hook, before anything is written, and where nothing can be.
    """
    repository = find_repository(folder)
    hooks = repository.hooks_folder()
    paths = [os.path.join(hooks, name) for name in HOOKS]
    for path in paths:
        if os.path.lexists(path) and not _is_ours(path):
            raise UsageError(
                "is there already",
                path=os.path.relpath(path, folder),
                hint="add this line to it: vetgate check || exit",
            )
    try:
        os.makedirs(hooks, exist_ok=True)
        for path in paths:
            _write(path)
    except OSError as error:
        raise UsageError(
            f"no hook can be written here: {error.strerror}", path=os.path.relpath(hooks, folder)
        ) from error
    shown = " and ".join(os.path.relpath(path, folder) for path in paths)
    return Answer(f"git now asks vetgate before every commit and merge: {shown}")


def _is_ours(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return _MARK in file.read(500)
    except OSError:
        return False


def _write(path: str) -> None:
    # The interpreter that vetgate is installed for, since git may run in another environment; if it
    # is gone, the shell's error ends the commit.
    command = f"exec {shlex.quote(sys.executable)} -c {shlex.quote(_PROGRAM)}\n"
    beside = f"{path}.new"
    with open(beside, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"#!/bin/sh\n{_MARK}\n{command}")
    os.chmod(beside, 0o755)  # noqa: S103 - git runs only what is executable, as its own samples are
    os.replace(beside, path)
