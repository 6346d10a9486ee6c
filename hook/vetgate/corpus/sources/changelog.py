"""The index's journal since a serial: a JSON list of `[name, version, time, action, serial]`.

That is what XML-RPC gives (`changelog_since_serial`), from a file or asked live. Legacy wording
counts: before May 2018, `remove` without a version was a removal of the project.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from vetgate.corpus import checks, reading
from vetgate.corpus.reading import Field, Json, Stated
from vetgate.corpus.sources.told import CC_BY, Told, told
from vetgate.corpus.work import Work

KIND = "changelog"
_NAMES = ("name", "serial", "time", "action", "who")
_EVENTS = {
    "create": "create",
    "remove project": "remove",
    "remove": "remove",
    "project quarantined": "quarantine",
    "project quarantine cleared": "clear",
}
_OWNER = re.compile(r"(?:add|accepted) Owner (\S+)|change \S+ \S+ to Owner")
_LENGTH = 5


def lay(path: str, work: Work) -> Told:
    """Lay down what tells of removals and of owners; raise `SourceError`."""
    fields = tuple(Field((name,), needed=True) for name in _NAMES)
    stated = reading.read(work, path, "raw_journal", fields, journal_rows)
    notes = checks.names(work, "raw_journal", path)
    work.lay(
        "journal",
        "SELECT canon(name) AS name, serial::BIGINT AS serial, time::BIGINT // 86400 AS day, "
        "action, coalesce(who, '') AS who FROM raw_journal WHERE is_name(name) AND action <> ''",
    )
    rows = work.count("SELECT count(*) FROM raw_journal")
    return told(KIND, "PyPI's journal", CC_BY, rows, stated, notes)


def journal_rows(document: Json) -> Stated:
    """Take the rows of the journal apart; raise `ValueError` with the row that is none."""
    if not isinstance(document, list):
        raise TypeError("it is no list of journal entries")
    rows: list[dict[str, str | None]] = []
    last, newest = -1, 0
    for number, entry in enumerate(document, 1):
        if not isinstance(entry, list) or len(entry) != _LENGTH:
            raise ValueError(f"row {number} is no journal entry")
        name, version, moment, action, serial = entry
        counts = isinstance(moment, int) and isinstance(serial, int) and moment >= 0
        if not (isinstance(name, str) and isinstance(action, str) and counts):
            raise ValueError(f"row {number} is no journal entry")
        if not isinstance(serial, int) or not isinstance(moment, int) or serial <= last:
            raise ValueError(f"row {number}: the serials are not in order")
        last, newest = serial, max(newest, moment)
        event = _EVENTS.get(action) if version is None else None
        owner = _OWNER.match(action) if version is None else None
        rows.append(
            {
                "name": name,
                "serial": str(serial),
                "time": str(moment),
                "action": "owner" if owner and owner[1] else event or "",
                "who": owner[1] if owner else None,
            }
        )
    date = datetime.fromtimestamp(newest, timezone.utc) if rows else None
    return Stated(tuple(rows), date=date, serial=last)
