"""The work folder of a build: what the sources lay down there, checked, in one form.

DuckDB reads the files, whatever engine computes later: it reads CSV, Parquet and their compressed
forms, strictly, and tells the row that it cannot read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import duckdb

from vetgate.corpus.tables import SCHEMAS
from vetgate.errors import SourceError
from vetgate.model.record import Record

VALID_NAME = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
LONGEST_NAME = 214

_TYPES = {"string": "VARCHAR", "int64": "BIGINT"}


class Laid(Record):
    """How a table was laid down: rows of the source, and what is to be said of them."""

    rows: int
    notes: tuple[str, ...] = ()


class Work:
    """A folder, and a connection whose tables and views live as long as the build."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": folder})
        self.connection.execute("SET preserve_insertion_order = true")
        self.connection.execute(
            "CREATE MACRO dashed(n) AS replace(replace(lower(n), '_', '-'), '.', '-')"
        )
        # As `texts.normal`: few names have two in a row, and a pattern costs more than the rest.
        self.connection.execute(
            "CREATE MACRO canon(n) AS CASE WHEN contains(dashed(n), '--') "
            "THEN regexp_replace(dashed(n), '-+', '-', 'g') ELSE dashed(n) END"
        )
        self.connection.execute(
            f"CREATE MACRO is_name(n) AS n IS NOT NULL AND length(n) <= {LONGEST_NAME} "
            f"AND regexp_full_match(n, '{VALID_NAME}')"
        )

    def close(self) -> None:
        self.connection.close()

    def path(self, table: str) -> str:
        """Return where the Parquet file of a table is."""
        return os.path.join(self.folder, f"{table}.parquet")

    def paths(self) -> Mapping[str, str]:
        """Return the files of all tables; a table that no source laid down is empty."""
        for table, columns in SCHEMAS.items():
            if not os.path.exists(self.path(table)):
                cells = ", ".join(
                    f"NULL::{_TYPES[kind]} AS {name}" for name, kind in columns.items()
                )
                self.lay(table, f"SELECT {cells} WHERE false")
        return {table: self.path(table) for table in SCHEMAS}

    def lay(self, table: str, query: str) -> None:
        """Write a table as the query gives it; its columns are those of `SCHEMAS`."""
        columns = ", ".join(
            f"{name}::{_TYPES[kind]} AS {name}" for name, kind in SCHEMAS[table].items()
        )
        self.connection.execute(
            f"COPY (SELECT {columns} FROM ({query})) TO {quoted(self.path(table))} (FORMAT parquet)"  # noqa: S608 - our own words, quoted paths
        )

    def one(self, query: str) -> tuple[object, ...] | None:
        """Return the first row that a query gives, if it gives one."""
        row: tuple[object, ...] | None = self.connection.execute(query).fetchone()
        return row

    def count(self, query: str) -> int:
        """Return the number that a query gives."""
        row = self.one(query)
        return int(str(row[0])) if row and row[0] is not None else 0

    def refuse_any(
        self, relation: str, condition: str, shown: str, problem: str, path: str
    ) -> None:
        """Raise `SourceError` with the first row of a relation that meets the condition."""
        bad = self.one(
            f"SELECT row, {shown}::VARCHAR FROM {relation} WHERE {condition} ORDER BY row LIMIT 1"  # noqa: S608 - our own words, quoted paths
        )
        if bad is not None:
            shown_value = "nothing" if bad[1] is None else repr(str(bad[1])[:80])
            raise SourceError(f"row {bad[0]}: {shown_value} {problem}", path=path)


def quoted(text: str) -> str:
    """Write a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
