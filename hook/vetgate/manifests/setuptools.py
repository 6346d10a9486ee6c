"""The only reader of `tool.setuptools.dynamic`: requirements kept in files of their own."""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.manifest import Include
from vetgate.tomlmap import Node


def includes(dynamic: Node) -> Iterator[Include]:
    """Yield the files that `dependencies` and `optional-dependencies` are read from.

    setuptools takes them for plain lists of requirements, without pip's options.
    """
    required = dynamic.get("dependencies")
    if required is not None:
        yield from _files(required)
    for _, extra in dynamic.entries_of("optional-dependencies"):
        yield from _files(extra)


def _files(directive: Node) -> Iterator[Include]:
    directive.only({"file"})
    yield from plain_includes(directive.needed("file"))


def plain_includes(file: Node) -> Iterator[Include]:
    """Yield one file, or those of an array."""
    for node in [file] if file.is_text() else file.elements():
        if not node.text().strip():
            raise node.error(f"{node.label} is an empty path")
        yield Include(node.text(), node.line, plain=True)
