"""Downloads in the last month: columns `project`, `downloads`, or ClickPy's JSON.

Or the public list of the most downloaded (`top-pypi-packages`), which is only the top of the list.

Licence: derived from the index's public download log, CC BY 4.0. Date: the list's `last_update`.
"""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field, Json, Stated, moment
from vetgate.corpus.sources.clickpy import json_rows
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "downloads"
_FIELDS = (
    Field(("name", "project"), needed=True),
    Field(("downloads", "download_count"), needed=True),
)


def lay(path: str, work: Work) -> Told:
    """Lay the figures down; spellings of one name are summed up. Raises `SourceError`."""
    stated = reading.read(work, path, "raw_downloads", _FIELDS, _rows)
    notes = checks.names(work, "raw_downloads", path)
    checks.counts(work, "raw_downloads", "downloads", path)
    work.lay(
        "downloads",
        "SELECT canon(name) AS name, least(sum(downloads::BIGINT), 9000000000000000000) "
        "AS downloads FROM raw_downloads WHERE is_name(name) GROUP BY 1",
    )
    rows = work.count("SELECT count(*) FROM raw_downloads")
    words = "the most downloaded of PyPI" if stated.partial else "downloads from PyPI in a month"
    return told(KIND, words, CC_BY, rows, stated, notes)


def _rows(document: Json) -> Stated:
    if isinstance(document, dict) and "data" in document:
        return json_rows(document)
    if not isinstance(document, dict) or not isinstance(listed := document.get("rows"), list):
        raise TypeError("it has neither a list `rows` nor a list `data`")
    rows = []
    for number, row in enumerate(listed, 1):
        if not isinstance(row, dict) or "project" not in row or "download_count" not in row:
            raise TypeError(f"row {number} has no project or no download_count")
        rows.append({"name": str(row["project"]), "downloads": str(row["download_count"])})
    return Stated(tuple(rows), date=moment(str(document.get("last_update"))), partial=True)
