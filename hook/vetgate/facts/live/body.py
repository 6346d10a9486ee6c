"""The only reader of bodies: streamed, counted and unpacked here, so that no bomb goes off."""

from __future__ import annotations

import codecs
import time
import zlib
from email.message import Message
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing requests takes longer than the whole warm path
    from requests import Response

_BLOCK = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS
_COSTLY = frozenset({"punycode", "idna"})
"""Charsets of Python's for names: what is much longer takes them ages, and no page is in them."""


class TooBigError(Exception):
    """The body is larger than was asked for; the text completes `HOST ...`."""


def read_body(response: Response, most: int, deadline: float) -> bytes:
    """Read and unpack a body of at most `most` bytes.

    Raises `TooBigError`, `TimeoutError` at the deadline (of `time.monotonic`), `OSError` or
    `ValueError` where the answer breaks off or is packed in a way that nobody asked for.
    """
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", ""}:
        raise ValueError(packing)
    unpacker = zlib.decompressobj(_GZIP) if packing == "gzip" else None
    blocks: list[bytes] = []
    size = 0
    try:
        while block := _block(response):
            if time.monotonic() >= deadline:
                raise TimeoutError
            blocks.append(
                block if unpacker is None else unpacker.decompress(block, most + 1 - size)
            )
            size += len(blocks[-1])
            if size > most or (unpacker is not None and unpacker.unconsumed_tail):
                raise TooBigError(f"answers with more than {most >> 20} MB")
    except ReadTimeoutError as error:
        raise TimeoutError from error
    except (HTTPError, zlib.error) as error:
        raise ValueError(str(error)) from error
    if unpacker is not None and not unpacker.eof:
        raise ValueError("the packed body is not whole")
    return b"".join(blocks)


def _block(response: Response) -> bytes:
    # `read` waits until it has all it was asked for, and a host that drips could make it wait for
    # hours; `read1` (urllib3 2) comes back with what there is.
    reader = getattr(response.raw, "read1", None)
    block: bytes = (
        response.raw.read(1024, decode_content=False)
        if reader is None
        else reader(_BLOCK, decode_content=False)
    )
    return block or b""


def in_utf_8(body: bytes, content_type: str) -> bytes:
    """Return a text in UTF-8, whichever charset it comes in; pip takes what names none for that.

    Raises `LookupError` for a charset that is none, `ValueError` if the text is not in it.
    """
    if "charset" not in content_type.lower():
        return body
    # As pip reads it, so that both see the same links.
    header = Message()
    header["Content-Type"] = content_type
    charset = header.get_param("charset")
    if not charset:
        return body
    codec = codecs.lookup(str(charset)).name
    if codec in _COSTLY:
        raise LookupError(codec)
    return body if codec == "utf-8" else body.decode(codec).encode()
