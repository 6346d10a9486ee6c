"""From a snapshot to the next one, and what leads from one to the other."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from vetgate.errors import UpdateError
from vetgate.facts.settling import compact, settle
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.updating.delta_file import HEADER, Cell, Changes, Line, Table, Value

_BLOCK = 1 << 20
_LONG = 50  # lines; a text of more is told by what its lines were before
_IDENTIFIER = pattern(r"[a-z][a-z0-9_]*\Z", re.ASCII)
_IDENTITY = ("user_version", "application_id", "page_size", "encoding", "auto_vacuum")
_CACHE = -16_384  # KiB of pages that SQLite keeps in memory


class _Shape(Record):
    """A table: its name, and which of its columns are the key and which are not."""

    name: str
    key: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def where(self) -> str:
        return " AND ".join(f"{column} = ?" for column in self.key)

    @property
    def columns(self) -> str:
        return ", ".join((*self.key, *self.rest))


def changes(start: str, end: str) -> Changes:
    """Find what turns the snapshot file `start` into `end`.

    Raises `UpdateError` if rows alone cannot tell, as between two schemas. Takes seconds.
    """
    try:
        with closing(sqlite3.connect(_uri(end), uri=True, isolation_level=None)) as connection:
            connection.execute("ATTACH ? AS before", (_uri(start),))
            if _identity(connection, "before") != _identity(connection, "main"):
                raise UpdateError("has another schema than the one before it", path=end)
            tables = {
                shape.name: table
                for shape in _shapes(connection)
                if (table := _table(connection, shape)) is not None
            }
    except sqlite3.Error as error:
        raise UpdateError(f"cannot be compared: {error}", path=end) from error
    with open(end, "rb") as file:
        header = file.read(HEADER)
    return Changes(digest(start), digest(end), header, tables)


def apply(start: str, steps: Sequence[Changes], out: str) -> None:
    """Write to `out` what `steps` make of the snapshot file `start`, one after the other.

    Raises `UpdateError`, and `OSError` for trouble with the disk. What comes out is not yet
    compared with what should.
    """
    shutil.copyfile(start, out)
    try:
        with closing(sqlite3.connect(out, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")  # `settle` syncs the whole file
            connection.execute(f"PRAGMA cache_size = {_CACHE}")
            shapes = {shape.name: shape for shape in _shapes(connection)}
            connection.execute("BEGIN")
            for step in steps:
                for name, table in step.tables.items():
                    _change(connection, shapes[name], table)
            connection.execute("COMMIT")
            compact(connection)
    except (sqlite3.Error, LookupError, ValueError, OverflowError) as error:
        raise UpdateError(f"cannot be applied to it: {error}", path=start) from error
    settle(out)
    with open(out, "r+b") as file:
        file.write(steps[-1].header)
        file.flush()
        os.fsync(file.fileno())


def digest(path: str) -> str:
    """Return the SHA-256 digest of a file in lower case; raises `OSError`."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _uri(path: str) -> str:
    from pathlib import Path

    return f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"


def _identity(connection: sqlite3.Connection, database: str) -> list[object]:
    found: list[object] = [
        connection.execute(f"PRAGMA {database}.{pragma}").fetchone() for pragma in _IDENTITY
    ]
    table = f"{database}.sqlite_master"
    found += connection.execute(f"SELECT type, name, sql FROM {table} ORDER BY name").fetchall()  # noqa: S608 - our own words
    return found


def _shapes(connection: sqlite3.Connection) -> list[_Shape]:
    """Read which tables there are; raises `ValueError` for anything that is not a plain table."""
    shapes = []
    for kind, name in connection.execute("SELECT type, name FROM main.sqlite_master").fetchall():
        if kind == "index" and name.startswith("sqlite_autoindex_"):
            continue
        columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,))
        found = columns.fetchall()
        key = tuple(column for column, place in sorted(found, key=lambda it: it[1]) if place)
        rest = tuple(column for column, place in found if not place)
        if kind != "table" or not key or not all(map(_IDENTIFIER.match, (name, *key, *rest))):
            raise UpdateError(f"has rows that no delta tells: those of {name}")
        shapes.append(_Shape(name, key, rest))
    return sorted(shapes)


