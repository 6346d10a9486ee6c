from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from vetgate.facts.settling import compact, settle

LONG = "x" * 9000


def lay_down(path: Path, *, traces: bool) -> bytes:
    """Write a table, with traces in its gaps or without, in a page's worth of rows and more."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA page_size = 1024")
    connection.execute("CREATE TABLE t(k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID")
    for number in range(300):
        connection.execute("INSERT INTO t VALUES (?, ?)", (f"{number:04}", f"secret {number}" * 3))
    connection.execute("INSERT INTO t VALUES ('long', ?)", (LONG,))
    compact(connection)
    connection.close()
    content = bytearray(path.read_bytes())
    if traces:
        for page in range(1024, len(content), 1024):
            begin = int.from_bytes(content[page + 3 : page + 5], "big") * 2 + page + 12
            end = page + int.from_bytes(content[page + 5 : page + 7], "big")
            if content[page] in {2, 10} and begin < end:
                content[begin:end] = b"?" * (end - begin)
        content[96:100] = b"abcd"
        path.write_bytes(content)
    settle(str(path))
    return path.read_bytes()


def test_traces_in_gaps_and_the_version_do_not_show(tmp_path: Path) -> None:
    clean = lay_down(tmp_path / "a", traces=False)

    assert lay_down(tmp_path / "b", traces=True) == clean
    assert clean[96:100] == bytes(4)


def test_all_rows_are_still_there(tmp_path: Path) -> None:
    lay_down(tmp_path / "a", traces=True)
    connection = sqlite3.connect(tmp_path / "a")

    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (301,)
    assert connection.execute("SELECT v FROM t WHERE k = 'long'").fetchone() == (LONG,)
    connection.close()


@pytest.mark.parametrize("size", [512, 65536])
def test_every_size_of_page_is_understood(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("CREATE TABLE t(k TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO t VALUES (?)", ((f"{n:040}",) for n in range(3000)))
    compact(connection)
    connection.close()

    settle(str(path))

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (3000,)
    connection.close()
