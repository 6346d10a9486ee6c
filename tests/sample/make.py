"""The build of the sample's snapshot: `python tests/sample/make.py OUT`; a test compares bytes.

`acme-rarity` and its figures are made up, so that the sample defames no real package.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone

from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed, Release, Removed

AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
_RECORDED = (
    "presence",
    "rank",
    "downloads",
    "dependents",
    "repository",
    "urls",
    "releases",
)
_SAMPLE = Origin("the sample's own figures", AS_OF)

ROWS = (
    Row(
        normalize("acme-rarity"),
        presence=Listed(),
        downloads=12,
        dependents=0,
        repository="https://github.com/acme/rarity",
        urls=("https://github.com/acme/rarity",),
        releases=(Release("0.3.1", datetime(2024, 5, 1, tzinfo=timezone.utc)),),
    ),
    Row(normalize("pingdomv3"), presence=Removed()),
    Row(normalize("requests"), presence=Listed(), rank=10),
)

ABOUT = About(
    built=AS_OF,
    origins=dict.fromkeys(_RECORDED, _SAMPLE),
    attribution="made up for the sample",
    downloads_floor=50_000,
)

if __name__ == "__main__":
    write(sys.argv[1], ROWS, ABOUT)
