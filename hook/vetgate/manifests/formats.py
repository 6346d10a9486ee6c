"""Which files are manifests, by name, and which parser reads each."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.manifest import Manifest
from vetgate.model.pattern import pattern

PATTERN = (
    r"(?i)(^|/)(pyproject\.toml"
    r"|[^/]*(requirement|constraint)[^/]*\.(txt|in|pip)"
    r"|(requirements?|constraints?)/([^/]+/)*[^/]+\.(txt|in|pip))$"
)
"""The paths of manifests: also the `files` pattern of the pre-commit hook (a test compares)."""

_MANIFEST = pattern(PATTERN)
_TOML = pattern(r"(?i)\.toml$")
_CONSTRAINTS = pattern(r"(?i)(^|/)[^/]*constraint[^/]*\.(txt|in|pip)$|(^|/)constraints?/")
# The tables that name files, as `[tool.setuptools.dynamic]` does, and the variables that Hatch sets
# and that do (`PIP_CONSTRAINT`); an escape may hide one.
_INCLUDING_TABLES = (b"setuptools", b"requirements_txt", b"_CONSTRAINT", b"\\")
# An option of pip starts with a dash, first on its line or after what `str.splitlines` ends one at
# or `str.strip` takes off: all of those end in one of these bytes. A variable may hold a dash, and
# so may anything in an encoding that is declared, or that has zero bytes or a byte order mark.
_MAY_INCLUDE = pattern(rb"(?:^|[\x00-\x20\x7f-\xff])-|[\x00\\$]|\xfe\xff|\xff\xfe|coding[:=]")


def is_manifest(path: str) -> bool:
    """Whether a path names a manifest by its name alone."""
    return _MANIFEST.search(path) is not None


def holds_manifests(folder: str) -> bool:
    """Whether every list in a folder is a manifest for the name of the folder."""
    return is_manifest(f"{folder}/x.txt")


def only_constrains(path: str) -> bool:
    """Whether a path says by its name that its entries only constrain."""
    return _CONSTRAINTS.search(path) is not None


def is_toml(path: str) -> bool:
    """Whether a path is read as a TOML manifest."""
    return _TOML.search(path) is not None


def format_of(path: str) -> str:
    """Return the word for the format that a path is read in."""
    return "pyproject" if is_toml(path) else "requirements"


def may_include(content: bytes, path: str) -> bool:
    """Whether a manifest may bring in other files; never wrong when it says no."""
    if is_toml(path):
        return any(word in content for word in _INCLUDING_TABLES)
    return _MAY_INCLUDE.search(content) is not None


def parse(content: bytes, path: str, environment: Mapping[str, str]) -> Manifest:
    """Read a manifest by the parser for its name; raises `ManifestError` only.

    A name that says nothing is read as pip would read it: as a requirements file.
    """
    if is_toml(path):
        from vetgate.manifests.pyproject import parse as parse_pyproject

        return parse_pyproject(content, path, environment)
    from vetgate.manifests.requirements import parse as parse_requirements

    return parse_requirements(content, path, environment)
