"""The snapshot that `vetgate update` fetched, as the commands that judge open it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from vetgate.commands.asking import snapshot_folder
from vetgate.errors import SnapshotError
from vetgate.facts.snapshot import Snapshot

NAME = "snapshot.sqlite"


def open_installed(environment: Mapping[str, str]) -> Snapshot | None:
    """Open it; None if there is none. Raises `SnapshotError` if it cannot be read or trusted."""
    path = os.path.join(snapshot_folder(environment), NAME)
    hint = f"get another with `vetgate update`, or remove {path} to use the one of vetgate"
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SnapshotError(f"cannot be read: {reason}", path=path, hint=hint) from error
    try:
        return Snapshot.open(path)
    except SnapshotError as error:
        raise SnapshotError(error.problem, path=path, hint=hint) from error
