"""The only reader of source tables: where a dependency that is named elsewhere comes from.

uv and Hatch keep these beside the requirements, so that the published metadata stays plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vetgate.manifests.entry import (
    checked_marker,
    from_git,
    from_path,
    from_url,
    joined_markers,
    location,
    one_of,
    project_name,
)
from vetgate.manifests.place import WORKSPACE
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    NormalizedName,
    Origin,
    normalize,
)
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.model.urls import redacted
from vetgate.tomlmap import Node

_INDEX = pattern(r"[A-Za-z0-9._-]+\Z")
_KINDS = ("git", "url", "path", "index", "workspace")
_COMMON = {"marker", "extra", "group"}
_KEYS: Mapping[str, set[str]] = {
    "git": {"git", "rev", "tag", "branch", "subdirectory", "lfs"},
    "url": {"url", "subdirectory"},
    "path": {"path", "editable", "package", "subdirectory"},
    "index": {"index"},
    "workspace": {"workspace", "editable"},
}


class Source(Record):
    """One origin for the dependencies of one name."""

    spelled: str
    origin: Origin
    node: Node
    table: str
    marker: str | None = None
    only_table: str | None = None
    """The one table whose dependencies it is for; None: all."""

    def alone(self) -> Dependency:
        """Return it as a dependency of its own, for one that no requirement of the file names.

        A workspace's members take the sources of its root.
        """
        return Dependency(
            name=normalize(self.spelled),
            spelled=self.spelled,
            requirement=self.spelled,
            origin=self.origin,
            location=location(self.node),
            marker=self.marker,
            table=self.table,
        )


def read(
    table: Node | None, indexes: Mapping[str, str], *, paths: bool = False
) -> dict[NormalizedName, list[Source]]:
    """Read a table of sources; `indexes` are the URLs of those that the file names.

    `paths`: a plain string is a path (Hatch).

    An index that it does not name keeps its name in place of a URL: a workspace's root or the
    user's own settings may declare it, and no policy will take it for an index that it knows.
    """
    found: dict[NormalizedName, list[Source]] = {}
    for name, node in [] if table is None else table.entries():
        normalized = normalize(project_name(name, node))
        if normalized in found:
            raise node.error(f"duplicate source for {name!r}")
        entries = node.elements() if node.is_array() else iter([node])
        found[normalized] = [
            _source(name, node.label, entry, indexes, paths=paths) for entry in entries
        ]
    return found


def _source(
    name: str, label: str, entry: Node, indexes: Mapping[str, str], *, paths: bool
) -> Source:
    if paths and entry.is_text():
        return Source(name, from_path(entry), entry, label)
    kind, value = one_of(entry, *_KINDS)
    entry.only(_KEYS[kind] | _COMMON)
    return Source(
        name,
        _origin(kind, value, entry, indexes),
        entry,
        label,
        checked_marker(entry.get("marker")),
        _only_table(entry),
    )


def _origin(kind: str, value: Node, entry: Node, indexes: Mapping[str, str]) -> Origin:
    if kind == "git":
        if sum(entry.get(key) is not None for key in ("rev", "tag", "branch")) > 1:
            raise entry.error("more than one of rev, tag and branch")
        return from_git(
            value, rev=entry.get("rev"), tag=entry.get("tag"), branch=entry.get("branch")
        )
    if kind == "url":
        return from_url(value)
    if kind == "path":
        return from_path(value)
    if kind == "index":
        return FromIndex("", only_index=indexes.get(value.text(), _named(value)))
    if not value.flag():
        raise value.error(f"{value.label} must be true")
    return FromPath(WORKSPACE, inside=True)


def _named(index: Node) -> str:
    """Return the name of an index that stands for its URL; it must not look like one."""
    if _INDEX.match(index.text()) is None:
        raise index.error(f"not the name of an index: {redacted(index.text())!r}")
    return index.text()


def _only_table(entry: Node) -> str | None:
    extra, group = entry.get("extra"), entry.get("group")
    if extra is not None and group is not None:
        raise entry.error(f"{entry.label} must have extra or group, not both")
    if extra is not None:
        return f"project.optional-dependencies.{normalize(extra.text())}"
    return None if group is None else f"dependency-groups.{normalize(group.text())}"


def apply(
    dependencies: Iterable[Dependency], sources: Mapping[NormalizedName, list[Source]]
) -> Iterator[Dependency]:
    """Yield the dependencies from where their sources say, and the sources that none asked for.

    A dependency that has sources for some cases only (a marker) also keeps its own origin, for
    the others. One that names a URL itself keeps it, beside its sources; so does one of a standard
    table, which pip and whoever installs the published package take from the index.
    """
    used: set[Source | None] = set()
    for dependency in dependencies:
        named = sources.get(dependency.name, []) if dependency.name is not None else []
        fitting = [source for source in named if _fits(source, dependency)]
        used.update(fitting)
        moved = [_moved(dependency, source) for source in fitting]
        yield from moved
        wholly = [source.table for source in fitting if source.marker is None]
        direct = not isinstance(dependency.origin, FromIndex)
        if dependency in moved or (wholly and not direct and not is_standard(dependency)):
            continue
        yield dependency._replace(moved_by=wholly[0]) if wholly else dependency
    for named in sources.values():
        yield from (source.alone() for source in named if source not in used)


def is_standard(dependency: Dependency) -> bool:
    """Tell whether it stands in a table that is no tool's own (PEP 518, 621, 735)."""
    return not (dependency.table or "").startswith("tool.")


def _fits(source: Source, dependency: Dependency) -> bool:
    if source.only_table is None:
        return True
    head, _, last = (dependency.table or "").rpartition(".")
    return source.only_table == f"{head}.{normalize(last.strip(chr(34)))}"


def _moved(dependency: Dependency, source: Source) -> Dependency:
    origin = source.origin
    if isinstance(origin, FromIndex) and isinstance(dependency.origin, FromIndex):
        origin = dependency.origin._replace(only_index=origin.only_index)
    return dependency._replace(
        origin=origin, marker=joined_markers(dependency.marker, source.marker)
    )
