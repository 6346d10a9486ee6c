"""The pin to write, in the syntax of the manifest that it is to be written in."""

from __future__ import annotations

import posixpath

from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
)
from vetgate.model.facts import Known, PackageFacts, Release
from vetgate.render.never import assert_never
from vetgate.tomlmap.quoting import quoted as basic

HOLE = "<version>"
"""Stands where no release is known to pin."""


def pin_text(dependency: Dependency, facts: PackageFacts | None) -> str | None:
    """Return the line, string or key to write instead; None where no pin can be written.

    The version is the newest stable, not yanked release that the specifier admits.
    """
    if dependency.locked or dependency.pinned:
        return None
    poetry = (dependency.table or "").startswith("tool.poetry")
    origin = dependency.origin
    pin: str | None
    match origin:
        case FromIndex():
            version = newest(facts, origin.specifier) or HOLE
            pin = _index_pin(dependency, version, poetry=poetry)
        case FromVcs():
            url, fragment, rest = origin.url.partition("#")
            pin = _direct(dependency, f"{url}@<full commit id>{fragment}{rest}", poetry=poetry)
        case FromUrl():
            url = origin.url.partition("#")[0]
            pin = _direct(dependency, f"{url}#sha256=<hash>", poetry=poetry)
        case FromPath() | FromOption():
            pin = None
        case _:
            assert_never(origin)
    return pin


def newest(facts: PackageFacts | None, specifier: str) -> str | None:
    """Return the newest release that a person could pin, None where that is not known.

    Pre-releases only if nothing else is admitted, and a release outside the specifier never.
    """
    if facts is None or not isinstance(facts.releases, Known):
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    def parsed(release: Release) -> Version | None:
        try:
            return Version(release.version)
        except InvalidVersion:
            return None

    offered = [
        version
        for release in facts.releases.value
        if not release.yanked and (version := parsed(release)) is not None
    ]
    try:
        admitted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    fitting = [version for version in offered if admitted.contains(version, prereleases=True)]
    stable = [version for version in fitting if not version.is_prerelease]
    best = max(stable or fitting, default=None)
    return None if best is None else str(best)


def _index_pin(dependency: Dependency, version: str, *, poetry: bool) -> str:
    file, table = dependency.location.file, dependency.table
    if poetry:
        return _keyed(dependency, version)
    if posixpath.basename(file) == "Pipfile" or table == "tool.pdm.resolution.overrides":
        return _keyed(dependency, f"=={version}")
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    marker = f"; {dependency.marker}" if dependency.marker else ""
    return _written(dependency, f"{dependency.spelled}{extras}=={version}{marker}")


def _keyed(dependency: Dependency, version: str) -> str:
    """Write `name = "1.4.2"`, or the inline table that Poetry and Pipenv want for more."""
    value = quoted(version)
    more = ""
    if dependency.extras:
        more += f", extras = [{', '.join(map(quoted, dependency.extras))}]"
    if dependency.marker:
        more += f", markers = {quoted(dependency.marker)}"
    return (
        f"{dependency.spelled} = {{version = {value}{more}}}"
        if more
        else (f"{dependency.spelled} = {value}")
    )


def _direct(dependency: Dependency, url: str, *, poetry: bool) -> str | None:
    if poetry:  # its tables have no place for a hash, and split a repository's address
        return None
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    name = "" if dependency.name is None else f"{dependency.name}{extras} @ "
    marker = f" ; {dependency.marker}" if dependency.marker else ""
    return _written(dependency, f"{name}{url}{marker}")


def _written(dependency: Dependency, requirement: str) -> str:
    toml = dependency.table is not None and dependency.location.file.endswith(".toml")
    return quoted(requirement) if toml else requirement


def quoted(text: str) -> str:
    """Write a TOML string: literal if that saves escapes, else basic."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return basic(text)
