from __future__ import annotations

import lzma
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from vetgate.facts.pages import MAGIC, apart, together


def pieces(content: bytes, length: int = 10_000) -> Iterator[bytes]:
    for start in range(0, len(content), length):
        yield content[start : start + length]


def taken_apart(content: bytes, length: int = 10_000) -> bytes:
    return b"".join(apart(pieces(content, length)))


def put_together(content: bytes, length: int = 10_000) -> bytes:
    return b"".join(together(pieces(content, length)))


def database(folder: Path, rows: int, size: int = 2048, *, deleted: bool = False) -> bytes:
    """Write texts, numbers of all widths, blobs, floats, NULLs and long cells into a file."""
    chance = random.Random(rows)  # noqa: S311 - the same rows each time
    path = folder / "some.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("CREATE TABLE one(name TEXT PRIMARY KEY, a, b, c) WITHOUT ROWID")
    connection.execute("CREATE TABLE other(a, b)")
    for n in range(rows):
        values: tuple[str | int | bytes | float | None, ...] = (
            None,
            chance.randint(-(1 << chance.randint(0, 62)), 1 << chance.randint(0, 62)),
            chance.random(),
            chance.randbytes(chance.randint(0, 90)),
            "ä" * chance.choice((0, 3, 60, 70, 300 if n % 50 else 5000)),
        )
        row = (f"name-{n * 7919 % 10007:05}", *chance.choices(values, k=3))
        connection.execute("INSERT OR IGNORE INTO one VALUES (?, ?, ?, ?)", row)
        connection.execute("INSERT INTO other VALUES (?, ?)", row[:2])
    if deleted:
        connection.execute("DELETE FROM one WHERE name LIKE '%3'")
    connection.commit()
    if not deleted:
        connection.execute("VACUUM")
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize("size", [512, 2048, 65536])
@pytest.mark.parametrize("deleted", [False, True])
def test_a_database_is_put_together_as_it_was(tmp_path: Path, size: int, *, deleted: bool) -> None:
    content = database(tmp_path, 5000, size, deleted=deleted)

    parts = taken_apart(content)

    assert parts.startswith(MAGIC)
    assert put_together(parts) == content


@pytest.mark.parametrize("length", [1, 1000, 1 << 22])
def test_pieces_of_any_length_are_the_same(tmp_path: Path, length: int) -> None:
    content = database(tmp_path, 300)

    assert taken_apart(content, length) == taken_apart(content)
    assert put_together(taken_apart(content), length) == content


def test_a_file_of_more_than_one_part_is_put_together(tmp_path: Path) -> None:
    content = database(tmp_path, 60)

    assert put_together(taken_apart(content * 120)) == content * 120


def test_what_is_taken_apart_packs_better(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE one(name TEXT PRIMARY KEY, a, b) WITHOUT ROWID")
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    connection.executemany(
        "INSERT INTO one VALUES (?, ?, ?)",
        ((f"name-{n}", chance.randint(19000, 20000), f"owner{n % 7}") for n in range(20_000)),
    )
    connection.commit()
    connection.close()
    content = path.read_bytes()

    assert len(lzma.compress(taken_apart(content))) < 0.8 * len(lzma.compress(content))


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_database_is_put_together_as_it_was(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    content = bytearray(database(tmp_path, 300))
    for _ in range(200):
        content[chance.randrange(100, len(content))] = chance.randrange(256)
    damaged = bytes(content[: len(content) - chance.choice((0, 1, 700))])

    assert put_together(taken_apart(damaged)) == damaged


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="short"),
        pytest.param(b"name\n" * 3_000_000, id="long"),
        pytest.param(b"SQLite format 3\0", id="a-database-that-breaks-off"),
        pytest.param(b"SQLite format 3\0" + bytes(100), id="no-size-of-pages"),
    ],
)
def test_what_is_no_database_stays_as_it_is(content: bytes) -> None:
    assert taken_apart(content) == content
    assert put_together(content) == content


def test_what_breaks_off_is_refused(tmp_path: Path) -> None:
    parts = taken_apart(database(tmp_path, 300))

    with pytest.raises(ValueError, match="it breaks off within its pages"):
        put_together(parts[:-1])


def test_pages_that_are_said_to_be_long_are_refused_before_they_are_held() -> None:
    with pytest.raises(ValueError, match="its pages are too long"):
        put_together(MAGIC + b"\xff" * 1000)


@pytest.mark.parametrize("seed", range(30))
def test_nonsense_is_refused_or_gives_something_else_but_never_breaks(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same nonsense each time
    content = database(tmp_path, 300)
    parts = bytearray(taken_apart(content))
    parts[chance.randrange(len(MAGIC), len(parts))] ^= 1 << chance.randrange(8)

    try:
        made = put_together(bytes(parts))
    except ValueError:
        return
    assert len(made) <= 1 << 23
