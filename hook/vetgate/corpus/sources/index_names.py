"""The index's project list: a name a line, a column `name`, or the simple API's JSON (PEP 691).

Licence: the index's metadata is public. Serial: `_last-serial` of the JSON.
"""

from __future__ import annotations

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field, Json, Stated
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "index-names"
_FIELDS = (Field(("name", "project"), needed=True),)


def lay(path: str, work: Work) -> Told:
    """Lay the names down; raise `SourceError`."""
    stated = reading.read(work, path, "raw_index_names", _FIELDS, _rows)
    notes = checks.names(work, "raw_index_names", path)
    work.lay(
        "index_names",
        "SELECT DISTINCT canon(name) AS name FROM raw_index_names WHERE is_name(name)",
    )
    rows = work.count("SELECT count(*) FROM raw_index_names")
    return told(KIND, "names that PyPI lists", CC_BY, rows, stated, notes)


def _rows(document: Json) -> Stated:
    if not isinstance(document, dict) or not isinstance(projects := document.get("projects"), list):
        raise TypeError("it has no list `projects`, as the simple API's list has")
    meta = document.get("meta")
    serial = meta.get("_last-serial") if isinstance(meta, dict) else None
    names = []
    for number, project in enumerate(projects, 1):
        name = project.get("name") if isinstance(project, dict) else None
        if not isinstance(name, str):
            raise TypeError(f"row {number} has no name")
        names.append({"name": name})
    return Stated(tuple(names), serial=int(str(serial)) if serial is not None else None)
