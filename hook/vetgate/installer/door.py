"""The only listener for what the guard in pip's process asks."""

from __future__ import annotations

import hmac
import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Self

Told: TypeAlias = "Mapping[str, object]"
Answering: TypeAlias = "Callable[[Told], Told]"

_LONGEST = 16 * 1024 * 1024
"""Bytes of a question: a list of everything installed has some thousand lines."""
_HASTE = 30.0
"""Seconds in which a question that was begun has to be told."""


class Door:
    """Listens on loopback, from its making on; answers, one question at a time, once it is open.

    A question is a line of JSON with the door's password, and so is the answer; whoever does not
    know the password is not answered.
    """

    def __init__(self) -> None:
        self._password = os.urandom(32).hex()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._turn = threading.Lock()
        self._staying: list[socket.socket] = []
        self._answering: Answering | None = None
        self.failure: Exception | None = None
        """What went wrong while a question was answered."""

    @property
    def address(self) -> str:
        """The port and the password, as the guard reads them."""
        return f"{self._listener.getsockname()[1]}:{self._password}"

    def open(self, answering: Answering) -> None:
        """Begin to answer."""
        self._answering = answering
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            # Closing alone does not wake who waits for a visitor.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._staying:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hear, args=(line,), daemon=True).start()

    def _hear(self, line: socket.socket) -> None:
        told = _question(line)
        password = str(told.get("password", ""))
        if not hmac.compare_digest(password.encode(), self._password.encode()):
            line.close()
        elif told.get("ask") == "stay":
            self._staying.append(line)
        else:
            with line, suppress(OSError):
                line.settimeout(_HASTE)
                line.sendall(json.dumps(self._answer(told)).encode() + b"\n")

    def _answer(self, told: Told) -> Told:
        with self._turn:
            if self._answering is None or self.failure is not None:
                return {}
            try:
                return self._answering(told)
            except Exception as error:  # noqa: BLE001 - raised again where the door was opened
                self.failure = error
                return {"go": False, "why": "vetgate could not tell: see the end"}


def _question(line: socket.socket) -> Told:
    """Read one line; empty for what is none, is too long, or does not come."""
    try:
        line.settimeout(_HASTE)
        with line.makefile("rb") as reader:
            found: object = json.loads(reader.readline(_LONGEST))
        line.settimeout(None)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
