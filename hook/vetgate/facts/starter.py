"""The build of the snapshot that comes with vetgate: `python -m vetgate.facts.starter NAMES OUT`.

NAMES is a tab-separated table with a header: the name as listed, the month of its latest release,
its rank by downloads (empty below the 15 000 most downloaded). The ranks derive from the public
download statistics of PyPI (CC BY 4.0).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timezone

from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import Listed, Removed

REMOVED = os.path.join(os.path.dirname(__file__), "removed.txt")

_AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
_FLOOR_AS_OF = datetime(2026, 4, 1, tzinfo=timezone.utc)
_FLOOR = 50_000

ABOUT = About(
    built=_AS_OF,
    origins={
        "presence": Origin(
            "names that PyPI listed in November 2026, and names on public record as removed", _AS_OF
        ),
        "rank": Origin("PyPI download statistics of October 2026 (CC BY 4.0)", _AS_OF),
        "downloads": Origin(
            "a lower bound: rank 15,000 had 57,487 downloads in March 2026 (top-pypi-packages)",
            _FLOOR_AS_OF,
        ),
    },
    attribution="Ranks derive from the PyPI download statistics, CC BY 4.0",
    downloads_floor=_FLOOR,
)


def ranked(lines: Iterable[str]) -> Iterator[Row]:
    """Read the ranked rows of the table; of two spellings of a name, the better rank counts."""
    ranks: dict[NormalizedName, int] = {}
    for line in list(lines)[1:]:
        listed, _, rank = line.rstrip("\n").split("\t")
        if rank:
            name = normalize(listed)
            ranks[name] = min(int(rank), ranks.get(name, int(rank)))
    for name, place in ranks.items():
        yield Row(name, presence=Listed(), rank=place)


def removed(lines: Iterable[str]) -> Iterator[Row]:
    """Read the names on record as removed."""
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        name, day, _told = line.split(" ", 2)
        since = None if day == "-" else date.fromisoformat(day)
        yield Row(normalize(name), presence=Removed(since))


def main(names: str, out: str) -> None:
    """Write the starter snapshot to `out` from the table at `names`."""
    with open(names, encoding="utf-8") as table, open(REMOVED, encoding="utf-8") as record:
        write(out, [*ranked(table), *removed(record)], ABOUT)


if __name__ == "__main__":
    main(*sys.argv[1:])
