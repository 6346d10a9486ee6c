from __future__ import annotations

import lzma
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from vetgate.errors import UpdateError
from vetgate.facts.packing import pack, pack_snapshot, unpack, unpack_snapshot
from vetgate.facts.pages import MAGIC, apart

CONTENT = bytes(range(256)) * 5000


def pieces(content: bytes, length: int = 10_000) -> Iterator[bytes]:
    for start in range(0, len(content), length):
        yield content[start : start + length]


def packed(content: bytes = CONTENT) -> bytes:
    return b"".join(pack(pieces(content)))


def unpacked(content: bytes, size: int = len(CONTENT), length: int = 7) -> bytes:
    return b"".join(unpack(pieces(content, length), size, "x.xz"))


@pytest.mark.parametrize("length", [1, 7, 100_000])
def test_what_is_packed_is_unpacked(length: int) -> None:
    assert unpacked(packed(), length=length) == CONTENT


def test_the_same_content_in_other_pieces_packs_to_the_same_bytes() -> None:
    assert b"".join(pack(pieces(CONTENT, 999))) == packed()


@pytest.mark.parametrize(
    ("content", "size", "problem"),
    [
        pytest.param(b"", len(CONTENT), "is not whole", id="empty"),
        pytest.param(packed()[:-1], len(CONTENT), "is not whole", id="cut-short"),
        pytest.param(packed(), len(CONTENT) + 1, "is not whole", id="shorter-than-said"),
        pytest.param(
            packed(),
            len(CONTENT) - 1,
            f"unpacks to more than {len(CONTENT) - 1} bytes",
            id="longer-than-said",
        ),
        pytest.param(packed(bytes(10**8)), 5, "unpacks to more than 5 bytes", id="a-bomb"),
        pytest.param(
            packed() + b"x", len(CONTENT), "has something after its end", id="something-after"
        ),
        pytest.param(
            b"garbage" * 100,
            len(CONTENT),
            "cannot be unpacked: Input format not supported by decoder",
            id="garbage",
        ),
        pytest.param(
            lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 28}]),
            1,
            "cannot be unpacked: Memory usage limit exceeded",
            id="wants-much-memory",
        ),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(content: bytes, size: int, problem: str) -> None:
    with pytest.raises(UpdateError) as refused:
        unpacked(content, size, length=50)

    assert str(refused.value) == f"x.xz: {problem}"


def snapshot(folder: Path) -> bytes:
    path = folder / "snapshot.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE package(name TEXT PRIMARY KEY, rank INTEGER) WITHOUT ROWID")
    connection.executemany("INSERT INTO package VALUES (?, ?)", ((f"p{n}", n) for n in range(9000)))
    connection.commit()
    connection.close()
    return path.read_bytes()


def whole(content: bytes, size: int) -> bytes:
    return b"".join(unpack_snapshot(pieces(content), size, "x.xz"))


def test_a_snapshot_is_unpacked_as_it_was(tmp_path: Path) -> None:
    content = snapshot(tmp_path)
    small = b"".join(pack_snapshot(pieces(content)))

    assert whole(small, len(content)) == content
    assert len(small) < len(packed(content))


def test_a_snapshot_that_was_packed_as_it_is_will_do(tmp_path: Path) -> None:
    content = snapshot(tmp_path)

    assert whole(packed(content), len(content)) == content


@pytest.mark.parametrize("content", [bytes(10**6), MAGIC + bytes(10**6)])
def test_a_bomb_is_no_snapshot(content: bytes) -> None:
    with pytest.raises(UpdateError) as refused:
        whole(packed(content), 2048)

    assert str(refused.value) == "x.xz: unpacks to more than 2048 bytes"


@pytest.mark.parametrize(
    ("off", "problem"),
    [(-1, "unpacks to more than {size} bytes"), (1, "is not whole")],
)
def test_a_snapshot_of_another_size_is_refused(tmp_path: Path, off: int, problem: str) -> None:
    content = snapshot(tmp_path)
    size = len(content) + off

    with pytest.raises(UpdateError) as refused:
        whole(b"".join(pack_snapshot(pieces(content))), size)

    assert str(refused.value) == f"x.xz: {problem.format(size=size)}"


def test_a_snapshot_whose_pages_break_off_is_refused(tmp_path: Path) -> None:
    content = snapshot(tmp_path)
    parts = b"".join(apart(pieces(content)))

    with pytest.raises(UpdateError) as refused:
        whole(packed(parts[:-1]), len(content))

    assert str(refused.value) == "x.xz: cannot be unpacked: it breaks off within its pages"
