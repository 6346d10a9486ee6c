"""The one way to edit a requirement in a manifest: spliced by format, read back by the parser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from vetgate.errors import ManifestError, UsageError
from vetgate.manifests.formats import is_toml, parse
from vetgate.model.dependency import Dependency, FromIndex, FromOption, NormalizedName
from vetgate.model.manifest import Manifest
from vetgate.model.record import Record
from vetgate.pinning import pyproject, requirements
from vetgate.pinning.outcome import is_pinned, is_renamed, removed_from
from vetgate.pinning.place import UnsafeError


class Pin(Record):
    """Let a requirement name one version, in requirements files with the hashes of its files."""

    version: str
    hashes: tuple[str, ...] = ()


class Name(Record):
    """Let a requirement name another package, and keep all else of it."""

    name: NormalizedName


class Gone(Record):
    """Take a requirement out, with the lines that hold nothing else."""


Edit: TypeAlias = "Pin | Name | Gone"


class Edited(Record):
    """A manifest after an edit."""

    content: bytes
    gone: frozenset[int] = frozenset()
    """Which of its former dependencies it no longer has."""


def edited(
    content: bytes, path: str, environment: Mapping[str, str], index: int, edit: Edit
) -> Edited:
    """Return a manifest with one of its dependencies edited, counted as the parser yields them.

    What the parser reads from it afterwards is what it read before, but for that one requirement.
    Raises `UsageError`, with the place, for what cannot be edited safely; `ManifestError` for a
    file that cannot be read.
    """
    before = parse(content, path, environment)
    dependency = before.dependencies[index]
    words = _WORDS[type(edit)]
    why, hint = f"{words.impossible} without changing what else is read", ""
    try:
        for outcome in _outcomes(content, dependency, edit):
            try:
                after = parse(outcome, path, environment)
            except ManifestError:
                continue
            gone = _gone(before, after, index, edit)
            if gone is not None:
                return Edited(outcome, gone)
    except UnsafeError as unsafe:
        why, hint = unsafe.why, unsafe.hint
    raise UsageError(
        f"cannot be {words.done} safely: {why}",
        path=path,
        line=dependency.location.line,
        hint=hint or f"{words.do} by hand; nothing was written",
    )


class _Words(Record):
    done: str
    do: str
    impossible: str


_WORDS = {
    Pin: _Words("pinned", "write the pin", "no version can be put in"),
    Name: _Words("renamed", "write the name", "no other name can be put in"),
    Gone: _Words("removed", "take it out", "it cannot be taken out"),
}


def _gone(before: Manifest, after: Manifest, index: int, edit: Edit) -> frozenset[int] | None:
    """Return which dependencies are gone; None if what is read is not what it should be."""
    if isinstance(edit, Gone):
        return removed_from(before, after, index)
    if isinstance(edit, Name):
        right = is_renamed(before, after, index, edit.name)
    else:
        right = is_pinned(before, after, index, edit.version, edit.hashes)
    return frozenset() if right else None


def _outcomes(content: bytes, dependency: Dependency, edit: Edit) -> Iterator[bytes]:
    toml = is_toml(dependency.location.file)
    if isinstance(edit, Gone):
        if isinstance(dependency.origin, FromOption):
            raise UnsafeError("it is an option, and says where others come from")
        if toml:
            yield from pyproject.removals(content, dependency)
        else:
            yield requirements.removed(content, dependency.location)
        return
    name, location = dependency.name, dependency.location
    if name is None or not isinstance(dependency.origin, FromIndex):
        return
    if isinstance(edit, Name):
        if dependency.hashes:
            raise UnsafeError("it has hashes, and they are those of the other package")
        if toml:
            yield from pyproject.renames(content, dependency, edit.name)
        else:
            yield requirements.renamed(content, location, name, edit.name)
        return
    if dependency.hashes:
        raise UnsafeError(
            "it has hashes, and of which release is not told",
            hint="take them out, and let --hashes write those of the pin",
        )
    if toml:
        yield from pyproject.pins(content, dependency, edit.version)
    else:
        yield requirements.pinned(content, location, name, edit.version, edit.hashes)
