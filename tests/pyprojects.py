"""What the tests of `pyproject.toml` ask of the parser; the file lies in the folder `sub`."""

from __future__ import annotations

import pytest

from vetgate.errors import ManifestError
from vetgate.manifests.pyproject import parse
from vetgate.model.dependency import Dependency, Origin


def found(text: str) -> tuple[Dependency, ...]:
    """Return all dependencies and options."""
    return parse(text.encode(), "sub/pyproject.toml", {}).dependencies


def brief(text: str) -> list[tuple[int, str, Origin, str | None]]:
    """Return line, name as spelled, origin and table of each."""
    return [(one.location.line, one.spelled, one.origin, one.table) for one in found(text)]


def origins(text: str) -> list[tuple[Origin, str | None, str | None]]:
    """Return origin, marker and table of each."""
    return [(each.origin, each.marker, each.table) for each in found(text)]


def refusal(text: str) -> str:
    """Return the error, which there must be."""
    with pytest.raises(ManifestError) as caught:
        parse(text.encode(), "pyproject.toml", {})
    return str(caught.value)
