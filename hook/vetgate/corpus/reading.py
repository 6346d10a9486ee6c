"""Files of rows: a list of names, CSV, Parquet or JSON, plain or packed, become one relation.

A relation has a column `row`, counted from 1 as a reader of the file counts (comments and header
left out), and one column of text for each field; a field that the file lacks is NULL throughout.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import TypeAlias

import duckdb

from vetgate.corpus.work import Work, quoted
from vetgate.errors import SourceError
from vetgate.facts.pages import together
from vetgate.model.record import Record

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Rows: TypeAlias = "Callable[[Json], Stated]"

MOST_BYTES = 40 << 30
MOST_JSON = 1 << 30
_BLOCK = 1 << 20
_KEY = re.compile(r"#\s*(date|licence|serial|source):\s*(.+)")
_PARQUET = b"PAR1"


class Field(Record):
    """A column: its names, the first one being ours, and whether a file must have it."""

    names: tuple[str, ...]
    needed: bool = False

    @property
    def name(self) -> str:
        """What the column is called in the relation."""
        return self.names[0]


class Stated(Record):
    """What a file says of itself; from its first comment lines, or from its JSON."""

    rows: tuple[Mapping[str, str | None], ...] = ()
    """Of a JSON document: its rows, as fields and texts."""
    date: datetime | None = None
    licence: str | None = None
    serial: int | None = None
    source: str | None = None
    partial: bool = False
    """The rows are the top of a list, not all of it."""


def read(
    work: Work, path: str, view: str, fields: Sequence[Field], rows: Rows | None = None
) -> Stated:
    """Make the relation `view` of the file's rows; raise `SourceError` if they cannot be read.

    `rows` takes a JSON document apart; without it, JSON is refused.
    """
    plain = unpacked(work, path)
    try:
        with open(plain, "rb") as file:
            start = file.read(4096)
            if not start.strip():
                raise SourceError("is empty", path=path)
            if start.startswith(_PARQUET):
                _from_parquet(work, plain, view, fields, path)
                stated = Stated()
            elif start.lstrip()[:1] in b"{[" and rows is not None:
                stated = _from_json(work, plain, view, fields, rows, path)
            else:
                stated = _from_lines(work, plain, view, fields, path)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", path=path) from error
    except duckdb.Error as error:
        raise SourceError(f"cannot be read: {_first_line(error)}", path=path) from error
    if work.one(f"SELECT 1 FROM {view} LIMIT 1") is None:  # noqa: S608 - our own name
        raise SourceError("is empty", path=path)
    return stated


def unpacked(work: Work, path: str) -> str:
    """Return the path of the file without its packing (gzip or xz), in the work folder."""
    packing = os.path.splitext(path)[1]
    if packing not in {".gz", ".xz"}:
        return path
    plain = os.path.join(work.folder, f"{os.path.basename(path)}.plain")
    try:
        with (
            gzip.open(path) if packing == ".gz" else lzma.open(path) as packed,
            open(plain, "wb") as file,
        ):
            written = 0
            # The packed form of a snapshot is put together, all else is as it is.
            for block in together(iter(lambda: packed.read(_BLOCK), b"")):
                written += file.write(block)
                if written > MOST_BYTES:
                    raise SourceError(f"is larger than {MOST_BYTES >> 30} GB", path=path)
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"cannot be unpacked: {problem}", path=path) from error
    return plain


def moment(text: str) -> datetime | None:
    """Read a time as the sources write it, taken as UTC; None if it is none."""
    try:
        read_as = datetime.fromisoformat(text.strip().removesuffix(" UTC").replace("Z", "+00:00"))
    except ValueError:
        return None
    return read_as if read_as.tzinfo else read_as.replace(tzinfo=timezone.utc)


def _from_parquet(work: Work, plain: str, view: str, fields: Sequence[Field], path: str) -> None:
    source = f"read_parquet({quoted(plain)}, file_row_number = true)"
    kinds = {
        str(name): str(kind)
        for name, kind, *_ in work.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 - a quoted path
    }
    columns = ", ".join(_columns(kinds, fields, path))
    work.connection.execute(
        f"CREATE VIEW {view} AS SELECT file_row_number + 1 AS row, {columns} FROM {source}"  # noqa: S608 - names out of the file are quoted
    )


def _from_lines(work: Work, plain: str, view: str, fields: Sequence[Field], path: str) -> Stated:
    try:
        return _from_text(work, plain, view, fields, path)
    except duckdb.Error as error:
        if (line := _undecodable(plain)) is None:
            raise
        raise SourceError("is not UTF-8", path=path, line=line) from error


def _undecodable(plain: str) -> int | None:
    """Return the first line that is not UTF-8; None if there is none."""
    with open(plain, "rb") as file:
        lines = enumerate(file, 1)
        return next(
            (no for no, line in lines if line.decode("utf-8", "ignore").encode() != line), None
        )


def _from_text(work: Work, plain: str, view: str, fields: Sequence[Field], path: str) -> Stated:
    skip, header, stated = _heading(plain, path)
    titles = next(csv.reader([header]), [])
    known = {name for field in fields for name in field.names}
    if known.isdisjoint(titles):
        if len([field for field in fields if field.needed]) > 1:
            needed = ",".join(field.name for field in fields if field.needed)
            raise SourceError(f"has no header line like {needed}", path=path, line=skip + 1)
        names, titles = [fields[0].name], []
        # One column: nothing in a line ends it.
        form = "delim = '\\x01', quote = '', escape = '', header = false"
    else:
        names, form = titles, "delim = ',', quote = '\"', escape = '\"', header = false"
        skip += 1
    if len(set(names)) < len(names):
        raise SourceError("names a column twice in its header", path=path, line=skip)
    spelled = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    source = (
        f"read_csv({quoted(plain)}, {form}, columns = {{{spelled}}}, auto_detect = false, "
        f"skip = {skip}, strict_mode = true, null_padding = false, max_line_size = 33554432)"
    ).replace("'\\x01'", "chr(1)")
    columns = ", ".join(_columns(dict.fromkeys(names, "VARCHAR"), fields, path))
    work.connection.execute(
        f"CREATE TABLE {view} AS SELECT row_number() OVER () AS row, {columns} FROM {source}"  # noqa: S608 - names out of the file are quoted
    )
    return stated


def _heading(plain: str, path: str) -> tuple[int, str, Stated]:
    """Read the comments on top; return how many lines they are, the line after them, and both."""
    said: dict[str, str] = {}
    skip = 0
    with open(plain, "rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise SourceError("ends in the middle of a line", path=path)
        file.seek(0)
        for line in file:
            if not line.startswith(b"#"):
                break
            skip += 1
            if match := _KEY.match(line.decode("utf-8", "replace").strip()):
                said[match[1]] = match[2]
        else:
            raise SourceError("is empty", path=path)
    header = line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")
    date = moment(said["date"]) if "date" in said else None
    if "date" in said and date is None:
        raise SourceError(f"{said['date']!r} is no date", path=path)
    serial = said.get("serial")
    if serial is not None and not serial.isdigit():
        raise SourceError(f"{serial!r} is no serial", path=path)
    return (
        skip,
        header,
        Stated((), date, said.get("licence"), int(serial) if serial else None, said.get("source")),
    )


def _from_json(
    work: Work, plain: str, view: str, fields: Sequence[Field], rows: Rows, path: str
) -> Stated:
    if os.stat(plain).st_size > MOST_JSON:
        raise SourceError(f"is JSON of more than {MOST_JSON >> 30} GB", path=path)
    try:
        with open(plain, encoding="utf-8") as file:
            document: Json = json.load(file)
        stated = rows(document)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"is not JSON of a shape that is known: {error}", path=path) from error
    if not stated.rows:
        raise SourceError("is empty", path=path)
    flat = os.path.join(work.folder, f"{view}.csv")
    names = [field.name for field in fields]
    write_rows(flat, names, ([row.get(name) for name in names] for row in stated.rows))
    _from_text(work, flat, view, fields, path)
    return stated._replace(rows=())


def write_rows(path: str, names: Sequence[str], rows: Iterator[Sequence[str | int | None]]) -> None:
    """Write rows as CSV; None is an empty cell without quotes."""
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def _columns(kinds: Mapping[str, str], fields: Sequence[Field], path: str) -> Iterator[str]:
    for field in fields:
        found = next((name for name in field.names if name in kinds), None)
        if found is None:
            if field.needed:
                have = ", ".join(sorted(kinds))[:200]
                raise SourceError(f"has no column {field.name}; it has {have}", path=path)
            yield f"NULL::VARCHAR AS {field.name}"
        else:
            cell = '"' + found.replace('"', '""') + '"'
            if kinds[found].endswith("[]"):
                # A list becomes lines.
                cell = f"array_to_string({cell}, chr(10))"
            yield f"{cell}::VARCHAR AS {field.name}"


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = next((each for each in lines if each.startswith("Line:")), "")
    first = lines[0] if lines else type(error).__name__
    return " ".join(f"{first} {line if line != first else ''}".split())[:300]
