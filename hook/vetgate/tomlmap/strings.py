"""The only place that knows where the text of a TOML string stands in its file.

For those who change a part of one: whatever stands there letter by letter can be spliced. The
decoder must have accepted the text, and has the last word on what is made of it.
"""

from __future__ import annotations

from vetgate.model.record import Record
from vetgate.tomlmap.lines import LostError, Path, Scanner

_QUOTES = ('"""', "'''", '"', "'")


class Written(Record):
    """What stands between the quotes of a string."""

    path: Path
    """Keys and indexes from the root of the document."""
    start: int
    """Characters before it."""
    raw: str
    """As written: what it means may differ where it has escapes or begins with a line end."""


def strings(text: str) -> tuple[Written, ...] | None:
    """Return the strings of a valid TOML text in order; None if the scanner lost the thread."""
    scanner = Scanner(text)
    try:
        scanner.document()
    except LostError:
        return None
    found: list[Written] = []
    for path, (start, end) in scanner.scalars.items():
        quote = next((one for one in _QUOTES if text.startswith(one, start)), None)
        if quote is not None:
            inner = start + len(quote)
            found.append(Written(path, inner, text[inner : end - len(quote)]))
    return tuple(found)
