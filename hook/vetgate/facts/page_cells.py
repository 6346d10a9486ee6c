"""The cells of a page of SQLite's: what the head of a record tells, and streams of their parts.

Form: https://www.sqlite.org/fileformat2.html, 1.6 (pages of tables WITHOUT ROWID), 2.1 (records).
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TypeAlias

from vetgate.model.record import Record

LEAF, INTERIOR = 10, 2
HEADERS = {LEAF: 8, INTERIOR: 12}
"""The kinds of pages that are taken apart, and the bytes before their pointers."""
CHILD = 4
"""Bytes before each cell of an interior page."""
MORE = 0x80
"""The bit of a byte that says that its number goes on."""
LARGEST = 1 << 16
WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
"""Bytes of the numbers of each type."""
NUMBER = 4
"""Bytes of a length."""
_TEXT = 12
_LONGEST = 1 << 14

Key: TypeAlias = "tuple[int, int]"
"""A column, and the type of its values; texts of all lengths are one type."""


class Plan(Record):
    """What the head of a record tells."""

    start: bytes
    """How the cell begins: the record's length, then its head."""
    head: int
    """Where in that the head begins."""
    values: tuple[tuple[Key, int], ...]
    """The values that take room, in order, and how many bytes each."""
    size: int


class Streams:
    """What some pages are taken apart into."""

    def __init__(self) -> None:
        self.kinds = bytearray()
        self.whole = bytearray()
        self.headers = bytearray()
        self.gaps = array("H")
        self.patches = bytearray()
        self.children = bytearray()
        self.widths = bytearray()
        self.heads: dict[int, list[bytes]] = {}
        self.values: dict[Key, list[bytes]] = {}

    def written(self, size: int) -> bytes:
        """Write all streams one after the other; `size` is that of a page."""
        gaps = b"".join(gap.to_bytes(2, "big") for gap in self.gaps)
        fixed = (
            size.to_bytes(NUMBER, "big"),
            bytes(self.kinds),
            bytes(self.whole),
            bytes(self.headers),
            planes(gaps, 2),
            bytes(self.patches),
            bytes(self.children),
            bytes(self.widths),
        )
        heads = [planes(b"".join(self.heads[each]), each) for each in sorted(self.heads)]
        values = [
            planes(b"".join(self.values[key]), WIDTHS.get(key[1], 1)) for key in sorted(self.values)
        ]
        streams = (*fixed, *heads, *values)
        content = b"".join(b for one in streams for b in (len(one).to_bytes(NUMBER, "big"), one))
        return len(content).to_bytes(NUMBER, "big") + content


@lru_cache(maxsize=1 << 16)
def plan_of(head: bytes) -> Plan | None:
    """Read the head of a record; None if it is none, or one of a longer kind than is worth it."""
    if not head or head[0] != len(head) or len(head) >= MORE:
        return None
    values = []
    size, column, kind = len(head), 0, 0
    for byte in head[1:]:
        kind = kind << 7 | byte & (MORE - 1)
        if byte & MORE:
            continue
        length = (kind - _TEXT) // 2 if kind >= _TEXT else WIDTHS.get(kind, 0)
        if length:
            values.append(((column, min(kind, _TEXT)), length))
        size += length
        column, kind = column + 1, 0
    if kind or size >= _LONGEST:
        return None
    start = bytes((size,)) if size < MORE else bytes((size >> 7 | MORE, size & (MORE - 1)))
    return Plan(start + head, len(start), tuple(values), len(start) + size)


def planes(content: bytes, width: int) -> bytes:
    """Put the first bytes of all values of one width first, then the second ones."""
    return content if width == 1 else b"".join(content[at::width] for at in range(width))


def joined(content: bytes, width: int) -> bytes:
    """Undo `planes`; raise `ValueError` if these are no whole values."""
    count, odd = divmod(len(content), width)
    if odd:
        raise ValueError("a stream is no whole values")
    made = bytearray(len(content))
    for at in range(width):
        made[at::width] = content[at * count : (at + 1) * count]
    return bytes(made)
