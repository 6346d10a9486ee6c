"""Published reports: OSV's archive of PyPI (`all.zip`), or a folder of its JSON records.

Licences by the origin of a record: CC BY 4.0 (PYSEC, GHSA), Apache-2.0 (MAL). Date: of the newest
record. Withdrawn records are in the archive too, and dropped here.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime

from vetgate.corpus import reading
from vetgate.corpus.sources.told import Told
from vetgate.corpus.work import Work
from vetgate.errors import SourceError
from vetgate.facts import osv
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory

KIND = "advisories"
LICENCE = "CC BY 4.0 (PYSEC, GHSA), Apache-2.0 (MAL)"

_MOST_RECORDS = 2_000_000
_MOST_BYTES = 16 << 20  # of one record

Reports = Mapping[NormalizedName, tuple[Advisory, ...]]


def read(path: str) -> tuple[Told, Reports]:
    """Read all records; raise `SourceError`."""
    found: dict[NormalizedName, list[Advisory]] = {}
    newest: datetime | None = None
    rows = 0
    for label, content in _records(path):
        rows += 1
        if rows > _MOST_RECORDS:
            raise SourceError(f"has more than {_MOST_RECORDS:,} records", path=path)
        try:
            document: reading.Json = json.loads(content)
            for name, advisory in osv.reports(document):
                found.setdefault(name, []).append(advisory)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{label} is no OSV record", path=path) from error
        modified = document.get("modified") if isinstance(document, dict) else None
        when = reading.moment(modified[:19]) if isinstance(modified, str) else None
        newest = max(filter(None, (newest, when)), default=None)
    if not rows:
        raise SourceError("is empty", path=path)
    reports = {name: osv.merged(advisories) for name, advisories in sorted(found.items())}
    return Told(KIND, "reports that OSV publishes", LICENCE, rows, newest), reports


def lay(reports: Reports, work: Work) -> None:
    """Lay the names down that there are reports of."""
    if reports:
        flat = os.path.join(work.folder, "advisories.csv")
        reading.write_rows(flat, ("name",), ([name] for name in reports))
        reading.read(work, flat, "raw_advisories", (reading.Field(("name",), needed=True),))
        work.lay("advisories", "SELECT name FROM raw_advisories WHERE is_name(name)")


def _records(path: str) -> Iterator[tuple[str, bytes]]:
    try:
        if os.path.isdir(path):
            for name in sorted(os.listdir(path)):
                if name.endswith(".json"):
                    with open(os.path.join(path, name), "rb") as file:
                        yield name, _whole(file.read(_MOST_BYTES + 1), name, path)
            return
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".json"):
                    with archive.open(member) as packed:
                        name = member.filename
                        yield name, _whole(packed.read(_MOST_BYTES + 1), name, path)
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"cannot be read: {error}", path=path) from error


def _whole(content: bytes, label: str, path: str) -> bytes:
    if len(content) > _MOST_BYTES:
        raise SourceError(f"{label} is larger than {_MOST_BYTES >> 20} MB", path=path)
    return content
