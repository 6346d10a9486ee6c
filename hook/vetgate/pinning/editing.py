"""The one way to write a pin into a manifest: spliced by format, and read back by the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetgate.errors import ManifestError, UsageError
from vetgate.manifests.formats import is_toml, parse
from vetgate.model.dependency import Dependency, FromIndex, Location
from vetgate.model.manifest import Manifest
from vetgate.pinning import pyproject, requirements


def with_pin(
    content: bytes,
    path: str,
    environment: Mapping[str, str],
    index: int,
    version: str,
    hashes: tuple[str, ...] = (),
) -> bytes:
    """Return a manifest with one of its dependencies pinned, counted as the parser yields them.

    What the parser reads from it afterwards is what it read before, but for that one requirement.
    Raises `UsageError`, with the place, for what cannot be rewritten safely; `ManifestError` for a
    file that cannot be read.
    """
    before = parse(content, path, environment)
    dependency = before.dependencies[index]
    for edited in _edits(content, dependency, version, hashes):
        try:
            after = parse(edited, path, environment)
        except ManifestError:
            continue
        if _is_pinned(before, after, index, version, hashes):
            return edited
    raise UsageError(
        "cannot be pinned safely: no version can be put in without changing what else is read",
        path=path,
        line=dependency.location.line,
        hint="write the pin by hand; nothing was written",
    )


def _edits(
    content: bytes, dependency: Dependency, version: str, hashes: tuple[str, ...]
) -> Iterator[bytes]:
    name, location = dependency.name, dependency.location
    if name is None or not isinstance(dependency.origin, FromIndex):
        return
    if dependency.hashes:
        raise UsageError(
            "cannot be pinned safely: it has hashes, and of which release is not told",
            path=location.file,
            line=location.line,
            hint="take them out, and let --hashes write those of the pin",
        )
    if is_toml(location.file):
        yield from pyproject.pins(content, dependency, version)
    else:
        yield requirements.pinned(content, location, name, version, hashes)


def _is_pinned(
    before: Manifest, after: Manifest, index: int, version: str, hashes: tuple[str, ...]
) -> bool:
    """Whether the one dependency is pinned, and nothing else is read otherwise.

    One string may stand for several dependencies (uv and Poetry can have a source for each
    platform): they are pinned together.
    """
    target = before.dependencies[index]
    # Each hash has a line of its own, which moves what stands below.
    by, line = len(hashes), target.location.line
    if len(before.dependencies) != len(after.dependencies):
        return False
    moved = tuple(
        one._replace(line=one.line + by) if one.line > line else one for one in before.includes
    )
    if moved != after.includes or before.format != after.format:
        return False
    for at, (old, new) in enumerate(zip(before.dependencies, after.dependencies, strict=True)):
        wanted = _moved(old, line, by)
        if _same_place(old, target) and (at == index or new != wanted):
            if not _equals_pin(wanted, new, version, hashes):
                return False
        elif new != wanted:
            return False
    return True


def _moved(old: Dependency, line: int, by: int) -> Dependency:
    location = old.location
    if not by or location.line <= line:
        return old
    return old._replace(location=Location(location.file, location.line + by))


def _same_place(one: Dependency, other: Dependency) -> bool:
    return (one.name, one.location, one.table) == (other.name, other.location, other.table)


def _equals_pin(old: Dependency, new: Dependency, version: str, hashes: tuple[str, ...]) -> bool:
    if not isinstance(old.origin, FromIndex) or not new.pinned:
        return False
    origin = old.origin._replace(specifier=f"=={version}")
    return new == old._replace(
        origin=origin, requirement=new.requirement, hashes=tuple(sorted(hashes))
    )
