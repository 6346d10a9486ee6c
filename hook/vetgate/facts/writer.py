"""The only writer of snapshot files: whole or not at all, and the same bytes for the same rows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from vetgate.errors import SnapshotError
from vetgate.facts import codec, row, schema
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, Presence, Reborn, Release, Removed
from vetgate.model.record import Record

_PAGE_SIZE = 2048  # measured on the starter: 1 % below 4096, and 2048 is as quick
_WRITER_VERSION = slice(96, 100)  # where SQLite notes its own version (file format, 1.3)


class Row(Record):
    """What a snapshot is to record of one package; None: nothing is known of it."""

    name: NormalizedName
    presence: Presence | None = None
    rank: int | None = None
    downloads: int | None = None
    """Downloads in the last month."""
    dependents: int | None = None
    repository: str | None = None
    """Empty: the package declares none."""
    first_upload: datetime | None = None
    latest_upload: datetime | None = None
    status: str | None = None
    urls: tuple[str, ...] | None = None
    releases: tuple[Release, ...] | None = None
    owners: tuple[str, ...] | None = None


class Origin(Record):
    """Where a column comes from: the source in words, and when it was true (aware UTC)."""

    source: str
    as_of: datetime


class About(Record):
    """What a snapshot says of itself."""

    built: datetime
    """Aware UTC; an argument, so that the same input gives the same bytes."""
    origins: Mapping[FactName, Origin]
    """One for each fact that the rows hold."""
    complete: bool = False
    """The rows are all names that the index ever had, so that absence proves something."""
    attribution: str = ""
    downloads_floor: int | None = None
    """What every ranked package is downloaded at least, in a month."""


def write(path: str, rows: Iterable[Row], about: About) -> None:
    """Write a snapshot to `path`, over what was there; raise `SnapshotError` and leave that be.

    A name given twice, a column without an origin, or a value that could not be read back is
    refused.
    """
    beside = f"{path}.{os.getpid()}.part"
    try:
        _lay_down(beside, sorted(rows, key=lambda each: each.name), about)
        _settle(beside)
        os.replace(beside, path)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise SnapshotError(f"cannot be written: {error}", path=path) from error
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _lay_down(path: str, rows: list[Row], about: About) -> None:
    if os.path.exists(path):
        os.unlink(path)
    _check_origins(rows, about)
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        connection.execute("PRAGMA encoding = 'UTF-8'")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA}")
        connection.executescript(schema.TABLES)
        _fill(connection, rows, about)
        connection.commit()
        connection.execute("VACUUM")
        _verify(connection, len(rows))
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, rows: list[Row], about: About) -> None:
    meta = {
        "built": about.built.isoformat(),
        "packages": str(len(rows)),
        "complete": "yes" if about.complete else "no",
        "attribution": about.attribution,
    }
    if about.downloads_floor is not None:
        meta["downloads-floor"] = str(about.downloads_floor)
    connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    connection.executemany(
        "INSERT INTO origin VALUES (?, ?, ?)",
        (
            (fact, origin.source, int(origin.as_of.timestamp()))
            for fact, origin in sorted(about.origins.items())
        ),
    )
    ranked = sorted((each.rank, each.name) for each in rows if each.rank is not None)
    connection.execute(
        "INSERT INTO page VALUES ('ranked', ?)", ("\n".join(name for _, name in ranked),)
    )
    places = ", ".join("?" * len(schema.PACKAGE))
    connection.executemany(
        f"INSERT INTO package VALUES ({places})",  # noqa: S608 - question marks only
        map(_package_cells, rows),
    )
    details = (cells for each in rows if (cells := _detail_cells(each)) is not None)
    connection.executemany("INSERT INTO detail VALUES (?, ?, ?, ?)", details)


def _check_origins(rows: list[Row], about: About) -> None:
    for fact in Row._fields[1:]:
        if fact not in codec.NAMES or fact not in about.origins:
            holder = next((each for each in rows if getattr(each, fact) is not None), None)
            if holder is not None:
                raise ValueError(f"nothing says where {fact} of {holder.name} comes from")
    if about.downloads_floor is not None and "downloads" not in about.origins:
        raise ValueError("nothing says where the least number of downloads comes from")
    if about.built.tzinfo is None:
        raise ValueError("the time of building has no time zone")


def _verify(connection: sqlite3.Connection, expected: int) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    (written,) = connection.execute("SELECT count(*) FROM package").fetchone()
    if (verdict, written) != ("ok", expected):
        raise ValueError(f"wrote {written} rows of {expected}, integrity check: {verdict}")


def _settle(path: str) -> None:
    """Take the version of the writing SQLite out, which alone differs between machines."""
    with open(path, "r+b") as file:
        file.seek(_WRITER_VERSION.start)
        file.write(bytes(_WRITER_VERSION.stop - _WRITER_VERSION.start))
        file.flush()
        os.fsync(file.fileno())


def _package_cells(entry: Row) -> tuple[row.Cell, ...]:
    """Give the cells of the first table, in the order of `schema.PACKAGE`."""
    since = again = None
    if isinstance(entry.presence, Removed):
        since = entry.presence.since
    elif isinstance(entry.presence, Reborn):
        since, again = entry.presence.removed_on, entry.presence.again_on
    return (
        entry.name,
        None if entry.presence is None else schema.PRESENCES.index(entry.presence.word),
        entry.rank,
        since.toordinal() if since else None,
        again.toordinal() if again else None,
        entry.downloads,
        entry.dependents,
        entry.repository,
        _seconds(entry.first_upload),
        _seconds(entry.latest_upload),
        entry.status,
    )


def _detail_cells(entry: Row) -> tuple[row.Cell, ...] | None:
    """Give the cells of the second table; None: this row needs none."""
    details: tuple[tuple[FactName, codec.FactValue], ...] = (
        ("urls", entry.urls),
        ("releases", entry.releases),
        ("owners", entry.owners),
    )
    if all(value is None for _, value in details):
        return None
    return (
        entry.name,
        *(None if value is None else codec.encode(fact, value) for fact, value in details),
    )


def _seconds(value: datetime | None) -> int | None:
    return None if value is None else int(value.timestamp())
