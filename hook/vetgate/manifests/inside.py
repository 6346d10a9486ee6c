"""The only judge of whether a path that a manifest names is a part of the state that is judged.

A parser sees the path as it is written; what stands there may be a submodule, a link that leads
out, or nothing that anybody reviews.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from vetgate.errors import ManifestError
from vetgate.manifests.place import WORKSPACE
from vetgate.model.dependency import Dependency, FromPath
from vetgate.model.manifest import State
from vetgate.model.pattern import pattern

_HATCH = pattern(r"\{root((?::parent)*):uri\}")
_FILE = pattern(r"file:", re.IGNORECASE)


def seen(dependency: Dependency, state: State) -> Dependency:
    """Return the dependency; one from a path in the project as outside, if the state lacks that."""
    origin = dependency.origin
    if not isinstance(origin, FromPath) or not origin.inside:
        return dependency
    named = list(targets(dependency))
    if not named or _are_there(named, state):
        return dependency
    return dependency._replace(origin=origin._replace(inside=False))


def targets(dependency: Dependency) -> Iterator[str]:
    """Yield the paths in the project that a path inside it may mean.

    A path in a TOML manifest starts at the manifest's folder, in a requirements file at the folder
    that pip is run in: that is hardly another than the file's own or one above it. Nothing for
    these folders themselves, which are there if the manifest is.
    """
    origin = dependency.origin
    if not isinstance(origin, FromPath) or not origin.inside or origin.path == WORKSPACE:
        return
    path = _meant(origin.path)
    if posixpath.normpath(path) == ".":
        return
    file = dependency.location.file
    folder = posixpath.dirname(file)
    yield posixpath.join(folder, path)
    if dependency.table is not None or file.startswith(("/", "../")):
        return
    while folder:
        folder = posixpath.dirname(folder)
        above = posixpath.join(folder, path)
        if not posixpath.normpath(above).startswith("../"):
            yield above


def _meant(path: str) -> str:
    """Return the path, from the manifest's folder, that the `path` of an origin means."""
    from vetgate.manifests.links import unquoted

    if (rooted := _HATCH.match(path)) is not None:
        up = "/.." * rooted[1].count(":parent")
        return f".{up}{unquoted(path[rooted.end() :])}"
    if _FILE.match(path):
        return unquoted(path[len("file:") :])
    return path.replace("\\", "/")


def _are_there(named: list[str], state: State) -> bool:
    """Tell whether one of the paths is there, and none leads out."""
    try:
        # All of them are looked at.
        return True in [_is_there(path, state) for path in named]
    except ManifestError:
        return False


def _is_there(path: str, state: State) -> bool:
    try:
        real = state.locate(path)
        if real == state.locate(posixpath.normpath(path)):
            return True
    except FileNotFoundError:
        return False
    # pip takes a `..` off before it looks.
    raise ManifestError("has a `..` behind a symbolic link", path=path)
