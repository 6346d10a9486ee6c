"""The pins that a person wrote into the project that pip is to install from its folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from vetgate.errors import ManifestError
from vetgate.installer.meeting import Root
from vetgate.installer.wanted import is_chosen
from vetgate.manifests import pyproject
from vetgate.model.dependency import Dependency, FromPath

_FILE = "pyproject.toml"
_MOST = 1 << 20
"""Bytes that are read of it."""


def own_pins(
    wanted: Iterable[tuple[Root, Dependency]], folder: str, project: str
) -> Iterator[Dependency]:
    """Yield the pins of each folder of the project that a person works on.

    That is one that pip runs in, or the top of the project, or one to install as editable. Any
    other folder may be a package that was unpacked there: its pins are its own.
    """
    here = {os.path.realpath(folder), os.path.realpath(project)}
    for root, one in wanted:
        if not (isinstance(one.origin, FromPath) and one.origin.inside and is_chosen(one)):
            continue
        path = os.path.realpath(os.path.join(project, one.origin.path))
        if root.editable or path in here:
            yield from _pins_in(path, project)


def _pins_in(folder: str, project: str) -> Iterator[Dependency]:
    """Yield what `pyproject.toml` pins by itself, no table of another tool moving it elsewhere."""
    path = os.path.join(folder, _FILE)
    shown = os.path.relpath(path, os.path.realpath(project)).replace(os.sep, "/")
    try:
        with open(path, "rb") as file:
            manifest = pyproject.parse(file.read(_MOST), shown, {})
    except (OSError, ManifestError):
        return  # pip says what is wrong with it, and nothing is pinned
    for one in manifest.dependencies:
        if one.pinned and one.moved_by is None:
            yield one
