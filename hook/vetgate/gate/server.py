"""uvicorn as the gate needs it: in a thread, stopped at once, patient with no client for ever."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import HANDLED_SIGNALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

KEPT_ALIVE = 120
"""Seconds that a connection may lie idle between two requests: pip builds in between."""
FIRST_REQUEST = 30.0
"""Seconds that a client has to finish its first request's head."""


MOST_CLIENTS = 1000
"""Connections at once; whoever comes later is told 503."""


class Patient(H11Protocol):
    """Shuts out a client that opens a connection and says nothing, or drips its request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self.loop.call_later(FIRST_REQUEST, self._too_late)

    def _too_late(self) -> None:
        began: object = self.cycle  # None until there is a request, whatever uvicorn declares
        if began is None and not self.transport.is_closing():
            self.transport.abort()


def config_of(
    app: ASGIApp | Callable[[], ASGIApp], *, graceful: int | None = None, workers: int = 1
) -> uvicorn.Config:
    """Return what uvicorn is to be: it logs nothing, trusts no header and speaks plain HTTP.

    With several `workers`, each makes the application for itself, by calling `app`.
    """
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    logging.getLogger("uvicorn").propagate = False
    return uvicorn.Config(
        app,
        http=Patient,
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEPT_ALIVE,
        timeout_graceful_shutdown=graceful,
        limit_concurrency=MOST_CLIENTS,
        workers=workers,
        factory=workers > 1,
    )


class Serving(uvicorn.Server):
    """A server on a socket that is bound already; `stop` may be called by any thread."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        """Serve nothing yet."""
        super().__init__(config_of(app))
        self._listening = listening
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()

    def run(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - uvicorn's
        """Serve until stopped."""
        loop = asyncio.new_event_loop()
        with self._lock:
            self._loop = loop
        try:
            loop.run_until_complete(self._serve([self._listening]))
        finally:
            with self._lock:
                self._loop = None
            loop.close()

    def stop(self) -> None:
        """End serving, whatever is being answered, or before it begins."""
        with self._lock:
            if self._loop is None:
                self._over.set()
            else:
                self._loop.call_soon_threadsafe(self._over.set)

    async def main_loop(self) -> None:
        """Wait to be stopped; uvicorn would look ten times a second, and end a tenth too late."""
        self.server_state.default_headers = []
        await self._over.wait()

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Close every connection at once: pip is gone, and nobody else has anything to ask."""
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Service(uvicorn.Server):
    """A server in the main thread: ends by a signal, after what is being answered, and not of it.

    uvicorn raises the signal once more when it is done, so that it would end as if killed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while it serves; a second Ctrl-C does not wait any longer."""
        before = {one: signal.signal(one, self.handle_exit) for one in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
