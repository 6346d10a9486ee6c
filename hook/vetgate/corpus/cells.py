"""The rows that an engine computed, read back as the snapshot's writer takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from vetgate.corpus.rows import COLUMNS
from vetgate.corpus.work import Work, quoted
from vetgate.facts.writer import Row
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Held,
    Listed,
    Presence,
    Quarantined,
    Reborn,
    Removed,
)

_FETCHED = 20_000  # rows at once
_EPOCH = date(1970, 1, 1)
_TEXTS = frozenset({"name", "presence", "repository", "status", "newest"})

if TYPE_CHECKING:
    _Cells: TypeAlias = tuple[
        str, str | None, int | None, int | None, int | None, int | None, int | None,
        str | None, int | None, int | None, str | None, str | None,
    ]  # fmt: skip


class Rows:
    """The rows in the order of their names, once; `given` counts them."""

    def __init__(
        self,
        work: Work,
        results: Mapping[str, str],
        reports: Mapping[NormalizedName, tuple[Advisory, ...]],
    ) -> None:
        self._work, self._results, self._reports = work, results, reports
        self.given = 0

    def __iter__(self) -> Iterator[Row]:
        suspicious: dict[str, list[str]] = {}
        for name, url in self._read("suspicious", '"name", "url"', "name, url"):
            suspicious.setdefault(str(name), []).append(str(url))
        columns = ", ".join(f'"{column}"::{_kind(column)}' for column in COLUMNS)
        for cells in self._read("package", columns, "name"):
            self.given += 1
            name = NormalizedName(str(cells[0]))
            urls = suspicious.get(name)
            reports = self._reports.get(name)
            yield _row(name, cast("_Cells", cells), None if urls is None else tuple(urls), reports)

    def _read(self, table: str, columns: str, order: str) -> Iterator[tuple[object, ...]]:
        cursor = self._work.connection.execute(
            f"SELECT {columns} FROM read_parquet({quoted(self._results[table])}) ORDER BY {order}"  # noqa: S608 - our own words, a quoted path
        )
        while cells := cursor.fetchmany(_FETCHED):
            yield from cells


def _kind(column: str) -> str:
    """Name the type that the cells of a column are to be of, whatever an engine made of them."""
    return "VARCHAR" if column in _TEXTS else "BIGINT"


def _row(
    name: NormalizedName,
    cells: _Cells,
    urls: tuple[str, ...] | None,
    reports: tuple[Advisory, ...] | None,
) -> Row:
    _, word, rank, since, again, downloads, dependents, repository, first, latest, *texts = cells
    status, newest = texts
    return Row(
        name,
        _presence(word, since, again),
        rank,
        downloads,
        dependents,
        repository,
        _day(first),
        _day(latest),
        status,
        urls,
        advisories=reports,
        newest=newest if reports else None,
    )


def _presence(word: str | None, since: int | None, again: int | None) -> Presence | None:
    if word == "removed":
        return Removed(_day(since))
    if word == "reborn":
        return Reborn(_day(since), _day(again))
    return None if word is None else _PLAIN[word]


_PLAIN: Mapping[str, Presence] = {
    "listed": Listed(),
    "held": Held(),
    "quarantined": Quarantined(),
}


@lru_cache(maxsize=1 << 14)
def _day(number: int | None) -> date | None:
    return None if number is None else _EPOCH + timedelta(days=number)
