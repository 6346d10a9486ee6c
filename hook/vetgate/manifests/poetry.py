"""The only reader of `tool.poetry`: dependencies, groups, plugins and sources.

The tables and their shapes are those of Poetry's own schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetgate.errors import GateError
from vetgate.manifests import poetry_constraint
from vetgate.manifests.entry import (
    checked_marker,
    from_git,
    from_path,
    from_url,
    joined_markers,
    location,
    option,
    project_name,
)
from vetgate.manifests.indexes import Index
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    NormalizedName,
    Origin,
    normalize,
)
from vetgate.model.record import Record
from vetgate.model.urls import redacted
from vetgate.tomlmap import Node

_KEYS = frozenset(
    {
        "version",
        "git",
        "branch",
        "tag",
        "rev",
        "subdirectory",
        "file",
        "path",
        "url",
        "develop",
        "python",
        "platform",
        "markers",
        "allow-prereleases",
        "allows-prereleases",
        "optional",
        "extras",
        "source",
    }
)
_PUBLIC = "pypi"
"""Poetry's name for the public index, in any case; it needs no declaration."""


class Entry(Record):
    """One entry of a table of dependencies."""

    dependency: Dependency
    group: NormalizedName | None
    """The dependency group that it is in; None: the project's own dependencies."""
    bare: bool
    """It says nothing by itself, and only adds to what `project` or a group declares."""


def entries(poetry: Node) -> Iterator[Entry]:
    """Yield the entries of the tables that Poetry installs from."""
    urls = _source_urls(poetry)
    yield from _table(poetry.get("dependencies"), urls, None)
    yield from _table(poetry.get("dev-dependencies"), urls, normalize("dev"))
    for name, group in poetry.entries_of("group"):
        group.only({"dependencies", "optional", "include-groups"})
        yield from _table(group.get("dependencies"), urls, normalize(name))


def others(poetry: Node) -> Iterator[Dependency]:
    """Yield the plugins that Poetry itself is asked to have, and the constraints of builds."""
    urls = _source_urls(poetry)
    for entry in _table(poetry.get("requires-plugins"), urls, None):
        yield entry.dependency
    for _, package in poetry.entries_of("build-constraints"):
        for entry in _table(package, urls, None):
            yield entry.dependency._replace(constraint=True)


def indexes(poetry: Node) -> Iterator[Index]:
    """Yield the sources that have a URL; only the public index can do without."""
    for source in poetry.elements_of("source"):
        name, url, priority = source.needed("name"), source.get("url"), source.get("priority")
        explicit = priority is not None and priority.text().lower() == "explicit"
        if url is not None:
            yield Index(option(url, "tool.poetry.source"), name.text(), explicit)
        elif name.text().lower() != _PUBLIC:
            raise source.error(f"{source.label} must have the key url")


def enriched(dependency: Dependency, added: list[Entry]) -> Iterator[Dependency]:
    """Yield a standard dependency with what Poetry's entries of its name add to it.

    Poetry looks there for the origin, and keeps the version that the standard table asks for. pip
    does not look there: to it, the dependency is what it says itself.
    """
    found: list[Dependency] = []
    for entry in added:
        origin, marker = entry.dependency.origin, entry.dependency.marker
        if isinstance(origin, FromIndex):
            if not isinstance(dependency.origin, FromIndex):
                continue
            origin = dependency.origin._replace(only_index=origin.only_index)
        found.append(
            dependency._replace(origin=origin, marker=joined_markers(dependency.marker, marker))
        )
    yield from found
    if dependency not in found:
        wholly = [one.dependency.table for one in added if one.dependency.marker is None]
        yield dependency._replace(moved_by=wholly[0]) if found and wholly else dependency


def _source_urls(poetry: Node) -> dict[str, str]:
    return {index.name.lower(): index.url for index in indexes(poetry) if index.name is not None}


