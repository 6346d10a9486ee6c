"""The form of a delta's file, its only reader and writer: rows by table and column, packed.

It holds rows and no bytes of pages: one row more moves every row behind it to another place of its
page, so that nearly all pages of two snapshots differ where one row in a hundred does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from vetgate.errors import UpdateError
from vetgate.facts.packing import pack, unpack
from vetgate.model.record import Record

Cell: TypeAlias = "str | int | None"
Line: TypeAlias = "str | int"
Value: TypeAlias = "Cell | list[Line]"
"""A cell; or, for a long text, its lines: one of its own, or how far behind the old one lies."""
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_MAGIC = b"vetgate delta 1\n"
_LENGTH = 8  # bytes of the number that tells how long the unpacked rest is
_MOST_UNPACKED = 1 << 27
HEADER = 100
"""Bytes at the beginning of every SQLite file: counters, which rows alone do not tell."""


class Table(Record):
    """What happens to the rows of a table, column by column."""

    gone: Sequence[Sequence[Cell]]
    """The key's columns, of rows to delete."""
    keys: Sequence[Sequence[Cell]]
    """The key's columns, of rows to write."""
    masks: Sequence[int]
    """For each row to write: bit n is set if the n-th column beside the key is given."""
    columns: Sequence[Sequence[Value]]
    """The columns beside the key: what is given, from the first row to the last."""


class Changes(Record):
    """What turns one snapshot into another. Both are named by the digest of their bytes."""

    start: str
    end: str
    header: bytes
    tables: Mapping[str, Table]


def delta_bytes(changes: Changes) -> bytes:
    """Write a delta: the same bytes for the same changes."""
    document: dict[str, object] = {
        "start": changes.start,
        "end": changes.end,
        "header": changes.header.hex(),
        "tables": {name: table._asdict() for name, table in sorted(changes.tables.items())},
    }
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return b"".join((_MAGIC, len(content).to_bytes(_LENGTH, "big"), *pack((content,))))


def read(content: bytes, path: str) -> Changes:
    """Read a delta; raises `UpdateError`, with `path` in it, if it is none."""
    begin = len(_MAGIC) + _LENGTH
    size = int.from_bytes(content[len(_MAGIC) : begin], "big")
    if not content.startswith(_MAGIC) or size > _MOST_UNPACKED:
        raise UpdateError("is no delta that this vetgate reads", path=path)
    unpacked = b"".join(unpack((content[begin:],), size, path))
    try:
        document: Json = json.loads(unpacked)
        return _changes(document)
    except (ValueError, RecursionError) as error:
        raise UpdateError("is a delta that makes no sense", path=path) from error


def _changes(document: Json) -> Changes:
    whole = _object(document)
    header = bytes.fromhex(_text(whole.get("header")))
    if len(header) != HEADER:
        raise ValueError("header")
    tables = {name: _table(_object(it)) for name, it in _object(whole.get("tables")).items()}
    return Changes(_text(whole.get("start")), _text(whole.get("end")), header, tables)


def _table(entry: dict[str, Json]) -> Table:
    masks = [mask for mask in _list(entry.get("masks")) if type(mask) is int and mask >= 0]
    table = Table(
        gone=[_cells(column) for column in _list(entry.get("gone"))],
        keys=[_cells(column) for column in _list(entry.get("keys"))],
        masks=masks,
        columns=[_values(column) for column in _list(entry.get("columns"))],
    )
    wanted = [sum(mask >> place & 1 for mask in masks) for place in range(len(table.columns))]
    if (
        len(masks) != len(_list(entry.get("masks")))
        or {len(column) for column in table.keys} != {len(masks)}
        or len({len(column) for column in table.gone}) != 1
        or [len(column) for column in table.columns] != wanted
        or any(mask >> len(table.columns) for mask in masks)
    ):
        raise ValueError("columns of different lengths")
    return table


def _values(value: Json) -> list[Value]:
    return [_lines(one) if isinstance(one, list) else _cell(one) for one in _list(value)]


def _lines(value: list[Json]) -> list[Line]:
    lines = [one for one in value if isinstance(one, (str, int)) and not isinstance(one, bool)]
    if len(lines) != len(value):
        raise ValueError("lines")
    return lines


def _cells(value: Json) -> list[Cell]:
    return [_cell(one) for one in _list(value)]


def _cell(value: Json) -> Cell:
    if isinstance(value, bool) or not (value is None or isinstance(value, (str, int))):
        raise ValueError("cell")
    return value


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise ValueError("object")  # noqa: TRY004 - one exception says: not as it should be
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError("list")  # noqa: TRY004 - one exception says: not as it should be
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("text")  # noqa: TRY004 - one exception says: not as it should be
    return value
