"""The pins that a person wrote where pip itself does not look for requirements at first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from vetgate.errors import ManifestError
from vetgate.installer.meeting import Root
from vetgate.installer.wanted import is_chosen, is_direct
from vetgate.manifests import pyproject, requirements
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


def build_pins(
    files: Iterable[str], folder: str, environment: Mapping[str, str]
) -> Iterator[Dependency]:
    """Yield the pins in files here that constrain builds; one from the web has none that count.

    `folder` is where pip runs. What such a file includes is left to itself.
    """
    for written in files:
        try:
            with open(os.path.join(folder, written), "rb") as file:
                manifest = requirements.parse(_whole(file.read(_MOST + 1)), written, environment)
        except (OSError, ManifestError):
            continue  # pip says what is wrong with it, and nothing is pinned
        for one in manifest.dependencies:
            if one.pinned and not is_direct(one):
                yield one._replace(constraint=True)


def _whole(content: bytes) -> bytes:
    """Return a content that was not cut off: half a line may pin another version."""
    return content if len(content) <= _MOST else b""


def _pins_in(folder: str, project: str) -> Iterator[Dependency]:
    """Yield what `pyproject.toml` pins by itself, no table of another tool moving it elsewhere."""
    path = os.path.join(folder, _FILE)
    shown = os.path.relpath(path, os.path.realpath(project)).replace(os.sep, "/")
    try:
        with open(path, "rb") as file:
            manifest = pyproject.parse(_whole(file.read(_MOST + 1)), shown, {})
    except (OSError, ManifestError):
        return  # pip says what is wrong with it, and nothing is pinned
    for one in manifest.dependencies:
        if one.pinned and one.moved_by is None:
            yield one
