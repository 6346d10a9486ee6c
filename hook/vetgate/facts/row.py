"""One package in a snapshot file: its facts as cells of a row, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import TypeAlias

from vetgate.facts import codec, schema
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Downloads,
    FactName,
    Held,
    Listed,
    NeverSeen,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Removed,
)
from vetgate.model.record import Record

Cell: TypeAlias = "str | int | bytes | float | None"
Cells: TypeAlias = "Mapping[str, Cell]"

DETAILS: frozenset[FactName] = frozenset(schema.DETAIL[1:])
"""The facts that stand in the second table."""


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


def package_cells(row: Row) -> tuple[Cell, ...]:
    """Give the cells of the first table, in the order of `schema.PACKAGE`."""
    since = again = None
    if isinstance(row.presence, Removed):
        since = row.presence.since
    elif isinstance(row.presence, Reborn):
        since, again = row.presence.removed_on, row.presence.again_on
    return (
        row.name,
        None if row.presence is None else schema.PRESENCES.index(row.presence.word),
        row.rank,
        since.toordinal() if since else None,
        again.toordinal() if again else None,
        row.downloads,
        row.dependents,
        row.repository,
        _seconds(row.first_upload),
        _seconds(row.latest_upload),
        row.status,
    )


def detail_cells(row: Row) -> tuple[Cell, ...] | None:
    """Give the cells of the second table; None: this row needs none."""
    details: tuple[tuple[FactName, codec.FactValue], ...] = (
        ("urls", row.urls),
        ("releases", row.releases),
        ("owners", row.owners),
    )
    if all(value is None for _, value in details):
        return None
    return (
        row.name,
        *(None if value is None else codec.encode(fact, value) for fact, value in details),
    )


def values(
    cells: Cells, details: Cells, floor: int | None
) -> Iterator[tuple[FactName, codec.FactValue]]:
    """Read the facts that a row records; raise `ValueError` if it is damaged.

    `floor` is what every ranked package is downloaded at least, in a month.
    """
    if (found := presence(cells)) is not None:
        yield "presence", found
    if (downloads := cells["downloads"]) is not None:
        yield "downloads", Downloads(count(downloads))
    elif cells["rank"] is not None and floor is not None:
        yield "downloads", Downloads(floor, at_least=True)
    for facts, place, read in (
        (codec.NUMBERS, cells, count),
        (codec.MOMENTS, cells, moment),
        (codec.TEXTS, cells, None),
        (DETAILS, details, None),
    ):
        for fact in facts:
            if (cell := place.get(fact)) is not None:
                yield fact, codec.decode(fact, _text(cell)) if read is None else read(cell)


def presence(cells: Cells) -> Presence | None:
    """Read the presence that a row records; raise `ValueError` if it is damaged."""
    if (code := cells["presence"]) is None:
        return None
    place = count(code)
    if place >= len(schema.PRESENCES):
        raise ValueError(f"{place} is no presence")
    word = schema.PRESENCES[place]
    if word == "removed":
        return Removed(_day(cells["since"]))
    if word == "reborn":
        return Reborn(_day(cells["since"]), _day(cells["again"]))
    plain: dict[str, Presence] = {
        "listed": Listed(),
        "held": Held(),
        "quarantined": Quarantined(),
        "never-seen": NeverSeen(),
    }
    return plain[word]


def count(cell: Cell) -> int:
    """Take a cell as a count; raise `ValueError` if it is none."""
    if not isinstance(cell, int) or cell < 0:
        raise ValueError(f"{cell!r} is no count")
    return cell


def moment(cell: Cell) -> datetime:
    """Take a cell as seconds since 1970; raise `ValueError` if it is nothing such."""
    try:
        return datetime.fromtimestamp(count(cell), timezone.utc)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{cell!r} is no moment") from error


def _seconds(value: datetime | None) -> int | None:
    return None if value is None else int(value.timestamp())


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    raise ValueError(f"{cell!r} is no text")


def _day(cell: Cell) -> date | None:
    try:
        return None if cell is None else date.fromordinal(count(cell))
    except OverflowError as error:
        raise ValueError(f"{cell!r} is no day") from error
