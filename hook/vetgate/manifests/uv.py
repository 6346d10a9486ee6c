"""The only reader of `tool.uv`: constraints, overrides, metadata, indexes and trusted hosts.

The tables and their shapes are those of uv's settings reference; what a newer uv may add there
under other names is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.manifests.entry import option, requirement, requirements
from vetgate.manifests.indexes import Index
from vetgate.model.dependency import Dependency, FromIndex
from vetgate.tomlmap import Node


def dependencies(uv: Node) -> Iterator[Dependency]:
    """Yield what the tables add, constrain and override."""
    yield from requirements(uv.get("dev-dependencies"))
    yield from requirements(uv.get("constraint-dependencies"), constraint=True)
    yield from _build_constraints(uv)
    yield from _overrides(uv)
    for host in uv.elements_of("allow-insecure-host"):
        yield option(host, host.array_label)
    for settings in (uv, uv.get("pip")):
        if settings is not None:
            yield from _extra_build(settings)
            yield from _metadata(settings)


def _build_constraints(uv: Node) -> Iterator[Dependency]:
    for entry in uv.elements_of("build-constraint-dependencies"):
        if entry.is_text():
            yield requirement(entry, entry.array_label, constraint=True)
            continue
        entry.only({"requirement", "hashes"})
        read = requirement(entry.needed("requirement"), entry.array_label, constraint=True)
        hashes = sorted(node.text() for node in entry.needed("hashes").elements())
        yield read._replace(hashes=tuple(hashes))


def _overrides(uv: Node) -> Iterator[Dependency]:
    """Read overrides: requirements, or those of the dependencies of one package.

    An override brings nothing in that nobody asked for, but it may say that what is asked for
    comes from elsewhere: that is more than a constraint.
    """
    for entry in uv.elements_of("override-dependencies"):
        if entry.is_text():
            found = [requirement(entry, entry.array_label)]
        else:
            entry.only({"package", "dependencies"})
            entry.needed("package").only({"name", "version"})
            found = list(requirements(entry.needed("dependencies"), entry.array_label))
        for read in found:
            yield read._replace(constraint=isinstance(read.origin, FromIndex))


def _extra_build(settings: Node) -> Iterator[Dependency]:
    for _, package in settings.entries_of("extra-build-dependencies"):
        for entry in package.elements():
            if entry.is_text():
                yield requirement(entry, package.label)
            else:
                entry.only({"requirement", "match-runtime"})
                yield requirement(entry.needed("requirement"), package.label)


def _metadata(settings: Node) -> Iterator[Dependency]:
    """Read what a package is said to require, in place of its own metadata."""
    for entry in settings.elements_of("dependency-metadata"):
        yield from requirements(entry.get("requires-dist"), f"{entry.array_label}.requires-dist")


def indexes(uv: Node) -> Iterator[Index]:
    """Yield the indexes and link pages, in the order of the tables."""
    for entry in uv.elements_of("index"):
        name, explicit = entry.get("name"), entry.get("explicit")
        yield Index(
            option(entry.needed("url"), entry.array_label),
            None if name is None else name.text(),
            explicit is not None and explicit.flag(),
        )
    for settings in (uv, uv.get("pip")):
        if settings is None:
            continue
        url = settings.get("index-url")
        if url is not None:
            yield Index(option(url, url.label))
        for key in ("extra-index-url", "find-links"):
            for element in settings.elements_of(key):
                yield Index(option(element, element.array_label))
