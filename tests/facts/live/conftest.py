"""What tests of live look-ups get: a web server on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facts.live.loopback import Loopback, serving


@pytest.fixture
def index() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def service() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback
