from __future__ import annotations

import lzma
from collections.abc import Iterator

import pytest

from vetgate.errors import UpdateError
from vetgate.facts.packing import pack, unpack

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
