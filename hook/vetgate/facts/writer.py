"""The only writer of snapshot files: whole or not at all, and the same bytes for the same rows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from vetgate.errors import SnapshotError
from vetgate.facts import codec, row, schema
from vetgate.facts.settling import compact, settle
from vetgate.facts.short_url import shortened
from vetgate.facts.stated import Source
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory, FactName, Presence, Reborn, Release, Removed
from vetgate.model.record import Record

Page: TypeAlias = "Callable[[str, datetime], tuple[str, str]]"

_DIGITS = 3
_TOGETHER = 5000  # rows
_PAGE_SIZE = 2048  # measured on the starter: 1 % below 4096, and 2048 is as quick


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
    first_upload: date | None = None
    latest_upload: date | None = None
    status: str | None = None
    urls: tuple[str, ...] | None = None
    releases: tuple[Release, ...] | None = None
    owners: tuple[str, ...] | None = None
    advisories: tuple[Advisory, ...] | None = None
    newest: str | None = None
    """Its newest release; kept for ranked packages with reports of malice."""


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
    suspicious_urls_only: bool = False
    """Of the URLs in metadata, the rows hold but those that may be suspicious."""
    sources: tuple[Source, ...] = ()


def write(path: str, rows: Iterable[Row], about: About) -> None:
    """Write a snapshot to `path`, over what was there; raise `SnapshotError` and leave that be.

    A name given twice, a column without an origin, or a value that could not be read back is
    refused.
    """
    write_sorted(path, iter(sorted(rows, key=lambda each: each.name)), about)


def write_sorted(
    path: str,
    rows: Iterator[Row],
    about: About,
    page: Page | None = None,
) -> None:
    """Do as `write` does with rows in the order of their names, one at a time.

    `page` makes another page, its key and its text, of the file as it is so far and of the time
    of building.
    """
    beside = f"{path}.{os.getpid()}.part"
    try:
        _lay_down(beside, rows, about)
        if page is not None:
            _add_page(beside, *page(beside, about.built))
        settle(beside)
        os.replace(beside, path)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise SnapshotError(f"cannot be written: {error}", path=path) from error
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _lay_down(path: str, rows: Iterator[Row], about: About) -> None:
    if os.path.exists(path):
        os.unlink(path)
    if about.built.tzinfo is None:
        raise ValueError("the time of building has no time zone")
    if about.downloads_floor is not None and "downloads" not in about.origins:
        raise ValueError("nothing says where the least number of downloads comes from")
    connection = sqlite3.connect(path)
    try:
        connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        connection.execute("PRAGMA encoding = 'UTF-8'")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA}")
        connection.executescript(schema.TABLES)
        written = _fill(connection, rows, about)
        _describe(connection, about, written)
        connection.commit()
        compact(connection)
        _verify(connection, written)
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, rows: Iterator[Row], about: About) -> int:
    """Write the rows, and the page of those that are ranked; return how many rows there are."""
    ranked: list[tuple[int, str]] = []
    newest: list[str] = []
    written = 0
    others = tuple(fact for fact in Row._fields[1:] if fact not in about.origins)
    while batch := list(islice(rows, _TOGETHER)):
        for entry in batch:
            for fact in others:
                if getattr(entry, fact) is not None:
                    raise ValueError(f"nothing says where {fact} of {entry.name} comes from")
        _insert(connection, "package", map(_package_cells, batch))
        _insert(connection, "detail", filter(None, map(_detail_cells, batch)))
        reported = ((entry.name, entry.advisories) for entry in batch if entry.advisories)
        _insert(
            connection,
            "advisory",
            ((name, codec.encode("advisories", reports)) for name, reports in reported),
        )
        ranked += [(entry.rank, entry.name) for entry in batch if entry.rank is not None]
        newest += [f"{each.name} {each.newest}" for each in batch if _may_have_moved_on(each)]
        written += len(batch)
    names = "\n".join(name for _, name in sorted(ranked))
    connection.execute("INSERT INTO page VALUES ('ranked', ?)", (names,))
    if newest:
        connection.execute("INSERT INTO page VALUES ('newest', ?)", ("\n".join(newest),))
    return written


def _may_have_moved_on(entry: Row) -> bool:
    """Whether it matters that the newest release may be free of what was reported of others."""
    reported = any(one.malicious for one in entry.advisories or ())
    if not reported or entry.rank is None or entry.newest is None:
        return False
    codec.encode("newest", entry.newest)  # a `ValueError` if it could not be read back
    return True


def _insert(
    connection: sqlite3.Connection, table: str, rows: Iterable[tuple[row.Cell, ...]]
) -> None:
    places = ", ".join("?" * len(_COLUMNS[table]))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own words


_COLUMNS = {"package": schema.PACKAGE, "detail": schema.DETAIL, "advisory": schema.ADVISORY}


def _describe(connection: sqlite3.Connection, about: About, packages: int) -> None:
    meta = {
        "built": about.built.isoformat(),
        "packages": str(packages),
        "complete": "yes" if about.complete else "no",
        "attribution": about.attribution,
    }
    if about.downloads_floor is not None:
        meta["downloads-floor"] = str(about.downloads_floor)
    if about.suspicious_urls_only:
        meta["urls"] = "suspicious"
    connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    connection.executemany(
        "INSERT INTO origin VALUES (?, ?, ?)",
        (
            (fact, origin.source, _seconds(origin.as_of))
            for fact, origin in sorted(about.origins.items())
        ),
    )
    connection.executemany(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?)",
        (
            (each.kind, each.told, each.licence, _seconds(each.as_of), each.serial, each.rows)
            for each in sorted(about.sources, key=lambda each: each.kind)
        ),
    )


def _add_page(path: str, key: str, body: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("INSERT INTO page VALUES (?, ?)", (key, body))
        connection.commit()
        compact(connection)
    finally:
        connection.close()


def _verify(connection: sqlite3.Connection, expected: int) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    (written,) = connection.execute("SELECT count(*) FROM package").fetchone()
    if (verdict, written) != ("ok", expected):
        raise ValueError(f"wrote {written} rows of {expected}, integrity check: {verdict}")


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
        _day(since),
        _day(again),
        None if entry.downloads is None else _rounded(entry.downloads),
        entry.dependents,
        shortened(entry.repository, entry.name) if entry.repository else entry.repository,
        *_uploads(entry.first_upload, entry.latest_upload),
        entry.status,
    )


def _detail_cells(entry: Row) -> tuple[row.Cell, ...] | None:
    """Give the cells of the second table; None: this row needs none."""
    if entry.urls is None and entry.releases is None and entry.owners is None:
        return None
    details: tuple[tuple[FactName, codec.FactValue], ...] = (
        ("urls", entry.urls),
        ("releases", entry.releases),
        ("owners", entry.owners),
    )
    return (
        entry.name,
        *(None if value is None else codec.encode(fact, value) for fact, value in details),
    )


def _uploads(first: date | None, latest: date | None) -> tuple[int | None, int | None]:
    """Give the cells of the days of upload, see `schema`."""
    end = _day(latest)
    if first is None or latest is None:
        return _day(first), end
    if first > latest:
        raise ValueError(f"a first upload on {first} is later than the latest on {latest}")
    return (latest - first).days, end


def _rounded(count: int) -> int:
    """Keep three digits of a count."""
    step = int("1" + "0" * max(len(str(count)) - _DIGITS, 0))
    return count - count % step


@lru_cache(maxsize=1 << 14)
def _day(day: date | None) -> int | None:
    return None if day is None else row.day_number(day)


def _seconds(value: datetime) -> int:
    return int(value.timestamp())
