"""How a snapshot is packed for transport, and the only unpacker: bounded in size and memory.

xz: it is in Python's standard library, so that a machine that only fetches needs nothing more.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator

from vetgate.errors import UpdateError

_PRESET = 6
_BLOCK = 1 << 20
_MOST_MEMORY = 1 << 27
"""Bytes that unpacking may take; what `pack` makes takes a tenth of that."""


def pack(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pack a content: the same bytes for the same content, and the same liblzma."""
    packer = lzma.LZMACompressor(lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=_PRESET)
    for block in blocks:
        if packed := packer.compress(block):
            yield packed
    yield packer.flush()


def unpack(blocks: Iterable[bytes], size: int, path: str) -> Iterator[bytes]:
    """Unpack a content of exactly `size` bytes; raises `UpdateError`, with `path` in it."""
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
    left = size
    try:
        for block in blocks:
            feed = block
            while not unpacker.eof and (feed or not unpacker.needs_input):
                # One byte more than is due shows a content that is longer than it should be.
                content = unpacker.decompress(feed, min(_BLOCK, left + 1))
                feed = b""
                left -= len(content)
                if left < 0:
                    raise UpdateError(f"unpacks to more than {size} bytes", path=path)
                if content:
                    yield content
                elif unpacker.needs_input:
                    break
            if feed or unpacker.unused_data:
                raise UpdateError("has something after its end", path=path)
    except lzma.LZMAError as error:
        raise UpdateError(f"cannot be unpacked: {error}", path=path) from error
    if not unpacker.eof or left:
        raise UpdateError("is not whole", path=path)
