from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from updating.publications import Series
from updating.server import Server, serving


@pytest.fixture(scope="session")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Series:
    """Return publications that nobody signed."""
    return Series(tmp_path_factory.mktemp("unsigned"), signed=False)


@pytest.fixture(scope="session")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Series:
    """Return publications that are signed, from long ago and for long."""
    return Series(tmp_path_factory.mktemp("signed"), signed=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a web server, which serves nothing yet."""
    (tmp_path / "served").mkdir()
    with serving(tmp_path / "served") as running:
        yield running
