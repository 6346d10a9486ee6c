"""An index on the web as a component of `simple_repository`.

Its own `HttpRepository` does not hold up here: it knows neither pip's proxies, certificates and
keyring nor a bound for size and time, and keeps of a page only what it understands.
"""

from __future__ import annotations

from collections.abc import Callable

from simple_repository import errors

from vetgate.facts.live.index import MOST_PAGE
from vetgate.facts.live.sender import WIDTH, Sender
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.facts.live.simple_page import ACCEPT
from vetgate.facts.live.transport import Absent, Failure, Question, Transport
from vetgate.gate.page import Page
from vetgate.gate.source import Source
from vetgate.gate.threads import Threads
from vetgate.gate.trouble import UpstreamError
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName


class WebIndex(Source):
    """Fetches pages from an index; keeps its connections, and nothing else."""

    def __init__(self, upstream: Upstream, *, seconds: float, note: Callable[[str], None]) -> None:
        """Ask nothing yet. `seconds` bounds each page as a whole, every attempt included."""
        # As many threads as there are connections: whoever comes later waits for one.
        super().__init__(Threads(WIDTH, "upstream"))
        self._upstream, self._seconds = upstream, seconds
        self.sender = Sender(upstream.settings, note)

    def read(self, name: NormalizedName) -> Page:
        """Fetch a page; raises `PackageNotFoundError`, or `UpstreamError` for all trouble."""
        upstream = self._upstream
        transport = Transport(upstream.settings, seconds=self._seconds, sender=self.sender)
        answer = transport.fetch(Question(f"{upstream.url}/{name}/", ACCEPT, MOST_PAGE))
        if isinstance(answer, Absent):
            raise errors.PackageNotFoundError(name)
        if isinstance(answer, Failure):
            raise UpstreamError(answer.why)
        body, media_type, url, etag = answer
        try:
            return Page(name, body, media_type, url, host=upstream.host, etag=etag)
        except BadAnswerError as bad:
            raise UpstreamError(f"{upstream.host} {bad.why}") from bad
