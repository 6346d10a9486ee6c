"""Ranks by downloads where the figures are not at hand: columns `project`, `rank`."""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "ranks"
_FIELDS = (Field(("name", "project"), needed=True), Field(("rank",), needed=True))


def lay(path: str, work: Work) -> Told:
    """Lay the ranks down; of two spellings of a name, the better counts. Raises `SourceError`."""
    stated = reading.read(work, path, "raw_ranks", _FIELDS)
    notes = checks.names(work, "raw_ranks", path)
    checks.counts(work, "raw_ranks", "rank", path)
    work.lay(
        "ranks",
        'SELECT canon(name) AS name, min("rank"::BIGINT) AS rank FROM raw_ranks '
        "WHERE is_name(name) GROUP BY 1",
    )
    rows = work.count("SELECT count(*) FROM raw_ranks")
    return told(KIND, "ranks by downloads from PyPI", CC_BY, rows, stated, notes)
