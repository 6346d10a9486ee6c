"""The only reader of `pyproject.toml` as a whole: its tables, and how they act on each other.

Tables of tools that are not known here are not read; in those that are, each value is a
dependency, an include, something understood, or an error with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vetgate.errors import ManifestError
from vetgate.manifests.entry import requirement, requirements
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    NormalizedName,
    normalize,
)
from vetgate.model.manifest import Include, Manifest
from vetgate.model.typed import TYPE_CHECKING
from vetgate.tomlmap import Node, load

# What reads the tables of one tool is imported for a file that has them.
if TYPE_CHECKING:
    from vetgate.manifests.indexes import Index
    from vetgate.manifests.poetry import Entry


def parse(content: bytes, path: str, environment: Mapping[str, str]) -> Manifest:
    """Read a `pyproject.toml`. Raises `ManifestError`.

    No tool expands environment variables in these tables before it reads them, so that
    `environment` is not asked.
    """
    del environment
    root = Node.root(load(content, path, ManifestError))
    tools = {name: root.reach("tool", name) for name in ("uv", "poetry", "pdm", "hatch")}
    places = list(_indexes(tools))
    found = list(_poetry(tools["poetry"], _standard(root, tools)))
    found = list(_uv(tools["uv"], found, places))
    if tools["pdm"] is not None:
        from vetgate.manifests import pdm

        found.extend(pdm.dependencies(tools["pdm"]))
    if tools["hatch"] is not None:
        from vetgate.manifests import hatch

        found.extend(hatch.dependencies(tools["hatch"]))
    metadata = root.reach("tool", "flit", "metadata")
    if metadata is not None:
        from vetgate.manifests import flit

        found.extend(flit.dependencies(metadata))
    found = [*(place.option for place in places), *_with_indexes(found, places)]
    found.sort(key=lambda dependency: dependency.location.line)
    included = sorted(_includes(root, tools["hatch"]), key=lambda include: include.line)
    return Manifest(path, "pyproject", tuple(found), tuple(included))


def _indexes(tools: Mapping[str, Node | None]) -> Iterator[Index]:
    if tools["uv"] is not None:
        from vetgate.manifests import uv

        yield from uv.indexes(tools["uv"])
    if tools["poetry"] is not None:
        from vetgate.manifests import poetry

        yield from poetry.indexes(tools["poetry"])
    if tools["pdm"] is not None:
        from vetgate.manifests import pdm

        yield from pdm.indexes(tools["pdm"])


def _standard(root: Node, tools: Mapping[str, Node | None]) -> Iterator[Dependency]:
    """Yield what the tables that have no tool's name declare."""
    system = root.get("build-system")
    if system is not None:
        yield from requirements(system.get("requires"))
    project = root.get("project")
    if project is not None:
        yield from _project(project)
    declared = root.get("dependency-groups")
    if declared is not None:
        from vetgate.manifests import groups

        yield from groups.dependencies(declared, set(_other_groups(tools)))


def _project(project: Node) -> Iterator[Dependency]:
    """Yield what `project` declares (PEP 621).

    An extra may require the project itself, with other extras: that is the folder at hand.
    """
    for word in project.elements_of("dynamic"):
        word.text()
    name = project.get("name")
    own = None if name is None else normalize(name.text())
    arrays = [project.get("dependencies")]
    arrays.extend(extra for _, extra in project.entries_of("optional-dependencies"))
    for array in arrays:
        for dependency in _rooted(array):
            if dependency.name == own and isinstance(dependency.origin, FromIndex):
                yield dependency._replace(origin=FromPath(".", inside=True))
            else:
                yield dependency


def _rooted(array: Node | None) -> Iterator[Dependency]:
    """Read an array of requirements, some of which may be from PDM's `${PROJECT_ROOT}`."""
    for element in [] if array is None else array.elements():
        if "${PROJECT_ROOT}" in element.text():
            from vetgate.manifests import pdm

            yield pdm.rooted(element, element.array_label)
        else:
            yield requirement(element, element.array_label)


def _other_groups(tools: Mapping[str, Node | None]) -> Iterator[NormalizedName]:
    """Yield the groups that tools keep in tables of their own."""
    for name, key in (("poetry", "group"), ("pdm", "dev-dependencies")):
        table = tools[name]
        if table is not None:
            yield from (normalize(group) for group, _ in table.entries_of(key))
    for name in ("uv", "poetry"):
        table = tools[name]
        if table is not None and table.get("dev-dependencies") is not None:
            yield normalize("dev")


def _poetry(table: Node | None, standard: Iterable[Dependency]) -> Iterator[Dependency]:
    """Yield what Poetry declares, and the standard tables' dependencies as it changes them."""
    if table is None:
        yield from standard
        return
    from vetgate.manifests import poetry

    added: dict[tuple[NormalizedName | None, NormalizedName | None], list[Entry]] = {}
    entries = list(poetry.entries(table))
    for entry in entries:
        added.setdefault((entry.group, entry.dependency.name), []).append(entry)
    used = set()
    for dependency in standard:
        key = _poetry_key(dependency)
        found = added.get(key, []) if key is not None else []
        if found:
            used.add(key)
        yield from poetry.enriched(dependency, found)
    for entry in entries:
        if not entry.bare or (entry.group, entry.dependency.name) not in used:
            yield entry.dependency
    yield from poetry.others(table)


def _uv(table: Node | None, found: list[Dependency], places: list[Index]) -> Iterator[Dependency]:
    """Yield what uv declares, and the standard tables' dependencies as its sources change them."""
    if table is None:
        yield from found
        return
    from vetgate.manifests import sources, uv
    from vetgate.manifests.indexes import urls

    yield from (dependency for dependency in found if not sources.is_standard(dependency))
    shared = [dependency for dependency in found if sources.is_standard(dependency)]
    named = sources.read(table.get("sources"), urls(places))
    yield from sources.apply([*shared, *uv.dependencies(table)], named)


def _poetry_key(
    dependency: Dependency,
) -> tuple[NormalizedName | None, NormalizedName | None] | None:
    """Return under which group and name Poetry adds to a standard dependency."""
    table = dependency.table or ""
    if table.startswith("project."):
        return None, dependency.name
    head, _, group = table.partition(".")
    return (normalize(group.strip('"')), dependency.name) if head == "dependency-groups" else None


def _with_indexes(found: Iterable[Dependency], places: list[Index]) -> Iterator[Dependency]:
    """Yield dependencies that know of the indexes that the file adds for all of them."""
    added = tuple(dict.fromkeys(place.url for place in places if not place.explicit))
    for dependency in found:
        origin = dependency.origin
        if added and isinstance(origin, FromIndex) and origin.only_index is None:
            yield dependency._replace(origin=origin._replace(indexes=added))
        else:
            yield dependency


def _includes(root: Node, hatch_table: Node | None) -> Iterator[Include]:
    dynamic = root.reach("tool", "setuptools", "dynamic")
    if dynamic is not None:
        from vetgate.manifests import setuptools

        yield from setuptools.includes(dynamic)
    if hatch_table is not None:
        from vetgate.manifests import hatch

        yield from hatch.includes(hatch_table)