def _table(
    table: Node | None, urls: Mapping[str, str], group: NormalizedName | None
) -> Iterator[Entry]:
    for name, node in [] if table is None else table.entries():
        if name.lower() == "python":
            continue  # the interpreter, not a package
        label = "" if table is None else table.label
        for entry in node.elements() if node.is_array() else iter([node]):
            yield _entry(project_name(name, node), entry, label, urls, group)


def _entry(
    name: str, node: Node, label: str, urls: Mapping[str, str], group: NormalizedName | None
) -> Entry:
    if not node.is_table():
        if not node.is_text():
            raise node.wrong_type("a version constraint or a table")
        written, origin = node.text(), FromIndex(_specifier(node))
        return Entry(_dependency(name, node, label, written, origin), group, bare=False)
    node.only(_KEYS)
    kind, place = _origin(node, urls)
    extras = node.get("extras")
    dependency = _dependency(name, node, label, kind, place)._replace(
        extras=()
        if extras is None
        else tuple(sorted({normalize(extra.text()) for extra in extras.elements()})),
        marker=_marker(node),
    )
    return Entry(dependency, group, bare=not kind)


def _dependency(name: str, node: Node, label: str, written: str, origin: Origin) -> Dependency:
    return Dependency(
        name=normalize(name),
        spelled=name,
        requirement=f"{name} {redacted(written)}".rstrip(),
        origin=origin,
        location=location(node),
        table=label,
    )


def _origin(node: Node, urls: Mapping[str, str]) -> tuple[str, Origin]:
    """Return what a table says of the origin, as written, and the origin; as Poetry ranks them."""
    git, file, path = node.get("git"), node.get("file"), node.get("path")
    url, version, source = node.get("url"), node.get("version"), node.get("source")
    if git is not None:
        rev, tag, branch = node.get("rev"), node.get("tag"), node.get("branch")
        return git.text(), from_git(git, rev=rev, tag=tag, branch=branch)
    chosen = path if file is None else file
    if chosen is not None:
        return chosen.text(), from_path(chosen)
    if url is not None:
        return url.text(), from_url(url)
    only = None if source is None else _only_index(source, urls)
    if version is None:
        return "", FromIndex("", only)
    return version.text(), FromIndex(_specifier(version), only)


def _only_index(source: Node, urls: Mapping[str, str]) -> str | None:
    name = source.text().lower()
    if name in urls:
        return urls[name]
    if name == _PUBLIC:
        return None
    raise source.error(f"no tool.poetry.source is named {source.text()!r}")


def _specifier(node: Node) -> str:
    try:
        return poetry_constraint.specifier(node.text())
    except ValueError:
        raise _not_understood(node) from None


def _not_understood(node: Node) -> GateError:
    return node.error(f"not a version constraint of Poetry: {redacted(node.text())!r}")


def _marker(node: Node) -> str | None:
    """Write the three keys that limit where a dependency is wanted as one marker (PEP 508)."""
    python, platform = node.get("python"), node.get("platform")
    said = [checked_marker(node.get("markers"))]
    if python is not None:
        said.append(_python_marker(python))
    if platform is not None:
        # `linux || win32`: generic constraints, equal to by default.
        names = [name.strip() for name in platform.text().split("||")]
        said.append(
            " or ".join(
                f"sys_platform != '{name[2:].strip()}'"
                if name.startswith("!=")
                else f"sys_platform == '{name.lstrip('= ')}'"
                for name in names
            )
        )
    return joined_markers(*said)


def _python_marker(python: Node) -> str | None:
    try:
        branches = poetry_constraint.alternatives(python.text())
    except ValueError:
        raise _not_understood(python) from None
    if "" in branches:
        return None
    return " or ".join(" and ".join(map(_clause, branch.split(","))) for branch in branches)


def _clause(clause: str) -> str:
    version = clause.lstrip("<>=!")
    operator = clause.removesuffix(version)
    variable = "python_full_version" if version.count(".") > 1 else "python_version"
    return f"{variable} {operator} '{version}'"
