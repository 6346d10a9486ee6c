"""The build of the snapshot that comes with vetgate: `python -m vetgate.corpus.starter RANKS OUT`.

RANKS is a table `name,rank` of the most downloaded names, which are all that it lists. The ranks
derive from the public download statistics of PyPI (CC BY 4.0).
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import datetime, timezone

from vetgate.corpus.building import Given, Wanted, build
from vetgate.corpus.engines import engine
from vetgate.facts import snapshot
from vetgate.facts.writer import Origin

REMOVED = os.path.join(os.path.dirname(snapshot.__file__), "removed.txt")
"""Names on public record as removed, for the starter alone: it has no other history."""

_FLOOR = 50_000
_FLOOR_ORIGIN = Origin(
    "a lower bound: rank 15,000 had 57,487 downloads in March 2026 (top-pypi-packages)",
    datetime(2026, 4, 1, tzinfo=timezone.utc),
)


def main(ranks: str, out: str) -> None:
    """Write the starter snapshot to `out` from the table of ranks."""
    kinds = (("index-names", ranks), ("ranks", ranks), ("removed", REMOVED))
    wanted = Wanted(
        tuple(Given(kind, path, os.path.basename(path)) for kind, path in kinds),
        partial=True,
        floor=_FLOOR,
        floor_origin=_FLOOR_ORIGIN,
    )
    with tempfile.TemporaryDirectory() as work:
        build(wanted, engine("duckdb", work), work, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
