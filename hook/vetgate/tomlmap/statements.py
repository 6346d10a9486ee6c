"""The only place that knows where each statement of a TOML text begins and ends.

For those who change a file: they splice its text at these places and leave every other character
as it was. The decoder must have accepted the text, and has the last word on what is made of it.
"""

from __future__ import annotations

from vetgate.model.record import Record
from vetgate.tomlmap.lines import LostError, Path, Scanner


class Statement(Record):
    """A table's header, or a key with its value."""

    path: Path
    """What a header opens (with its index, for an element of an array of tables), or the path of
    the value from the root of the document."""
    header: bool
    start: int
    """Characters before it."""
    end: int
    """Characters before what follows its last one; a comment after it is not part of it."""


def statements(text: str) -> tuple[Statement, ...] | None:
    """Return the statements of a valid TOML text in order; None if the scanner lost the thread.

    Lines may end as they do in the file: with a line feed, or carriage return and line feed.
    """
    scanner = Scanner(text)
    found: list[Statement] = []
    table: Path = ()
    try:
        while scanner.at_statement():
            start = scanner.at
            table, pair = scanner.statement(table)
            path = table if pair is None else pair
            found.append(Statement(path, pair is None, start, scanner.at))
    except LostError:
        return None
    return tuple(found)
