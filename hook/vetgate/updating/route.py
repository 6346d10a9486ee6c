"""The cheapest way from one snapshot to the one that a manifest tells of."""

from __future__ import annotations

import heapq

from vetgate.facts.published import Delta, Manifest

MOST_STEPS = 32


def cheapest(manifest: Manifest, start: str) -> tuple[Delta, ...]:
    """Return the deltas to apply, the fewest bytes in all; none: take the whole snapshot."""
    waiting: list[tuple[int, int, str, tuple[Delta, ...]]] = [(0, 0, start, ())]
    seen: set[str] = set()
    while waiting:
        cost, steps, at, way = heapq.heappop(waiting)
        if at == manifest.plain.sha256:
            return way
        if at in seen or steps == MOST_STEPS:
            continue
        seen.add(at)
        for delta in manifest.deltas:
            further = cost + delta.form.size
            # Also ends the search in a manifest that leads in circles.
            if delta.start == at and further < manifest.packed.size:
                heapq.heappush(waiting, (further, steps + 1, delta.end, (*way, delta)))
    return ()
