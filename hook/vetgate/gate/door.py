"""Who may come in, how long one may stay, and what is noted of each who came."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from vetgate.gate.ruling import PageRuling
from vetgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST = 3600.0
"""Seconds that a request may take in all, a large file over a slow line included."""
_KEY = "vetgate"
_METHODS = frozenset({"GET", "HEAD"})


class Noted:
    """What is noted of one request."""

    __slots__ = (
        "client",
        "method",
        "name",
        "path",
        "rules",
        "seconds",
        "size",
        "status",
        "trouble",
        "verdict",
    )

    def __init__(self, method: str, path: str, client: str) -> None:
        self.method, self.path, self.client = method, path, client
        self.status, self.size, self.seconds = 0, 0, 0.0
        self.name = self.verdict = self.trouble = ""
        self.rules: tuple[str, ...] = ()

    def ruled(self, name: str, ruling: PageRuling) -> None:
        """Note what was decided about the project that was asked for."""
        self.name = name
        if ruling.judged is None:
            return
        outcome = Outcome.BLOCKED if ruling.blocked else ruling.judged.outcome
        partly = bool(ruling.hidden) and not ruling.blocked
        self.verdict = "held back in part" if partly else outcome.name.lower()
        self.rules = tuple(
            dict.fromkeys(one.rule for one in ruling.judged.findings if one.exempted_by is None)
        )


def note_of(scope: Scope) -> Noted:
    """Return what is noted of the request that is being answered."""
    note = scope.get(_KEY)
    return note if isinstance(note, Noted) else Noted("", "", "")


class Door:
    """The outermost layer: the only one that sees every request and every failure."""

    def __init__(
        self, app: ASGIApp, *, hosts: tuple[str, ...], noted: Callable[[Noted], None]
    ) -> None:
        """`hosts`: what a client may call this machine; anything if empty."""
        self._app, self._noted = app, noted
        self._hosts = frozenset(host.encode("ascii") for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing is raised."""
        if scope["type"] != "http":
            return
        client = scope.get("client")
        note = Noted(scope["method"], scope["path"], client[0] if client else "")
        scope[_KEY] = note
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                note.status = message["status"]
            elif message["type"] == "http.response.body":
                note.size += len(message.get("body", b""))
            await send(message)

        try:
            await self._answer(scope, receive, noting, note)
        finally:
            note.seconds = time.perf_counter() - began
            self._noted(note)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, note: Noted) -> None:
        host = next((value for key, value in scope["headers"] if key == b"host"), b"")
        if self._hosts and host not in self._hosts:
            # A page in a browser that was made to call this machine by a name of its own.
            await _say(send, 421, b"this is not the host you asked for\n")
            return
        if scope["method"] not in _METHODS:
            await _say(send, 405, b"only GET and HEAD are answered\n")
            return
        try:
            await asyncio.wait_for(self._app(scope, receive, send), LONGEST)
        except asyncio.TimeoutError:
            note.trouble = f"took longer than {LONGEST:g} s"
        except Exception as error:  # noqa: BLE001 - a bug must become an answer, not a traceback
            note.trouble = f"a bug in vetgate: {type(error).__name__}"
            if not note.status:
                await _say(send, 500, b"a bug in vetgate; nothing was decided\n")


async def _say(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
