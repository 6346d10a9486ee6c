"""A publication as a command line names it: a URL or a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from vetgate.errors import UsageError
from vetgate.facts.live.address import is_web
from vetgate.updating.local import Folder
from vetgate.updating.place import Place


def named_place(
    named: str,
    environment: Mapping[str, str],
    folder: str,
    *,
    seconds: float,
    note: Callable[[str], None],
) -> Place:
    """Return what is named; raises `UsageError` if it is no folder, and no URL that is asked."""
    if is_web(named):
        from vetgate.facts.index_settings import index_settings
        from vetgate.updating.web import Web

        return Web(named, index_settings(environment), seconds=seconds, note=note)
    if "://" in named:
        raise UsageError(f"neither a web address nor a folder: {named.rpartition('@')[2]}")
    path = os.path.abspath(os.path.join(folder, named))
    if not os.path.isdir(path):
        raise UsageError(f"there is no such folder: {named}")
    return Folder(path)
