"""The only editor of the requirements in `pyproject.toml`: one string, in one table of many.

The text is spliced inside the quotes of one string, rather than taken apart and written anew by a
style-preserving library such as tomlkit: a splice cannot alter a byte that it does not touch, and
such a library would be a second parser beside the decoder that the gate judges by. Which string it
is, the parser decides: it reads every outcome (`vetgate.pinning.editing`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.errors import ManifestError
from vetgate.model.dependency import Dependency, normalize
from vetgate.model.pattern import pattern
from vetgate.pinning.place import Splice, UnsafeError, named, splice
from vetgate.tomlmap import Document, load
from vetgate.tomlmap.cuts import Cuts
from vetgate.tomlmap.lines import Path
from vetgate.tomlmap.strings import Written, strings

_OVERRIDES = ("tool", "pdm", "resolution", "overrides")
_APART = (("tool", "uv", "sources"), ("tool", "poetry", "dependencies"))
"""The tables that say of a requirement in another table where it comes from."""

_BARE_VERSION = pattern(r"[vV]?\d")


def pins(content: bytes, dependency: Dependency, version: str) -> Iterator[bytes]:
    """Yield the file with each string pinned that may be the dependency's own.

    Raises `UnsafeError` for one that cannot be pinned without touching more.
    """
    document, text = _opened(content, dependency)
    for one in _strings(text):
        value = _reached(document, one.path)
        if not isinstance(value, str) or not _may_be(document, one.path, dependency):
            continue
        cut = _splice(dependency, one, value, version)
        if cut is None:
            continue
        if one.raw != value:
            raise UnsafeError("it is written with escapes or over several lines")
        edited = Splice(cut.start + one.start, cut.end + one.start, cut.written).into(text)
        yield edited.encode("utf-8")


def removals(content: bytes, dependency: Dependency) -> Iterator[bytes]:
    """Yield the file without each value that may be the dependency's own, the innermost first.

    Then without what tools keep apart for it, too: nothing else may stand in for it then.
    """
    document, text = _opened(content, dependency)
    cuts = _cuts(text)
    found: list[str] = []
    for path in cuts.on_line(dependency.location.line):
        if not _is_about(document, path, dependency):
            continue
        # Poetry takes several constraints of one name, and none is no constraint.
        alone = isinstance(path[-1], int) and _is_named(path[:-1], dependency)
        array = _reached(document, path[:-1]) if alone else None
        whole = path[:-1] if isinstance(array, list) and len(array) == 1 else path
        edited = cuts.without(whole)
        if edited is not None:
            yield edited.encode("utf-8")
            found.append(edited)
    for edited in found:
        yield from _without_sources(edited, document, dependency)


def _without_sources(text: str, document: Document, dependency: Dependency) -> Iterator[bytes]:
    cuts = _cuts(text)
    for table in _APART:
        entries = _reached(document, table)
        for key in entries if isinstance(entries, dict) else ():
            path = (*table, str(key))
            edited = cuts.without(path) if _is_named(path, dependency) else None
            if edited is not None:
                yield edited.encode("utf-8")


def renames(content: bytes, dependency: Dependency, meant: str) -> Iterator[bytes]:
    """Yield the file with another name in each place that may be the dependency's own."""
    document, text = _opened(content, dependency)
    if dependency.name is None:
        return
    for one in _strings(text):
        value = _reached(document, one.path)
        if one.raw != value or document.line(*one.path) != dependency.location.line:
            continue
        span = named(value, dependency.name)
        if span is not None:
            at = Splice(one.start + span[0], one.start + span[1], meant)
            yield at.into(text).encode("utf-8")
    cuts = _cuts(text)
    for path in cuts.on_line(dependency.location.line):
        start = cuts.key(path) if _is_named(path, dependency) else None
        if start is not None:
            key = Splice(start, start + len(str(path[-1])), meant)
            yield key.into(text).encode("utf-8")


def _opened(content: bytes, dependency: Dependency) -> tuple[Document, str]:
    document = load(content, dependency.location.file, ManifestError)
    return document, content.decode("utf-8")


def _strings(text: str) -> tuple[Written, ...]:
    written = strings(text)
    if written is None:
        raise UnsafeError("where its strings stand is not certain")
    return written


def _cuts(text: str) -> Cuts:
    cuts = Cuts.of(text)
    if cuts is None:
        raise UnsafeError("where its values stand is not certain")
    return cuts


def _reached(document: Document, path: Path) -> object:
    value: object = document.data
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return value


def _is_about(document: Document, path: Path, dependency: Dependency) -> bool:
    """Whether a value says something of the dependency and of nothing else."""
    if not isinstance(path[-1], int):
        return _is_named(path, dependency)
    if _is_named(path[:-1], dependency):
        return True
    value = _reached(document, path)
    texts = [value, *value.values()] if isinstance(value, dict) else [value]
    wanted = dependency.name or ""
    return any(isinstance(one, str) and wanted in normalize(one) for one in texts)


def _is_named(path: Path, dependency: Dependency) -> bool:
    return bool(path) and isinstance(path[-1], str) and normalize(path[-1]) == dependency.name


def _may_be(document: Document, path: Path, dependency: Dependency) -> bool:
    """Whether a string stands where the parser says that the dependency does."""
    line = dependency.location.line
    if document.line(*path) == line:
        return True
    return path[-1] == "version" and document.line(*path[:-1]) == line


def _splice(dependency: Dependency, one: Written, value: str, version: str) -> Splice | None:
    """Return what pins a string, None if it is not one of the dependency's name."""
    table = dependency.table or ""
    if not table.startswith("tool.poetry"):
        if one.path[:-1] == _OVERRIDES:
            if one.path[-1] != dependency.spelled:
                return None
            sign = "" if _BARE_VERSION.match(value) else "=="
            return Splice(0, len(value), f"{sign}{version}")
        if dependency.name is None:
            return None
        return splice(value, dependency.name, version)
    keys = one.path[:-1] if one.path[-1] == "version" and _is_entry(one.path) else one.path
    several = isinstance(keys[-1], int)
    name = keys[-2] if several else keys[-1]
    if not isinstance(name, str) or normalize(name) != dependency.name:
        return None
    if several:
        raise UnsafeError("Poetry takes one of several constraints for it")
    if "|" in value:
        raise UnsafeError("it is a union of constraints, of which a pin is but one")
    return Splice(0, len(value), version)


def _is_entry(path: Path) -> bool:
    """Whether a path ends in an entry's own table, and not in a package that is called version."""
    return len(path) > 1 and path[-2] not in ("dependencies", "dev-dependencies")