def _table(connection: sqlite3.Connection, shape: _Shape) -> Table | None:
    """Compare the rows of a table in both files; None: they are the same."""
    keys, name = ", ".join(shape.key), shape.name
    news = connection.execute(
        f"SELECT {shape.columns} FROM main.{name} EXCEPT SELECT {shape.columns} FROM before.{name}"  # noqa: S608 - identifiers
    ).fetchall()
    gone = connection.execute(
        f"SELECT {keys} FROM before.{name} EXCEPT SELECT {keys} FROM main.{name}"  # noqa: S608 - identifiers
    ).fetchall()
    if not news and not gone:
        return None
    width = len(shape.key)
    news.sort(key=lambda row: [str(cell) for cell in row[:width]])
    masks = []
    columns: list[list[Value]] = [[] for _ in shape.rest]
    for row in news:
        old = _row(connection, shape, row[:width], "before")
        mask = 0
        for place, cell in enumerate(row[width:]):
            if isinstance(cell, (bytes, float)):
                raise UpdateError(f"has a cell that no delta tells, in {name}")
            if old is None or old[place] != cell:
                mask |= 1 << place
                columns[place].append(_told(cell, None if old is None else old[place]))
        masks.append(mask)
    return Table(
        _turned(gone, width), _turned((row[:width] for row in news), width), masks, columns
    )


def _turned(rows: Iterable[Sequence[Cell]], width: int) -> list[list[Cell]]:
    listed = list(rows)
    return [[row[place] for row in listed] for place in range(width)]


def _row(
    connection: sqlite3.Connection, shape: _Shape, key: Sequence[Cell], database: str
) -> tuple[Cell, ...] | None:
    wanted = ", ".join(shape.rest) or "1"
    statement = f"SELECT {wanted} FROM {database}.{shape.name} WHERE {shape.where}"  # noqa: S608 - identifiers
    found: tuple[Cell, ...] | None = connection.execute(statement, tuple(key)).fetchone()
    return found


def _change(connection: sqlite3.Connection, shape: _Shape, table: Table) -> None:
    gone = zip(*table.gone, strict=True)
    connection.executemany(f"DELETE FROM {shape.name} WHERE {shape.where}", gone)  # noqa: S608 - identifiers
    marks = ", ".join("?" * (len(shape.key) + len(shape.rest)))
    connection.executemany(
        f"INSERT OR REPLACE INTO {shape.name} ({shape.columns}) VALUES ({marks})",  # noqa: S608 - identifiers
        _rows(connection, shape, table),
    )


def _rows(
    connection: sqlite3.Connection, shape: _Shape, table: Table
) -> Iterator[tuple[Cell, ...]]:
    given = [iter(column) for column in table.columns]
    if len(given) != len(shape.rest):
        raise ValueError(f"{shape.name} has other columns")
    whole = (1 << len(given)) - 1
    for mask, key in zip(table.masks, zip(*table.keys, strict=True), strict=True):
        # Also for a whole row: it may stand there, and its long texts be told by the old ones.
        old = _row(connection, shape, key, "main")
        if old is None and mask != whole:
            raise ValueError(f"{shape.name} lacks a row")
        yield (
            *key,
            *(
                _cell(next(column), None if old is None else old[place])
                if mask >> place & 1
                else (old or ())[place]
                for place, column in enumerate(given)
            ),
        )


def _told(cell: Cell, old: Cell) -> Value:
    """Tell a long text by where its lines were before: most of them only moved a little."""
    if not isinstance(cell, str) or cell.count("\n") < _LONG or not isinstance(old, str):
        return cell
    places = {line: place for place, line in enumerate(old.split("\n"))}
    told: list[Line] = [
        line if line not in places else place - places[line]
        for place, line in enumerate(cell.split("\n"))
    ]
    return told


def _cell(told: Value, old: Cell) -> Cell:
    if not isinstance(told, list):
        return told
    if not isinstance(old, str):
        raise ValueError("no text stood there")  # noqa: TRY004 - one exception says: does not fit
    before = old.split("\n")
    lines = []
    for place, line in enumerate(told):
        if isinstance(line, int):
            if not 0 <= place - line < len(before):
                raise ValueError("no such line stood there")
            lines.append(before[place - line])
        else:
            lines.append(line)
    return "\n".join(lines)
