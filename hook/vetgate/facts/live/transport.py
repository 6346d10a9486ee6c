"""The only door to the network: bounded in time, size and hops.

Answers are values; no exception of the network leaves this module, and no message that it makes
holds a credential.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.live.address import label
from vetgate.facts.live.body import TooBigError, in_utf_8, read_body
from vetgate.facts.live.sender import Sender
from vetgate.model.record import Record

if TYPE_CHECKING:  # importing requests takes longer than the whole warm path
    from requests import Response

MOST_HOPS = 5

_ATTEMPTS = 4
_BACK_OFF = 0.1  # seconds before the second attempt; doubled before each further one
_PASSING = frozenset({429, 500, 502, 503, 504, 520, 527})
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_UNAUTHORISED, _FORBIDDEN, _OK = 401, 403, 200
_LONG = 3600.0  # longer than any deadline: a `Retry-After` that is a date, or nonsense


class Page(Record):
    """An answer: its body, unpacked, and its media type in lower case, without parameters."""

    body: bytes
    media_type: str
    url: str
    etag: str = ""
    """The host's own mark of this state of the page, empty where it gives none."""


class Absent(Record):
    """The host says that there is nothing of that name."""


class Failure(Record):
    """No answer; `why` names the host and what went wrong, without credentials."""

    why: str
    status: int | None = None
    """The answer's, where it is that which is no answer."""


class _Again(Record):
    """A failure that may pass."""

    why: str
    after: float | None = None
    """Seconds that the host asks to wait."""
    unreachable: bool = False
    """Whether it is the host that fails, and not this one question."""


Answer: TypeAlias = "Page | Absent | Failure"


class Question(Record):
    """One request. `most` bounds the unpacked body in bytes; with `body`, it is a POST."""

    url: str
    accept: str
    most: int
    body: bytes | None = None
    media_type: str = "application/json"


