"""An index on loopback, and the services beside it, that take their time to answer."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

INFO = {
    "version": "1.0",
    "project_urls": {"Source": "https://github.com/acme/acme"},
    "home_page": None,
    "description": "",
}
PAGE = {
    "releases": {
        "1.0": [
            {
                "filename": "acme-1.0.tar.gz",
                "upload_time_iso_8601": "2024-01-01T00:00:00.000000Z",
                "yanked": False,
            }
        ]
    },
    "ownership": {"roles": [], "organization": None},
    "urls": [],
    "last_serial": 1,
    "vulnerabilities": [],
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    latency = 0.0

    def do_GET(self) -> None:
        """Answer every project page alike, each under its own name."""
        name = self.path.strip("/").split("/")[1]
        self._answer({**PAGE, "info": {**INFO, "name": name}})

    def do_POST(self) -> None:
        """Answer what the download and dependents services are asked: all names are popular."""
        asked = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        # The names that the two services are asked about stand in quotes, or at the end of a purl.
        names = re.findall(r"['/]([a-z0-9-]+)['\"]", asked)
        if self.path.startswith("/downloads"):
            rows = [{"project": name, "downloads": "50000"} for name in names]
            self._answer({"meta": [], "data": rows, "rows": len(rows)})
        elif self.path.startswith("/advisories"):
            queries = json.loads(asked)["queries"]
            self._answer({"results": [{} for _ in queries]})
        else:
            self._answer(
                [
                    {"name": name, "ecosystem": "pypi", "dependent_packages_count": 50}
                    for name in names
                ]
            )

    def _answer(self, document: object) -> None:
        time.sleep(self.latency)
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class SlowIndex:
    """A server in a thread, for the length of a `with` block."""

    def __init__(self, latency: float) -> None:
        """Answer after `latency` seconds."""
        handler = type("Handler", (_Handler,), {"latency": latency})
        self._server = _Server(("127.0.0.1", 0), handler)

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
