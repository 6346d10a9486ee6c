"""The only editor of the requirements in `pyproject.toml`: one string, in one table of many.

The text is spliced inside the quotes of one string, rather than taken apart and written anew by a
style-preserving library such as tomlkit: a splice cannot alter a byte that it does not touch, and
such a library would be a second parser beside the decoder that the gate judges by. Which string it
is, the parser decides: it reads every outcome (`vetgate.pinning.editing`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.errors import ManifestError, UsageError
from vetgate.model.dependency import Dependency, normalize
from vetgate.model.pattern import pattern
from vetgate.pinning.place import Splice, splice
from vetgate.tomlmap import Document, load
from vetgate.tomlmap.lines import Path
from vetgate.tomlmap.strings import Written, strings

_BY_HAND = "write the pin by hand; nothing was written"
_OVERRIDES = ("tool", "pdm", "resolution", "overrides")
_BARE_VERSION = pattern(r"[vV]?\d")


def pins(content: bytes, dependency: Dependency, version: str) -> Iterator[bytes]:
    """Yield the file with each string pinned that may be the dependency's own.

    Raises `UsageError` for one that cannot be pinned without touching more.
    """
    location = dependency.location
    document = load(content, location.file, ManifestError)
    text = content.decode("utf-8")
    written = strings(text)
    if written is None:
        raise _refusal(dependency, "where its strings stand is not certain")
    for one in written:
        value = _reached(document, one.path)
        if value is None or not _may_be(document, one.path, dependency):
            continue
        cut = _splice(dependency, one, value, version)
        if cut is None:
            continue
        if one.raw != value:
            raise _refusal(dependency, "it is written with escapes or over several lines")
        edited = Splice(cut.start + one.start, cut.end + one.start, cut.written).into(text)
        yield edited.encode("utf-8")


def _refusal(dependency: Dependency, why: str) -> UsageError:
    file, line = dependency.location
    return UsageError(f"cannot be pinned safely: {why}", path=file, line=line, hint=_BY_HAND)


def _reached(document: Document, path: Path) -> str | None:
    value: object = document.data
    for key in path:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return value if isinstance(value, str) else None


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
        raise _refusal(dependency, "Poetry takes one of several constraints for it")
    if "|" in value:
        raise _refusal(dependency, "it is a union of constraints, of which a pin is but one")
    return Splice(0, len(value), version)


def _is_entry(path: Path) -> bool:
    """Whether a path ends in an entry's own table, and not in a package that is called version."""
    return len(path) > 1 and path[-2] not in ("dependencies", "dev-dependencies")
