"""A static web server on this machine: ranges, tags, and the faults that a test asks for."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple


class Asked(NamedTuple):
    """A request: its path, and the headers of a resumed download."""

    path: str
    range: str | None
    if_range: str | None


class Server:
    """What is served, and how."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[Asked] = []
        self.cut: dict[str, list[int]] = {}
        """By path: after how many bytes each answer in turn breaks off."""
        self.endless: set[str] = set()
        """Paths that never end."""
        self.slow: set[str] = set()
        """Paths that drip."""
        self.status: dict[str, int] = {}
        self.moved: dict[str, str] = {}
        self.instead: dict[str, bytes] = {}
        self.ranges = True
        self.tags = True
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def content(self, path: str) -> bytes | None:
        if path in self.instead:
            return self.instead[path]
        file = self.folder / path.lstrip("/")
        return file.read_bytes() if file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: Server

    def do_GET(self) -> None:
        server = self.server_of
        wanted, if_range = self.headers.get("Range"), self.headers.get("If-Range")
        server.asked.append(Asked(self.path, wanted, if_range))
        content = server.content(self.path)
        status = server.status.get(self.path)
        if self.path in server.moved:
            self._answer(302, b"", {"Location": server.moved[self.path]})
        elif status is not None:
            self._answer(status, b"", {})
        elif content is None:
            self._answer(404, b"", {})
        else:
            self._file(content, wanted, if_range)

    def _file(self, content: bytes, wanted: str | None, if_range: str | None) -> None:
        tag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        headers = {"ETag": tag} if self.server_of.tags else {}
        same = if_range is None or if_range == tag
        if wanted is None or not self.server_of.ranges or not same:
            self._answer(200, content, headers)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(content):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            return
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(206, content[start:], headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        server = self.server_of
        endless = self.path in server.endless
        self.send_response(status)
        if endless:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        cuts = server.cut.get(self.path)
        try:
            if endless:
                while True:
                    self.wfile.write(bytes(65536))
            elif cuts:
                self.wfile.write(body[: cuts.pop(0)])
                self.close_connection = True
            elif self.path in server.slow:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
            else:
                self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that give up are what many tests are about."""


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder."""
    server = Server(folder)
    handler = type("_Bound", (_Handler,), {"server_of": server})
    http = _Threads(("127.0.0.1", 0), handler)
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
