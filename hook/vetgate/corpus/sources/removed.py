"""Names on public record as removed, a line each: name, last day on record or `-`, who says so."""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.told import OWN, Told, told
from vetgate.corpus.work import Work

KIND = "removed"


def lay(path: str, work: Work) -> Told:
    """Lay the names down; raise `SourceError`."""
    stated = reading.read(work, path, "lines_removed", (Field(("line",), needed=True),))
    work.connection.execute(
        "CREATE VIEW raw_removed AS SELECT row, string_split(line, ' ')[1] AS name, "
        "string_split(line, ' ')[2] AS day FROM lines_removed WHERE line <> '' "
        "AND NOT starts_with(line, '#')"
    )
    work.refuse_any("raw_removed", "day IS NULL", "name", "is without a day or `-`", path)
    notes = checks.names(work, "raw_removed", path)
    work.connection.execute(
        "CREATE VIEW dated_removed AS SELECT row, name, nullif(day, '-') AS day FROM raw_removed"
    )
    checks.times(work, "dated_removed", ("day",), path)
    work.lay(
        "removed",
        f"SELECT canon(name) AS name, max({checks.days('day')}) AS day FROM dated_removed "  # noqa: S608 - our own words
        "WHERE is_name(name) GROUP BY 1",
    )
    rows = work.count("SELECT count(*) FROM raw_removed")
    return told(KIND, "names on public record as removed", OWN, rows, stated, notes)
