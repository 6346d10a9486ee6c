from __future__ import annotations

from datetime import datetime, timezone

import pytest

from vetgate.facts.published import Delta, Form, Manifest
from vetgate.updating.route import MOST_STEPS, cheapest


def delta(start: str, end: str, size: int = 10) -> Delta:
    return Delta(start, end, Form(f"{start}-{end}", size, "0"))


def manifest(*deltas: Delta, packed: int = 1000) -> Manifest:
    return Manifest(
        schema=1,
        built=datetime(2026, 11, 1, tzinfo=timezone.utc),
        packages=0,
        counts={},
        sources=(),
        plain=Form("plain", 1, "end"),
        packed=Form("packed", packed, "0"),
        deltas=deltas,
    )


DAILY = (delta("a", "b"), delta("b", "c"), delta("c", "end"))
ROUND = (delta("a", "b"), delta("b", "a"))
LONG = tuple(delta(str(n), "end" if n == 99 else str(n + 1), 1) for n in range(100))


@pytest.mark.parametrize(
    ("published", "way"),
    [
        pytest.param(manifest(), (), id="none"),
        pytest.param(manifest(*DAILY), DAILY, id="a-chain"),
        pytest.param(manifest(*DAILY[1:]), (), id="a-chain-that-begins-later"),
        pytest.param(manifest(*DAILY, delta("a", "end", 25)), (delta("a", "end", 25),), id="short"),
        pytest.param(manifest(*DAILY, delta("a", "end", 35)), DAILY, id="short-but-large"),
        pytest.param(manifest(*DAILY, packed=30), (), id="as-large-as-the-whole"),
        pytest.param(manifest(*DAILY, packed=31), DAILY, id="just-smaller-than-the-whole"),
        pytest.param(manifest(*ROUND), (), id="a-circle"),
        pytest.param(manifest(*ROUND, delta("b", "end")), (ROUND[0], delta("b", "end")), id="out"),
    ],
)
def test_the_cheapest_way_is_taken(published: Manifest, way: tuple[Delta, ...]) -> None:
    assert cheapest(published, "a") == way


def test_no_way_is_longer_than_it_may_be() -> None:
    assert cheapest(manifest(*LONG), str(100 - MOST_STEPS)) == LONG[100 - MOST_STEPS :]
    assert cheapest(manifest(*LONG), str(99 - MOST_STEPS)) == ()
