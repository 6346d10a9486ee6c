"""The only reader of `tool.flit.metadata`, in which Flit kept requirements before PEP 621."""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.manifests.entry import requirements
from vetgate.model.dependency import Dependency
from vetgate.tomlmap import Node


def dependencies(metadata: Node) -> Iterator[Dependency]:
    """Yield what the project requires, with extras and for development."""
    yield from requirements(metadata.get("requires"))
    yield from requirements(metadata.get("dev-requires"))
    for _, extra in metadata.entries_of("requires-extra"):
        yield from requirements(extra)
