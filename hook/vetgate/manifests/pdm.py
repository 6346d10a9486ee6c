"""The only reader of `tool.pdm`: development groups, overrides, plugins and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetgate.manifests import grammar
from vetgate.manifests.entry import (
    folder,
    location,
    option,
    path_origin,
    project_name,
    requirement,
    url_origin,
)
from vetgate.manifests.indexes import Index
from vetgate.manifests.links import unquoted
from vetgate.manifests.requirement import parse_requirement
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    Origin,
    normalize,
)
from vetgate.model.pattern import pattern
from vetgate.model.urls import redacted
from vetgate.tomlmap import Node

_EDITABLE = pattern(r"(?:-e|--editable)(?:\s+|=)(.+)\Z", re.DOTALL)
_EGG = pattern(r"[#&]egg=([A-Za-z0-9._-]+)(?:(\[[^\]]*\]))?")
_ROOT = "file:///${PROJECT_ROOT}"
_SPECIFIER = pattern(r"\s*(?:===|==|~=|!=|<=|>=|<|>)")
_VERSION = pattern(r"[vV]?\d[A-Za-z0-9.+!_-]*\Z")


def dependencies(pdm: Node) -> Iterator[Dependency]:
    """Yield what the tables add and override."""
    for _, group in pdm.entries_of("dev-dependencies"):
        for element in group.elements():
            yield pdm_requirement(element, group.label)
    for element in pdm.elements_of("plugins"):
        yield pdm_requirement(element, element.array_label)
    resolution = pdm.get("resolution")
    if resolution is not None:
        for name, override in resolution.entries_of("overrides"):
            yield _override(project_name(name, override), override)


def indexes(pdm: Node) -> Iterator[Index]:
    """Yield the sources; one without a URL only names what the user's settings declare."""
    for source in pdm.elements_of("source"):
        url, name = source.get("url"), source.get("name")
        if name is not None and not name.text().strip():
            raise name.error(f"{name.label} is empty")
        if url is not None:
            yield Index(option(url, "tool.pdm.source"))
        elif name is None:
            raise source.error(f"{source.label} must have the keys name and url")


def pdm_requirement(node: Node, table: str) -> Dependency:
    """Read a requirement, an editable one (`-e`), or one under `${PROJECT_ROOT}`."""
    editable = _EDITABLE.match(node.text().strip())
    if editable is None:
        return rooted(node, table)
    target = editable[1].strip()
    address = target.partition("#")[0]
    egg = _EGG.search(target)
    if (own := _in_project(address, node)) is not None:
        origin: Origin = own
    elif "://" in address:
        origin = url_origin(address, node)
    else:
        origin = path_origin(address, node)
    return Dependency(
        name=normalize(egg[1]) if egg else None,
        spelled=egg[1] if egg else redacted(address),
        requirement=redacted(node.text().strip()),
        origin=origin,
        location=location(node),
        extras=grammar.extras(egg[2] or None) if egg else (),
        table=table,
    )


def rooted(node: Node, table: str) -> Dependency:
    """Read a requirement that may be `name @ file:///${PROJECT_ROOT}/path`."""
    read = requirement(node, table)
    # Only what the requirement is from counts: a marker or a query may say the same words.
    own = _in_project(read.origin.path, node) if isinstance(read.origin, FromPath) else None
    return read if own is None else read._replace(origin=own)


def _in_project(url: str, node: Node) -> FromPath | None:
    """Return the path that a URL under `${PROJECT_ROOT}` means; None for another URL."""
    before, found, path = url.partition(_ROOT)
    if before or not found or path[:1] not in ("", "/"):
        return None
    return path_origin(unquoted(path).lstrip("/") or ".", node)


def _override(name: str, node: Node) -> Dependency:
    """Read an override: a specifier, a version, or a URL, as PDM tells them apart."""
    written = node.text().strip()
    if "://" in written:
        origin: Origin = url_origin(written, node)
    elif _SPECIFIER.match(written):
        origin = parse_requirement(
            name + written, location=location(node), root=folder(node)
        ).origin
    elif _VERSION.match(written):
        origin = FromIndex(f"=={written}")
    elif written in {"", "*"}:
        origin = FromIndex("")
    else:
        raise node.error(f"not a version, a specifier or a URL: {redacted(written)!r}")
    return Dependency(
        name=normalize(name),
        spelled=name,
        requirement=f"{name} {redacted(written)}".rstrip(),
        origin=origin,
        location=location(node),
        table="tool.pdm.resolution.overrides",
        constraint=isinstance(origin, FromIndex),
    )
