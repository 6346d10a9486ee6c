"""Where a source comes from: a file, an address, or a service; what is fetched is kept whole.

A download that broke off goes on where it stopped, if the server still has the same file. It is
bounded, only https is asked (http on this machine), each request is one at a time and says who
asks, and a host that wants a pause gets it. `#sha256=…` at the end of an address is held to.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from vetgate.corpus.sources.clickpy import QUERIES
from vetgate.errors import SourceError
from vetgate.facts.live import partial

if TYPE_CHECKING:
    from requests import Response, Session

MOST_BYTES = 20 << 30
_ATTEMPTS, _HOPS = 5, 5
_PATIENCE = 60.0  # seconds for each wait for bytes
_LONGEST_PAUSE = 120.0
_BLOCK = 1 << 20
_WHOLE = 200
_ANOTHER_PART = frozenset({partial.PARTIAL, partial.UNSATISFIABLE})
_PASSING = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})


class Fetching:
    """What gives each source a path on this machine."""

    def __init__(
        self,
        kept: str,
        work: str,
        *,
        offline: bool,
        clickpy: str | None,
        index: str,
        say: Callable[[str], None] = lambda _: None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep parts of downloads in `kept`, and files that are of no use later in `work`."""
        self._kept, self._work, self._offline = kept, work, offline
        self._clickpy, self._index = clickpy, index
        self._say, self._wait = say, wait
        self._trouble = "it broke off"

    def path(self, kind: str, place: str) -> str:
        """Return the path of a source that a user named so; raise `SourceError`."""
        web = place.lower().startswith(("http://", "https://"))
        asked = web or place == "clickpy" or place.startswith("since:")
        if not asked:
            if not os.path.exists(place):
                raise SourceError("is not there", path=place)
            return place
        if self._offline:
            raise SourceError("is not on this machine, and nobody may be asked", path=place)
        if web:
            return self._download(place)
        if place == "clickpy":
            if kind not in QUERIES or self._clickpy is None:
                raise SourceError(f"does not answer for {kind}", path=place)
            return self._post(self._clickpy, kind)
        from vetgate.corpus.sources.journal import since

        return since(place, self._index, self._work, self._session, self._wait)

    def _download(self, place: str) -> str:
        url, _, wanted = place.partition("#sha256=")
        os.makedirs(self._kept, mode=0o700, exist_ok=True)
        name = hashlib.sha256(url.encode()).hexdigest()[:24]
        suffix = os.path.splitext(urlsplit(url).path)[1]
        part = os.path.join(self._kept, f"{name}.part")
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._wait(min(2.0**attempt, _LONGEST_PAUSE))
            if self._attempt(url, part, place):
                break
        else:
            raise SourceError(
                f"could not be had in {_ATTEMPTS} attempts: {self._trouble}", path=place
            )
        whole = os.path.join(self._work, f"{name}{suffix}")
        os.replace(part, whole)
        partial.forget_tag(part)
        if wanted and _digest(whole) != wanted.lower():
            raise SourceError("does not have the digest that it should", path=place)
        return whole

    def _attempt(self, url: str, part: str, place: str) -> bool:
        """Go on with a download; tell whether it is whole now."""
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        have = os.path.getsize(part) if os.path.exists(part) else 0
        headers = partial.asking(part, have, unknown=False)
        try:
            with self._session() as session, self._get(session, url, headers, place) as response:
                if response.status_code in _PASSING:
                    self._trouble = f"it answers with status {response.status_code}"
                    self._pause(response)
                    return False
                begin = have if partial.goes_on(response, have) else 0
                if response.status_code in _ANOTHER_PART and not begin:
                    self._trouble = "it answers with another part than the one asked for"
                    with suppress(FileNotFoundError):
                        os.unlink(part)
                    return False
                if not begin and response.status_code != _WHOLE:
                    raise SourceError(f"answers with status {response.status_code}", path=place)
                partial.keep_tag(part, response)
                self._receive(response, part, begin, place)
                return True
        except (RequestException, HTTPError, ConnectionError) as error:
            began = os.path.exists(part) and os.path.getsize(part) > 0
            self._trouble = "it broke off" if began else f"nobody answers ({type(error).__name__})"
            self._say(f"{place}: {self._trouble}; once more")
            return False
        except OSError as error:
            raise SourceError(f"cannot be kept: {error.strerror}", path=place) from error

    def _receive(self, response: Response, part: str, begin: int, place: str) -> None:
        due = response.headers.get("Content-Length")
        total = begin + int(due) if due and due.isdigit() else None
        written, shown = begin, time.monotonic()
        with open(part, "r+b" if begin else "wb") as file:
            file.seek(begin)
            while block := response.raw.read(_BLOCK, decode_content=False):
                file.write(block)
                written += len(block)
                if written > MOST_BYTES:
                    raise SourceError(f"is larger than {MOST_BYTES >> 30} GB", path=place)
                if time.monotonic() - shown > 1:
                    shown = time.monotonic()
                    of = f" of {total >> 20}" if total else ""
                    self._say(f"{place}: {written >> 20}{of} MB")
        if total is not None and written != total:
            raise ConnectionError("it broke off")

    def _get(self, session: Session, url: str, headers: dict[str, str], place: str) -> Response:
        for _ in range(_HOPS + 1):
            if not _secure(url):
                raise SourceError("has no https: it is not asked", path=place)
            response = session.get(
                url,
                headers=headers,
                stream=True,
                timeout=_PATIENCE,
                allow_redirects=False,
            )
            if response.status_code not in _MOVED:
                return response
            url = urljoin(url, response.headers.get("Location", ""))
            response.close()
        raise SourceError(f"redirects more than {_HOPS} times", path=place)

    def _post(self, base: str, kind: str) -> str:
        """Ask ClickPy for all of a kind, as Parquet."""
        from requests.exceptions import RequestException

        path = os.path.join(self._work, f"{kind}.fetched")
        if not _secure(base):
            raise SourceError("has no https: it is not asked", path=base)
        query = f"{QUERIES[kind]} FORMAT Parquet".encode()
        self._say(f"asking {urlsplit(base).hostname} for {kind}")
        try:
            with (
                self._session() as session,
                session.post(
                    base, data=query, stream=True, timeout=_PATIENCE * 5, allow_redirects=False
                ) as response,
            ):
                if response.status_code != _WHOLE:
                    raise SourceError(f"answers with status {response.status_code}", path="clickpy")
                self._receive(response, path, 0, "clickpy")
        except (RequestException, ConnectionError) as error:
            raise SourceError(f"broke off ({type(error).__name__})", path="clickpy") from error
        return path

    def _pause(self, response: Response) -> None:
        asked = response.headers.get("Retry-After", "")
        self._wait(min(float(asked) if asked.isdigit() else 0.0, _LONGEST_PAUSE))

    @staticmethod
    def _session() -> Session:
        from vetgate.facts.live.sender import USER_AGENT
        from vetgate.facts.live.session import PlainSession

        session = PlainSession(hosts=1, width=1)
        session.headers["User-Agent"] = USER_AGENT
        return session


def _secure(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    )


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
