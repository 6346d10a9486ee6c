"""One package in a snapshot file: the facts that the cells of its rows record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from vetgate.facts import codec, schema
from vetgate.facts.short_url import lengthened
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
    Removed,
)
from vetgate.model.typed import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # what only a build and a publisher need
    from vetgate.facts.stated import Source

Cell: TypeAlias = "str | int | bytes | float | None"
Cells: TypeAlias = "Mapping[str, Cell]"

DETAILS: frozenset[FactName] = frozenset(schema.DETAIL[1:])
"""The facts that stand in the second table."""


_STATUS: frozenset[FactName] = frozenset({"status"})
_EPOCH = date(1970, 1, 1)
_LAST_MOMENT = timedelta(hours=23, minutes=59, seconds=59)


def values(
    name: NormalizedName, cells: Cells, details: Cells, floor: int | None
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
        (_STATUS, cells, None),
        (DETAILS, details, None),
    ):
        for fact in facts:
            if (cell := place.get(fact)) is not None:
                yield fact, codec.decode(fact, _text(cell)) if read is None else read(cell)
    yield from _uploads(cells["first_upload"], cells["latest_upload"])
    if (cell := cells["repository"]) is not None:
        yield "repository", lengthened(_text(cell), name) or None


def _uploads(first: Cell, latest: Cell) -> Iterator[tuple[FactName, datetime]]:
    if latest is not None:
        yield "latest_upload", end_of_day(latest)
    if first is not None:
        yield "first_upload", end_of_day(first if latest is None else count(latest) - count(first))


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


def source(cells: Sequence[Cell]) -> Source:
    """Read what a snapshot says of one of its sources; raise `ValueError` if it is damaged."""
    from vetgate.facts.stated import Source

    kind, told, licence, as_of, serial, rows = cells
    return Source(
        _text(kind),
        _text(told),
        _text(licence),
        moment(as_of),
        None if serial is None else count(serial),
        count(rows),
    )


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


def end_of_day(cell: Cell) -> datetime:
    """Take a cell as a day; give its last second, so that nothing looks older than it is."""
    day = _day(cell) or _EPOCH
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc) + _LAST_MOMENT


def day_number(day: date) -> int:
    """Give the cell for a day; raise `ValueError` for one before 1970."""
    number = (day - _EPOCH).days
    if number < 0:
        raise ValueError(f"{day} is before 1970")
    return number


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    raise ValueError(f"{cell!r} is no text")


def _day(cell: Cell) -> date | None:
    try:
        return None if cell is None else _EPOCH + timedelta(days=count(cell))
    except OverflowError as error:
        raise ValueError(f"{cell!r} is no day") from error