class Transport:
    """One batch of requests with one deadline; may be used by many threads at once."""

    def __init__(
        self,
        settings: IndexSettings,
        *,
        seconds: float,
        note: Callable[[str], None] = lambda _: None,
        sender: Sender | None = None,
    ) -> None:
        """Begin the batch, of so many seconds. `note` is told what a user should know besides.

        A `sender` that is given is shared: it keeps its connections from batch to batch, and the
        transport is not to be closed.
        """
        self._sender = Sender(settings, note) if sender is None else sender
        self._seconds = seconds
        self.deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._down: dict[str, Failure] = {}
        self._paused_until: dict[str, float] = {}
        self._over = threading.Event()

    def close(self) -> None:
        """End the batch: whoever still waits for another attempt gives up."""
        self._over.set()
        self._sender.close()

    def late(self, host: str) -> Failure:
        """Say that a host did not answer in time."""
        return Failure(f"{host} did not answer within {self._seconds:g} s")

    def fetch(self, question: Question) -> Answer:
        """Ask, as often as time and the host allow."""
        host = label(question.url)
        back_off = _BACK_OFF
        last, unreachable = self.late(host), False
        for _ in range(_ATTEMPTS):
            if (down := self._down.get(host)) is not None:
                return down
            if not self._wait(self._paused_until.get(host, 0.0) - time.monotonic()):
                return last
            answer = self._follow(question)
            if not isinstance(answer, _Again):
                return answer
            last = Failure(answer.why)
            if answer.after is not None:
                self._pause(host, answer.after)
                unreachable = time.monotonic() + answer.after >= self.deadline
                if unreachable:
                    break
            elif not self._wait(back_off):
                return last
            back_off *= 2
            unreachable = answer.unreachable
        return self._give_up(host, last) if unreachable else last

    def _wait(self, seconds: float) -> bool:
        """Wait, unless the deadline comes first: then tell so at once."""
        if time.monotonic() + max(seconds, 0) >= self.deadline:
            return False
        return seconds <= 0 or not self._over.wait(seconds)

    def _pause(self, host: str, seconds: float) -> None:
        with self._lock:
            until = time.monotonic() + seconds
            self._paused_until[host] = max(until, self._paused_until.get(host, 0.0))

    def _give_up(self, host: str, failure: Failure) -> Failure:
        """Ask this host nothing more in this batch."""
        with self._lock:
            return self._down.setdefault(host, failure)

    def _follow(self, question: Question) -> Answer | _Again:
        url, asked_keyring = question.url, False
        for _ in range(MOST_HOPS + 1):
            if not self._sender.secure(url):
                return Failure(_why_not(url))
            response = self._send(question, url)
            if isinstance(response, (Failure, _Again)):
                return response
            with response:
                status = response.status_code
                if status in _MOVED and question.body is None:
                    moved = moved_to(response.headers.get("Location", ""), url)
                    if isinstance(moved, Failure):
                        return moved
                    url = moved
                elif status == _UNAUTHORISED and not asked_keyring:
                    asked_keyring = True
                    if not self._sender.ask_keyring(url):
                        return Failure(f"{label(url)} refuses access (status {status})")
                else:
                    return self._answer(response, question, label(url))
        return Failure(f"{label(question.url)} redirects more than {MOST_HOPS} times")

    def _send(self, question: Question, url: str) -> Response | Failure | _Again:
        host, left = label(url), self.deadline - time.monotonic()
        if left <= 0:
            return self.late(host)
        try:
            return self._sender.send(url, question.accept, question.body, question.media_type, left)
        except (OSError, ValueError) as error:
            failure = self._classified(error, host)
        if isinstance(failure, Failure):
            return self._give_up(host, failure)
        return failure

    def _classified(self, error: OSError | ValueError, host: str) -> Failure | _Again:
        from requests import exceptions

        if isinstance(error, exceptions.Timeout):
            return self.late(host)
        if isinstance(error, exceptions.SSLError):
            return Failure(f"{host} has no certificate that is trusted here")
        if isinstance(error, exceptions.ProxyError):
            return _Again(f"{host} cannot be reached through the proxy", unreachable=True)
        if isinstance(error, exceptions.ConnectionError):
            return _Again(f"{host} cannot be reached", unreachable=True)
        return Failure(f"{host} cannot be asked ({type(error).__name__})")

    def _answer(self, response: Response, question: Question, host: str) -> Answer | _Again:
        status = response.status_code
        if status in _GONE:
            return Absent()
        if status == _OK:
            return self._read(response, question, host)
        if status in _PASSING:
            asks = _retry_after(response.headers.get("Retry-After"))
            waiting = f" and asks to wait {asks:g} s" if asks is not None else ""
            return _Again(f"{host} answers with status {status}{waiting}", asks)
        word = "refuses access" if status in {_UNAUTHORISED, _FORBIDDEN} else "answers nothing"
        return Failure(f"{host} {word} (status {status})", status)

    def _read(self, response: Response, question: Question, host: str) -> Answer | _Again:
        try:
            body = read_body(response, question.most, self.deadline)
        except TooBigError as error:
            return Failure(f"{host} {error}")
        except TimeoutError:
            return self._give_up(host, self.late(host))
        except (OSError, ValueError):
            return _Again(f"{host} broke off its answer")
        said = response.headers.get("Content-Type", "")
        media_type = said.partition(";")[0].strip().lower()
        if media_type.endswith("html"):
            try:
                body = in_utf_8(body, said)
            except (LookupError, ValueError):
                return Failure(f"{host} answered a page that is not in the charset that it names")
        return Page(body, media_type, str(response.url), response.headers.get("ETag", ""))


def moved_to(location: str, url: str) -> str | Failure:
    """Tell where a redirect leads: to a web address, and never from https to http."""
    from urllib.parse import urljoin

    host = label(url)
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    scheme = target.partition(":")[0].lower()
    if not location or scheme not in {"http", "https"}:
        return Failure(f"{host} redirects to something that is no web address")
    if url.lower().startswith("https:") and scheme != "https":
        return Failure(f"{host} redirects from https to http")
    return target


def _retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    plain = value.isascii() and value.isdigit() and len(value) <= len("3600")
    return float(value) if plain else _LONG


def _why_not(url: str) -> str:
    """Say why a URL is not asked that is not to be trusted with a question."""
    if url[:5].lower() == "file:":
        return "an index on this machine's disk is not asked"
    return f"{label(url)} has no https and is no trusted host: it is not asked"
