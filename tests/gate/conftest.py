"""What tests of the gate get: a web server on this machine, to stand in front of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facts.live.loopback import Loopback, serving


@pytest.fixture
def index() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def other() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback
