"""Names that the index had at some time: what it lacks today was removed.

A name a line (an older list, which saw them on its date), or columns `name`, `first_upload`,
`last_upload` (times or days in UTC) out of the distribution metadata; or ClickPy's JSON of first
and last downloads.
"""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.clickpy import json_rows
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work
from vetgate.facts.row import day_number

KIND = "names-seen"
_FIELDS = (
    Field(("name", "project"), needed=True),
    Field(("first_upload", "first_dl")),
    Field(("last_upload", "latest_upload", "last_dl")),
)


def lay(path: str, work: Work) -> Told:
    """Lay the names down; raise `SourceError`."""
    view = "raw_names_seen"
    stated = reading.read(work, path, view, _FIELDS, json_rows)
    notes = checks.names(work, view, path)
    checks.times(work, view, ("first_upload", "last_upload"), path)
    first, last = checks.days("first_upload"), checks.days("last_upload")
    seen = "NULL" if stated.date is None else day_number(stated.date.date())
    work.lay(
        "names_seen",
        f"SELECT canon(name) AS name, min({first}) AS first_day, max({last}) AS last_day, "  # noqa: S608 - our own words
        f"{seen} AS seen_day "
        f"FROM {view} WHERE is_name(name) GROUP BY 1",
    )
    rows = work.count(f"SELECT count(*) FROM {view}")  # noqa: S608 - our own name
    return told(KIND, "names that PyPI had at some time", CC_BY, rows, stated, notes)
