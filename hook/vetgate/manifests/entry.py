"""The only way from a place in `pyproject.toml` to a dependency: what every table shares."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from vetgate.errors import GateError
from vetgate.manifests import links, markers
from vetgate.manifests.place import WORKSPACE, Place
from vetgate.manifests.requirement import parse_requirement
from vetgate.model.dependency import (
    Dependency,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
)
from vetgate.model.pattern import pattern
from vetgate.model.urls import redacted
from vetgate.tomlmap import Node

_NAME = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_SCP = pattern(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+):(?P<path>[^/\\].*)\Z")
_DRIVE = pattern(r"[A-Za-z]:[\\/]")


def location(node: Node) -> Location:
    """Return where a value stands."""
    return Location(node.path, node.line)


def project_name(name: str, node: Node) -> str:
    """Return the name as written, if it can be that of a project (PEP 508)."""
    if _NAME.match(name) is None:
        raise node.error(f"not a project name: {name!r}")
    return name


def folder(node: Node) -> str:
    """Return the folder of the manifest in the project; empty for the project's own folder."""
    return posixpath.dirname(node.path)


def _place(node: Node) -> Place:
    return Place(location(node), folder(node))


def requirement(node: Node, table: str, *, constraint: bool = False) -> Dependency:
    """Read the requirement (PEP 508) that stands at a place."""
    return parse_requirement(
        node.text(),
        location=location(node),
        root=folder(node),
        table=table,
        constraint=constraint,
    )


def requirements(
    array: Node | None, table: str | None = None, *, constraint: bool = False
) -> Iterator[Dependency]:
    """Read an array of requirements; nothing where there is none."""
    if array is None:
        return
    label = table or array.label
    for element in array.elements():
        yield requirement(element, label, constraint=constraint)


def option(url: Node, label: str) -> Dependency:
    """Return the option that names an index or a link page."""
    if not url.text().strip():
        raise url.error(f"{url.label} is empty")
    return option_in(url.text(), url, label)


def option_in(url: str, node: Node, label: str) -> Dependency:
    """Return the option that names an index or a link page, where a value holds more than that."""
    shown = redacted(url)
    if links.scheme_of(url):
        links.checked(url.strip(), _place(node))
    return Dependency(
        name=None,
        spelled=label,
        requirement=f"{label} = {shown}",
        origin=FromOption(label, shown),
        location=location(node),
        table=label,
    )


def from_path(node: Node) -> FromPath:
    """Return the origin that a path means, seen from the folder of the manifest."""
    return path_origin(node.text(), node)


def path_origin(path: str, node: Node) -> FromPath:
    """Return the origin that a path means, seen from the folder of the manifest.

    The path is judged as written: what stands there is for `inside` to see.
    """
    if not path.strip():
        raise node.error(f"{node.label} is an empty path")
    # A URL is no path, and what it names is not in the project's folders as they are written.
    url = "://" in path or path.lower().startswith("file:") or path == WORKSPACE
    inside = not url and _place(node).holds(path)
    return FromPath(redacted(path), inside)


def from_url(node: Node) -> FromUrl | FromVcs | FromPath:
    """Return the origin that a URL means; a `file:` URL is a path."""
    return url_origin(node.text().strip(), node)


def url_origin(url: str, node: Node) -> FromUrl | FromVcs | FromPath:
    """Return the origin that a URL means; a `file:` URL is a path."""
    # Any name will do: requirements are where URLs are read.
    found = parse_requirement(f"name @ {url}", location=location(node), root=folder(node))
    if not isinstance(found.origin, FromUrl | FromVcs | FromPath):
        raise node.error(f"not a URL: {redacted(url)!r}")
    return found.origin


def from_git(node: Node, *, rev: Node | None, tag: Node | None, branch: Node | None) -> FromVcs:
    """Return the origin that a git address and a reference mean.

    A branch or a tag can be moved, so one that is named like a commit is written in full
    (`refs/heads/...`), and is not taken for a pin.
    """
    url = node.text().strip()
    if not url:
        raise node.error(f"{node.label} is an empty address")
    scp = _SCP.match(url) if "://" not in url else None
    if scp is not None and not _DRIVE.match(url):
        user = f"{scp['user']}@" if scp["user"] else ""
        url = f"ssh://{user}{scp['host']}/{scp['path']}"
    if not url.startswith("git+"):
        url = f"git+{url}" if "://" in url else f"git+file://{url}"
    links.checked(url, _place(node))
    return FromVcs(redacted(url), _reference(rev=rev, tag=tag, branch=branch))


def _reference(*, rev: Node | None, tag: Node | None, branch: Node | None) -> str | None:
    for kind, node in (("heads", branch), ("tags", tag)):
        if node is not None:
            name = node.text()
            return f"refs/{kind}/{name}" if _like_a_commit(name) else name
    return None if rev is None else rev.text()


def _like_a_commit(name: str) -> bool:
    return len(name) in {40, 64} and all(sign in "0123456789abcdefABCDEF" for sign in name)


def checked_marker(node: Node | None) -> str | None:
    """Return the environment marker at a place, if there is one."""
    if node is None:
        return None
    problem = markers.why_not(node.text())
    if problem is not None:
        raise node.error(f"not a marker: {problem}")
    return node.text()


def joined_markers(*parts: str | None) -> str | None:
    """Return the marker that holds where all of them hold."""
    said = [marker for marker in parts if marker]
    if len(said) < 2:  # noqa: PLR2004 (one needs no joining)
        return said[0] if said else None
    return " and ".join(f"({marker})" if " or " in marker else marker for marker in said)


def one_of(node: Node, *keys: str) -> tuple[str, Node]:
    """Return the one key of several that a table has; none, or two, is an error."""
    found = [(key, value) for key in keys if (value := node.get(key)) is not None]
    if len(found) != 1:
        raise _not_one(node, keys)
    return found[0]


def _not_one(node: Node, keys: tuple[str, ...]) -> GateError:
    return node.error(f"{node.label} must have one of: {', '.join(keys)}")
