"""What makes a snapshot's bytes depend on its rows alone, and not on the SQLite that wrote them.

Tried with SQLite 3.39 to 3.50, built with and without SECURE_DELETE: after this, `VACUUM` lays the
same rows down as the same bytes.
"""

from __future__ import annotations

import os
import sqlite3

_WRITER_VERSION = slice(96, 100)  # where SQLite notes its own version (file format, 1.3)
_HEADER = 100
_PAGE_SIZE = slice(16, 18)
_INTERIOR, _LEAVES = frozenset({2, 5}), frozenset({10, 13})
_BLOCK = 1024  # pages that are looked at together


def compact(connection: sqlite3.Connection) -> None:
    """Lay all rows down anew, in the order of their keys; what is deleted leaves no trace."""
    # Else the free places within pages keep what stood there, or not, as SQLite was built.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("VACUUM")


def settle(path: str) -> None:
    """Take out of a compacted file what differs between SQLites: traces in gaps, their version.

    Every b-tree page has a gap between its list of cells and the cells (file format, 1.6), which
    means nothing and which SQLite does not always clear.
    """
    with open(path, "r+b") as file:
        size = int.from_bytes(file.read(_HEADER)[_PAGE_SIZE], "big")
        size = 1 << 16 if size == 1 else size
        begin = 0
        file.seek(0)
        while block := file.read(size * _BLOCK):
            content = bytearray(block)
            for page in range(0, len(content), size):
                _clear_gap(content, page, _HEADER if begin + page == 0 else 0)
            if begin == 0:
                content[_WRITER_VERSION] = bytes(4)
            if content != block:
                file.seek(begin)
                file.write(content)
            begin += len(block)
            file.seek(begin)
        file.flush()
        os.fsync(file.fileno())


def _clear_gap(content: bytearray, page: int, header: int) -> None:
    start = page + header
    kind = content[start]
    if kind not in _INTERIOR and kind not in _LEAVES:
        return  # the rest of a long cell, or free
    cells = int.from_bytes(content[start + 3 : start + 5], "big")
    begin = start + (12 if kind in _INTERIOR else 8) + 2 * cells
    end = page + (int.from_bytes(content[start + 5 : start + 7], "big") or 1 << 16)
    if begin < end:
        content[begin:end] = bytes(end - begin)
