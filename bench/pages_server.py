"""An upstream for load: every project has the same page; asyncio, so that it is no bottleneck.

`python bench/pages_server.py BYTES` prints its port and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import sys

from synthetic_index import SIMPLE_JSON, page

BYTES_PER_FILE = 590


def body(name: str, size: int) -> bytes:
    """Make a page of about so many bytes, whose links are absolute as PyPI's are."""
    return page(name, (), max(1, size // BYTES_PER_FILE), base="https://files.example/packages")


async def _serve(size: int) -> None:
    pages: dict[str, bytes] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                name = request.split(b" ", 2)[1].decode().strip("/").split("/")[-1]
                if name not in pages:
                    pages[name] = body(name, size)
                content = pages[name]
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {SIMPLE_JSON}\r\nContent-Length: "
                writer.write(f"{head}{len(content)}\r\n\r\n".encode() + content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
