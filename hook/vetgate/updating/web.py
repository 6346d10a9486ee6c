"""A publication on a web server or in a bucket: the only module here that asks the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vetgate.errors import UpdateError
from vetgate.facts.index_settings import IndexSettings, normal_url
from vetgate.facts.live import partial
from vetgate.facts.live.address import label
from vetgate.facts.live.sender import Sender
from vetgate.facts.live.transport import Absent, Failure, Page, Question, Transport, moved_to
from vetgate.facts.published import Form
from vetgate.updating.place import Incoming, Tick

if TYPE_CHECKING:
    from requests import Response

_ATTEMPTS = 5
_MOST_HOPS = 5
_BLOCK = 1 << 16
_SLOWEST = 4096
"""Bytes a second, on the whole; who drips slower keeps a machine from its news on purpose."""
_MOVED = frozenset({301, 302, 303, 307, 308})
_OK = 200
_FORBIDDEN = 403
_PASSING = frozenset({429, 500, 502, 503, 504, 520, 527})
_PAUSE = 0.5  # seconds before the second attempt; doubled before each further one


class _BrokenOffError(Exception):
    """A download that may go on; the text completes `HOST ...`."""


class Web:
    """A publication below a URL: https, or http on this machine."""

    def __init__(
        self,
        url: str,
        settings: IndexSettings,
        *,
        seconds: float,
        note: Callable[[str], None],
        pause: float = _PAUSE,
    ) -> None:
        """Ask nothing yet. `seconds` is how long nothing may come."""
        self._url, self._seconds, self._pause = url.rstrip("/"), seconds, pause
        self._settings, self._note = settings, note
        self.name = normal_url(url).rstrip("/")
        if "?" in url or "#" in url:
            raise UpdateError("files below a URL with a query cannot be named", path=self.name)
        sender = Sender(settings, note)
        try:
            if not sender.secure(url):
                raise UpdateError(f"{label(url)} has no https, and is not asked", path=self.name)
        finally:
            sender.close()

    def fetch(self, file: str, most: int) -> bytes | None:
        transport = Transport(self._settings, seconds=self._seconds, note=self._note)
        try:
            answer = transport.fetch(Question(f"{self._url}/{file}", "*/*", most))
        finally:
            transport.close()
        if isinstance(answer, Page):
            return answer.body
        # Buckets that nobody may list say so of whatever is not there.
        if isinstance(answer, Absent) or answer.status == _FORBIDDEN:
            return None
        raise UpdateError(f"cannot be fetched: {answer.why}", path=f"{self.name}/{file}")

    def save(self, form: Form, path: str, tick: Tick) -> None:
        incoming = Incoming(form, path, self.name, tick)
        began_with = incoming.size
        self._download(incoming, form, path)
        try:
            incoming.check()
        except UpdateError:
            if not began_with:
                raise
            # What was there from another time was the beginning of something else.
            incoming.begin(anew=True)
            self._download(incoming, form, path)
            incoming.check()
        partial.forget_tag(path)

    def _download(self, incoming: Incoming, form: Form, path: str) -> None:
        url = f"{self._url}/{form.file}"
        sender = Sender(self._settings, self._note)
        end = time.monotonic() + self._seconds + form.size / _SLOWEST
        why = "did not answer"
        try:
            attempt = 0
            while attempt < _ATTEMPTS and not incoming.whole and time.monotonic() < end:
                if attempt:
                    time.sleep(self._pause * 2 ** (attempt - 1))
                before = incoming.size
                try:
                    self._go_on(sender, url, incoming, path, end)
                except _BrokenOffError as broken:
                    why = str(broken)
                # As long as something comes, it goes on: `end` is the bound then.
                attempt = 1 if incoming.size > before else attempt + 1
        finally:
            sender.close()
        if incoming.whole:
            return
        raise UpdateError(
            f"cannot be fetched: {label(url)} {why}",
            path=f"{self.name}/{form.file}",
            hint="run it again: it goes on where this ended",
        )

    def _go_on(self, sender: Sender, url: str, incoming: Incoming, path: str, end: float) -> None:
        """Ask for what is missing; raises `_BrokenOffError` if that may come another time."""
        further = partial.asking(path, incoming.size, unknown=True)
        with self._asked(sender, url, further) as response:
            if response.status_code == _OK or not partial.goes_on(response, incoming.size):
                incoming.begin(anew=True)
                if response.status_code != _OK:
                    raise _BrokenOffError("sends another part than was asked for")
                partial.keep_tag(path, response)
            incoming.add(self._blocks(response, end))
        if not incoming.whole:
            raise _BrokenOffError("broke off its answer")

    def _asked(self, sender: Sender, url: str, further: dict[str, str]) -> Response:
        at, asked_keyring = url, False
        for _ in range(_MOST_HOPS + 1):
            if not sender.secure(at):
                raise UpdateError(f"{label(at)} has no https, and is not asked", path=self.name)
            response = self._sent(sender, at, further)
            status = response.status_code
            if status in {_OK, partial.PARTIAL, partial.UNSATISFIABLE}:
                return response
            response.close()
            if status in _MOVED:
                moved = moved_to(response.headers.get("Location", ""), at)
                if isinstance(moved, Failure):
                    raise UpdateError(moved.why, path=self.name)
                at = moved
            elif status == 401 and not asked_keyring and sender.ask_keyring(at):  # noqa: PLR2004 - HTTP
                asked_keyring = True
            elif status in _PASSING:
                raise _BrokenOffError(f"answers with status {status}")
            else:
                raise UpdateError(
                    f"cannot be fetched: {label(at)} answers with status {status}",
                    path=normal_url(url),
                )
        raise UpdateError(f"{label(url)} redirects more than {_MOST_HOPS} times", path=self.name)

    def _sent(self, sender: Sender, url: str, further: dict[str, str]) -> Response:
        from requests import exceptions

        try:
            return sender.send(url, "*/*", None, "", self._seconds, further=further)
        except exceptions.SSLError as error:
            raise UpdateError(
                f"{label(url)} has no certificate that is trusted here", path=self.name
            ) from error
        except exceptions.Timeout as error:
            raise _BrokenOffError(f"did not answer within {self._seconds:g} s") from error
        except (exceptions.ConnectionError, exceptions.ChunkedEncodingError) as error:
            raise _BrokenOffError("cannot be reached") from error
        except (OSError, ValueError) as error:
            raise UpdateError(
                f"{label(url)} cannot be asked ({type(error).__name__})", path=self.name
            ) from error

    def _blocks(self, response: Response, end: float) -> Iterator[bytes]:
        from urllib3.exceptions import HTTPError

        # `read1` (urllib3 2) comes back with what there is, and so lets the time be looked at.
        reader = getattr(response.raw, "read1", None) or response.raw.read
        try:
            while block := reader(_BLOCK, decode_content=False):
                if time.monotonic() > end:
                    raise UpdateError("comes in too slowly to ever be there", path=self.name)
                yield block
        except (HTTPError, OSError) as error:
            raise _BrokenOffError("broke off its answer") from error
