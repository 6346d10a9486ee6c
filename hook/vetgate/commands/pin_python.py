"""Which Pythons a project wants to run on, for a manifest of it."""

from __future__ import annotations

import posixpath

from vetgate.errors import ManifestError
from vetgate.manifests.poetry_constraint import specifier
from vetgate.model.manifest import State
from vetgate.tomlmap import Node, load

_FILE = "pyproject.toml"


def python_of(state: State, manifest: str) -> str | None:
    """Return the nearest `requires-python` (or Poetry's own) from a manifest's folder upwards.

    None where no project file says one. Raises `ManifestError` for one that says it wrongly: then
    what fits it cannot be told.
    """
    folder = posixpath.dirname(manifest)
    while True:
        path = posixpath.join(folder, _FILE)
        try:
            content = state.read(path)
        except FileNotFoundError:
            content = b""
        found = _said(content, path) if content else None
        if found is not None or not folder:
            return found
        folder = posixpath.dirname(folder)


def _said(content: bytes, path: str) -> str | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    root = Node.root(load(content, path, ManifestError))
    node = root.reach("project", "requires-python")
    if node is not None:
        said = node.text()
    else:
        node = root.reach("tool", "poetry", "dependencies", "python")
        if node is None or not node.is_text():
            return None
        try:
            said = specifier(node.text())
        except ValueError:
            raise node.error(f"not a version constraint of Poetry: {node.text()!r}") from None
    try:
        return str(SpecifierSet(said)) or None
    except InvalidSpecifier:
        raise node.error(f"{node.label} is not a specifier: {said!r}") from None
