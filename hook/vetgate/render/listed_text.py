"""`allow --list`, `--check` and `--prune` for a person: a table, as wide as its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vetgate.model.dependency import Location
from vetgate.render.listed import Listed, Standing
from vetgate.render.never import assert_never
from vetgate.render.visible import counted, visible

_HEAD = ("name", "versions", "rules", "reason", "by", "since", "expires", "used by", "")
_WIDEST = 40
"""Columns that one cell gets; a longer one pushes the rest of its row to the right."""
_PLACES = 3


def listed_text(entries: Sequence[Listed]) -> str:
    """Return the table, a row per entry in the order of the file."""
    if not entries:
        return "nothing is on the allow-list"
    rows = [_HEAD, *(_row(one) for one in entries)]
    columns = [
        max(len(cell) for cell in column if len(cell) <= _WIDEST)
        for column in zip(*rows, strict=True)
    ]
    return "\n".join(
        "  ".join(cell.ljust(column) for cell, column in zip(row, columns, strict=True)).rstrip()
        for row in rows
    )


def check_text(entries: Sequence[Listed]) -> str:
    """Return a line for each entry that should go, or one that none should."""
    lines = list(_complaints(entries))
    if not lines:
        return f"{counted(len(entries), 'allowance', 'allowances')}, all in force and used"
    return "\n".join([*lines, "to remove them: vetgate allow --prune"])


def expired_text(entries: Sequence[Listed]) -> str:
    """Return a line for each entry that is expired, or one that none is."""
    over = [one for one in entries if one.standing is Standing.EXPIRED]
    if not over:
        return f"{counted(len(entries), 'allowance', 'allowances')}, none expired"
    return "\n".join([*_complaints(over), "to remove them: vetgate allow --prune"])


def pruned_text(gone: Sequence[Listed]) -> str:
    """Tell what was removed and why."""
    return "\n".join(["removed:", *(f"  {line}" for line in _complaints(gone))])


def _complaints(entries: Sequence[Listed]) -> Iterator[str]:
    for one in entries:
        if one.standing is not Standing.IN_FORCE:
            place = _place(one.allowance.location)
            yield f"{place}: the allowance for {one.allowance.name} {_why(one)}"


def _why(one: Listed) -> str:
    match one.standing:
        case Standing.EXPIRED:
            end = one.allowance.expires
            said = "expired" if end is None else f"expired on {end.isoformat()}"
        case Standing.UNUSED:
            said = "is unused: no manifest declares it"
        case Standing.REDUNDANT:
            other = "another entry" if one.covered_by is None else _place(one.covered_by)
            said = f"is redundant: {other} allows as much"
        case Standing.IN_FORCE:
            said = "is in force"
        case _:
            assert_never(one.standing)
    return said


def _row(one: Listed) -> tuple[str, ...]:
    entry = one.allowance
    rules = "all but malware" if entry.rules is None else ", ".join(sorted(entry.rules))
    return (
        visible(entry.name),
        visible(entry.versions or "any"),
        visible(rules),
        visible(entry.reason),
        visible(entry.by or "-"),
        "-" if entry.on is None else entry.on.isoformat(),
        "never" if entry.expires is None else entry.expires.isoformat(),
        _used_by(one.used_by),
        "" if one.standing is Standing.IN_FORCE else one.standing.value,
    )


def _used_by(places: tuple[Location, ...] | None) -> str:
    if places is None:
        return "could not be told"
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return ", ".join(map(_place, places[:_PLACES])) + more if places else "nothing"


def _place(location: Location) -> str:
    return f"{visible(location.file)}:{location.line}"
