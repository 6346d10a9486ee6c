"""The component that judges: whatever passes from an upstream to a client passes through here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from simple_repository import SimpleRepository, errors, model
from simple_repository.components.core import RepositoryContainer

from vetgate.facts.live.shapes import BadAnswerError
from vetgate.gate.book import Recorder
from vetgate.gate.page import Page
from vetgate.gate.ruling import PageJudge, PageRuling
from vetgate.gate.source import METADATA, located
from vetgate.gate.threads import Threads
from vetgate.gate.trouble import HeldBackError, RefusedError, UndecidedError, UpstreamError
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName, normalize

Answer = TypeVar("Answer")
_REMEMBERED = 10.0
"""Seconds that trouble upstream is answered without asking again: each page was asked for several
times already, and a client that is told 502 asks some times more (pip five times in 7 s)."""
_MOST_TROUBLES = 1000
_SMALL = 64 << 10  # bytes of a page that is looked through in a fraction of a millisecond
_JUDGES = 32
"""Threads that judge at once: most of them wait for a look-up."""


class JudgedPage(Page):
    """A page, and what is decided about it."""

    ruling: PageRuling
    upstream: Upstream

    @classmethod
    def of(cls, page: Page, ruling: PageRuling, upstream: Upstream) -> JudgedPage:
        """Add the ruling to a page; nothing is read or copied."""
        judged = cls.__new__(cls)
        judged.__dict__.update(page.__dict__)
        judged.__dict__.update(ruling=ruling, upstream=upstream)
        return judged


class Gatekeeper(RepositoryContainer):
    """Judges each project of an upstream before a page or a file of it goes out.

    A page that goes out is a `JudgedPage`. What is hidden on it cannot be had as a file either, and
    names are normalised here, whoever asks: both are what other filtering components forget.
    """

    def __init__(
        self, source: SimpleRepository, upstream: Upstream, judge: PageJudge, recorder: Recorder
    ) -> None:
        """Judge nothing yet."""
        super().__init__(source)
        self._upstream, self._judge, self._recorder = upstream, judge, recorder
        self._threads = Threads(_JUDGES, "judge")
        self._troubles: dict[NormalizedName, tuple[str, float]] = {}

    async def get_project_page(
        self, project_name: str, *, request_context: model.RequestContext | None = None
    ) -> model.ProjectDetail:
        """Return the page with its ruling.

        Raises `HeldBackError`, `RefusedError`, `UndecidedError`, and what the source raises.
        """
        name = normalize(project_name)
        with self._recorder.waiting(name, self._upstream):
            return await self._answered(name, request_context)

    async def _answered(
        self, name: NormalizedName, context: model.RequestContext | None
    ) -> JudgedPage:
        why, until = self._troubles.get(name, ("", 0.0))
        if time.monotonic() < until:
            raise UpstreamError(why)
        try:
            page = await self._judged(name, context)
        except UpstreamError as error:
            self._recorder.troubled(name, self._upstream, error.why)
            if len(self._troubles) > _MOST_TROUBLES:
                self._troubles.clear()
            self._troubles[name] = (error.why, time.monotonic() + _REMEMBERED)
            raise
        self._recorder.served(name, self._upstream)
        return page

    async def get_resource(
        self,
        project_name: str,
        resource_name: str,
        *,
        request_context: model.RequestContext | None = None,
    ) -> model.Resource:
        """Tell where a file lies that is on the page, as it went out; nothing else can be had."""
        page = await self.get_project_page(project_name, request_context=request_context)
        hidden = page.ruling.hidden if isinstance(page, JudgedPage) else {}
        if resource_name in hidden or resource_name.removesuffix(METADATA) in hidden:
            raise errors.ResourceUnavailable(resource_name)
        # By the page that was judged: another one, asked for now, may say otherwise.
        return located(page, resource_name)

    async def _judged(
        self, name: NormalizedName, context: model.RequestContext | None
    ) -> JudgedPage:
        refused = self._judge.refused(name, self._upstream)
        if refused is not None:
            # Not even asked for: whom a private name is sent to is told that there is one.
            self._turn_away(name, PageRuling(None, refused=refused))
        page = await self._fetched(name, context)
        try:
            if len(page.body) <= _SMALL and self._judge.is_settled(name, self._upstream):
                # Cheaper than waking a thread.
                ruling = self._judge.of(name, self._upstream, page)
            else:
                ruling = await self._run(lambda: self._judge.of(name, self._upstream, page))
        except BadAnswerError as bad:
            raise UpstreamError(f"{self._upstream.host} {bad.why}") from bad
        self._turn_away(name, ruling)
        # Only now: that a project may come from an upstream that has none of it is no news.
        self._recorder.ruled(name, self._upstream, ruling)
        return JudgedPage.of(page, ruling, self._upstream)

    async def _fetched(self, name: NormalizedName, context: model.RequestContext | None) -> Page:
        """Fetch the page while the project is judged: each may have to wait for the network."""
        fetching = asyncio.ensure_future(
            self.source.get_project_page(name, request_context=context)
        )
        try:
            if self._judge.is_settled(name, self._upstream):
                ruling = self._judge.before(name, self._upstream)
            else:
                ruling = await self._run(lambda: self._judge.before(name, self._upstream))
            # Before the page: that there is none, or that it cannot be had, counts for less.
            self._turn_away(name, ruling)
            page = await fetching
        finally:
            if not fetching.cancel() and not fetching.cancelled():
                fetching.exception()  # looked at, so that nobody is told that it never was
        if not isinstance(page, Page):
            # Only the sources of this package make pages that keep their bytes.
            raise TypeError(type(page))
        return page

    def _turn_away(self, name: NormalizedName, ruling: PageRuling) -> None:
        """Raise what keeps a project from going out, and have it recorded; nothing if it may."""
        if ruling.judged is not None and not ruling.blocked:
            return
        self._recorder.ruled(name, self._upstream, ruling)
        if ruling.undecided is not None:
            raise UndecidedError(ruling.undecided)
        if ruling.refused is not None:
            raise RefusedError(name, ruling.refused)
        raise HeldBackError(ruling)

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await self._threads.run(work)
