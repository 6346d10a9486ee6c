"""The rows that an engine computed, read back as the snapshot's writer takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from vetgate.corpus.rows import COLUMNS
from vetgate.corpus.work import Work, quoted
from vetgate.errors import BuildError
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
        columns = ", ".join(f'"{column}"' for column in COLUMNS)
        for cells in self._read("package", columns, "name"):
            self.given += 1
            name = NormalizedName(str(cells[0]))
            urls = suspicious.get(name)
            yield _row(name, cells, None if urls is None else tuple(urls), self._reports.get(name))

    def _read(self, table: str, columns: str, order: str) -> Iterator[tuple[object, ...]]:
        cursor = self._work.connection.execute(
            f"SELECT {columns} FROM read_parquet({quoted(self._results[table])}) ORDER BY {order}"  # noqa: S608 - our own words, a quoted path
        )
        while cells := cursor.fetchmany(_FETCHED):
            yield from cells


def _row(
    name: NormalizedName,
    cells: tuple[object, ...],
    urls: tuple[str, ...] | None,
    reports: tuple[Advisory, ...] | None,
) -> Row:
    _, word, rank, since, again, downloads, dependents, repository, first, latest, status = cells
    return Row(
        name,
        _presence(word, _day(since), _day(again)),
        _number(rank),
        _number(downloads),
        _number(dependents),
        _text(repository),
        _day(first),
        _day(latest),
        _text(status),
        urls,
        advisories=reports,
    )


def _presence(word: object, since: date | None, again: date | None) -> Presence | None:
    if word == "removed":
        return Removed(since)
    if word == "reborn":
        return Reborn(since, again)
    return None if word is None else _PLAIN[str(word)]


_PLAIN: Mapping[str, Presence] = {
    "listed": Listed(),
    "held": Held(),
    "quarantined": Quarantined(),
}


def _number(cell: object) -> int | None:
    if cell is None or isinstance(cell, int):
        return cell
    raise BuildError(f"the engine answered {cell!r}, which is no number")


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    raise BuildError(f"the engine answered {cell!r}, which is no text")


def _day(cell: object) -> date | None:
    number = _number(cell)
    return None if number is None else _EPOCH + timedelta(days=number)
