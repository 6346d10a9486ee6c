"""Which files are manifests, by name, and which parser reads each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vetgate.model.manifest import Manifest

PATTERN = (
    r"(?i)(^|/)(pyproject\.toml"
    r"|[^/]*(requirement|constraint)[^/]*\.(txt|in|pip)"
    r"|(requirements?|constraints?)/([^/]+/)*[^/]+\.(txt|in|pip))$"
)
"""The paths of manifests: also the `files` pattern of the pre-commit hook (a test compares)."""

PATHSPECS = (
    ":(top,icase)*pyproject.toml",
    ":(top,icase)*.txt",
    ":(top,icase)*.in",
    ":(top,icase)*.pip",
)
"""git's pathspecs for a superset of the paths that `PATTERN` matches."""

_MANIFEST = re.compile(PATTERN)
_TOML = re.compile(r"(?i)\.toml$")
_CONSTRAINTS = re.compile(r"(?i)(^|/)[^/]*constraint[^/]*\.(txt|in|pip)$|(^|/)constraints?/")
# An option of pip starts with a dash, first on its line wherever pip ends one. Other encodings than
# ASCII's children have a zero byte or a byte order mark somewhere.
_MAY_INCLUDE = re.compile(
    rb"(?:^|[\s\x0b\x0c\x1c-\x1e\x85\xa0\xa8\xa9])-|\x00|\xfe\xff|\xff\xfe|\\"
)


def is_manifest(path: str) -> bool:
    """Whether a path names a manifest by its name alone."""
    return _MANIFEST.search(path) is not None


def only_constrains(path: str) -> bool:
    """Whether a path says by its name that its entries only constrain."""
    return _CONSTRAINTS.search(path) is not None


def may_include(content: bytes, path: str) -> bool:
    """Whether a manifest may bring in other files; never wrong when it says no."""
    if _TOML.search(path):
        return b"setuptools" in content or b"\\" in content
    return _MAY_INCLUDE.search(content) is not None


def parse(content: bytes, path: str, environment: Mapping[str, str]) -> Manifest:
    """Read a manifest by the parser for its name; raises `ManifestError` only.

    A name that says nothing is read as pip would read it: as a requirements file.
    """
    if _TOML.search(path):
        from vetgate.manifests.pyproject import parse as parse_pyproject

        return parse_pyproject(content, path, environment)
    from vetgate.manifests.requirements import parse as parse_requirements

    return parse_requirements(content, path, environment)
