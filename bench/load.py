"""A load generator on loopback, bounded in count: so many clients that each ask one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

ACCEPT = "application/vnd.pypi.simple.v1+json"


class Load(NamedTuple):
    """What so many requests took: in all, and the slowest but one in a hundred, in seconds."""

    per_second: float
    median: float
    p99: float


def load(urls: Sequence[str], clients: int) -> Load:
    """Ask for each URL once, by so many clients at once; any status but 200 ends the bench."""
    return asyncio.run(_load(list(urls), clients))


async def _load(urls: list[str], clients: int) -> Load:
    took: list[float] = []
    waiting = list(reversed(urls))

    async def client() -> None:
        first = urlsplit(urls[0])
        reader, writer = await asyncio.open_connection(first.hostname, first.port, limit=1 << 24)
        while waiting:
            path = urlsplit(waiting.pop()).path
            began = time.perf_counter()
            head = f"GET {path} HTTP/1.1\r\nHost: {first.netloc}\r\nAccept: {ACCEPT}\r\n\r\n"
            writer.write(head.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            length = answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length))
            took.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    whole = time.perf_counter() - began
    took.sort()
    return Load(len(took) / whole, took[len(took) // 2], took[int(len(took) * 0.99)])
