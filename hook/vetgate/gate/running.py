"""The gate index of one pip run: there when the `with` block begins, gone without trace at its end.

It imports next to nothing before pip is started: the socket is bound at once, and its queue holds
pip's first request until the server, imported in a thread meanwhile, is there to take it.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from vetgate.errors import GateError
from vetgate.gate.book import Book
from vetgate.gate.ruling import Held, PageJudge
from vetgate.gate.upstream import Upstream
from vetgate.model.verdict import Verdict

if TYPE_CHECKING:  # imported in the thread
    from typing_extensions import Self

    from vetgate.gate.server import Serving

HOST = "127.0.0.1"
SECONDS = 13.0
"""How long an upstream may take for a page, where nothing is said: below the 15 that pip waits, so
that pip hears the reason, and does not ask once more meanwhile."""
_QUEUE = 512
_PATIENCE = 10.0  # seconds for the thread to end


class GateIndex:
    """The gate in front of some upstreams, on loopback, under a path that nobody can guess."""

    def __init__(
        self,
        upstreams: Sequence[Upstream],
        judge: Callable[[], PageJudge],
        *,
        seconds: float = SECONDS,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Open nothing yet. `judge` is called once, in the gate's own thread.

        `seconds` bounds what an upstream may take for one page. `note` is told, once each, what a
        user should know besides (a keyring that cannot be asked).
        """
        self._upstreams, self._make_judge = tuple(upstreams), judge
        self._seconds, self._note = seconds, note
        self._path = secrets.token_urlsafe(24)
        self._book = Book(seconds)
        self._socket: socket.socket | None = None
        self._port = 0
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._serving: Serving | None = None
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        try:
            self._socket = socket.create_server((HOST, 0), backlog=_QUEUE)
        except OSError as error:
            raise GateError(f"no port on this machine can be listened on: {error}") from error
        # asyncio sets this on sockets that name their protocol, and these do not: without it the
        # head and the body of a page go out 40 ms apart. What is accepted inherits it.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name="vetgate-gate", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._stopping.set()
            if self._serving is not None:
                self._serving.stop()
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        if self._socket is not None:
            self._socket.close()
        if self._failure is not None and error is None:
            raise self._failure

    def url(self, number: int) -> str:
        """Return the URL of the simple API in front of an upstream, by its place from 0."""
        return f"http://{HOST}:{self._port}/{self._path}/{number}/simple/"

    @property
    def netloc(self) -> str:
        """The host and port that it listens on."""
        return f"{HOST}:{self._port}"

    @property
    def held(self) -> tuple[Held, ...]:
        """What was held back, by name."""
        return self._book.held

    @property
    def verdict(self) -> Verdict:
        """Every project that was judged, by name."""
        return self._book.verdict

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be decided, and why: an upstream that failed, a damaged snapshot."""
        return self._book.troubles

    def original(self, url: str) -> str | None:
        """Tell where a file lies that comes through the gate, by the URL it is had at."""
        scheme, _, rest = url.partition("://")
        netloc, _, path = rest.partition("/")
        ours = (scheme, netloc) == ("http", self.netloc)
        return self._book.original(f"/{path}") if ours else None

    def _run(self) -> None:
        """Import, then serve until stopped; in the gate's own thread."""
        listening = self._socket
        if listening is None:
            return
        try:
            from vetgate.gate.application import application
            from vetgate.gate.index import Index
            from vetgate.gate.server import Serving

            judge = self._make_judge()
            indexes = [
                Index(
                    f"/{self._path}/{number}",
                    (upstream,),
                    judge,
                    self._book,
                    seconds=self._seconds,
                    note=self._note,
                )
                for number, upstream in enumerate(self._upstreams)
            ]
            app = application(indexes, hosts=(self.netloc,))
            serving = Serving(app, listening)
            with self._lock:
                if self._stopping.is_set():
                    return
                self._serving = serving
            serving.run()
        except BaseException as error:  # noqa: BLE001 - raised where the block ends
            self._failure = error
        finally:
            # Whoever still asks is told at once that nobody is there.
            listening.close()
