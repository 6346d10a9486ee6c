"""`deps` for a person: what each file declares, as a plain listing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vetgate.model.dependency import Dependency, FromIndex, FromOption
from vetgate.model.manifest import Manifest
from vetgate.render.ordered import resolved
from vetgate.render.visible import counted, visible

WIDEST_NAME = 32
"""Columns that names get; a longer one pushes its requirement to the right."""


def deps_text(files: Sequence[Manifest]) -> str:
    """Return a listing: line, name, requirement as written, and what is special about it."""
    return "\n\n".join("\n".join(_file(manifest)) for manifest in files)


def _file(manifest: Manifest) -> Iterator[str]:
    entries = sorted(manifest.dependencies, key=lambda dependency: dependency.location.line)
    declared = [entry for entry in entries if not isinstance(entry.origin, FromOption)]
    found = counted(len(declared), "dependency", "dependencies")
    yield f"{visible(manifest.path)} ({visible(manifest.format)}): {found}"
    widest = max((len(entry.name or "-") for entry in declared), default=0)
    column = min(widest, WIDEST_NAME)
    table = None
    for entry in declared:
        if entry.table != table:
            table = entry.table
            yield f"  [{visible(table or '')}]"
        name = visible(entry.name or "-").ljust(column)
        line = f"  {entry.location.line:>5}  {name}  {visible(entry.requirement)}"
        yield f"{line}{_special(entry)}".rstrip()
    for entry in entries:
        if isinstance(entry.origin, FromOption):
            place = f"{entry.origin.option} {entry.origin.url}"
            yield f"  {entry.location.line:>5}  looks at {visible(place)}"
    for include in manifest.includes:
        word = "constrained by" if include.constraint else "includes"
        yield f"  {include.line:>5}  {word} {visible(resolved(manifest, include))}"


def _special(entry: Dependency) -> str:
    words = []
    if entry.pinned:
        words.append("pinned")
    if entry.locked:
        words.append("locked")
    if entry.constraint:
        words.append("constraint")
    if entry.hashes:
        words.append(counted(len(entry.hashes), "hash", "hashes"))
    if not isinstance(entry.origin, FromIndex):
        words.append(f"from a {_KINDS[entry.origin.kind]}")
    elif entry.origin.only_index is not None:
        words.append(f"from {visible(entry.origin.only_index)}")
    return f"  ({', '.join(words)})" if words else ""


_KINDS = {"url": "URL", "vcs": "repository", "path": "path", "option": "option"}
