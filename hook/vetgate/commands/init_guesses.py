"""What the guesses at private names go by: the manifests, pip's settings, and the snapshot."""

from __future__ import annotations

import os

from vetgate.commands.asking import Asking
from vetgate.commands.guesses import Guesses, guesses, own_name
from vetgate.commands.judging import open_snapshot
from vetgate.commands.lookups import home_indexes
from vetgate.commands.states import project_root, whole_files
from vetgate.disk import Disk
from vetgate.facts.index_settings import index_settings
from vetgate.manifests.affected import judged_whole

_PROJECT_FILE = "pyproject.toml"


def guess(folder: str, asking: Asking) -> Guesses:
    """Guess for the project in a folder; raises `GateError`. Asks nobody."""
    state = Disk(folder, limit=project_root(folder))
    # What cannot be read has no part in a guess: the baseline is where it is told.
    dependencies, _ = judged_whole(state, whole_files((), folder), asking.environment)
    own = None
    if os.path.isfile(os.path.join(folder, _PROJECT_FILE)):
        own = own_name(state.read(_PROJECT_FILE), _PROJECT_FILE)
    snapshot = open_snapshot(asking.environment)
    try:
        return guesses(
            own,
            dependencies,
            index_settings(asking.environment).extra_urls,
            home_indexes(asking.environment),
            snapshot.ranked(),
        )
    finally:
        snapshot.close()
