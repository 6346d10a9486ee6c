"""A web server on this machine that answers as a test wants it to."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from vetgate.facts.live.shapes import Json

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


class Reply(NamedTuple):
    """What to answer: `drip` seconds between bytes, `delay` seconds before the first."""

    body: bytes = b""
    status: int = 200
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drip: float = 0.0
    repeat: int = 1


class Request(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def page(value: Json, media_type: str = "application/json", *, delay: float = 0.0) -> Reply:
    return Reply(json.dumps(value).encode(), media_type=media_type, delay=delay)


class Loopback:
    """The server: `replies` by path, in turn where there are several; anything else is 404."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.computed: dict[str, Callable[[Request], Reply]] = {}
        self.requests: list[Request] = []
        self.delay = 0.0
        self.everything: Reply | None = None
        self._lock = threading.Lock()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def on(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            if request.path in self.computed and self.everything is None:
                return self.computed[request.path](request)
            replies = self.replies.get(request.path)
            if replies is None:
                return self.everything or Reply(status=404, delay=self.delay)
            return replies.pop(0) if len(replies) > 1 else replies[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    loopback: Loopback

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command, self.path, dict(self.headers.items()), self.rfile.read(length)
        )
        reply = self.loopback.answer(request)
        time.sleep(reply.delay or self.loopback.delay)
        try:
            self._send(reply)
        except OSError:
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.media_type)
        self.send_header("Content-Length", str(len(reply.body) * reply.repeat))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        for _ in range(reply.repeat):
            if not reply.drip:
                self.wfile.write(reply.body)
                continue
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.drip)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that gives up is what many tests are about."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    loopback = Loopback()
    handler = type("_Bound", (_Handler,), {"loopback": loopback})
    server = _Server(("127.0.0.1", 0), handler)
    loopback.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
