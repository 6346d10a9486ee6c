"""One simple API over HTTP: pages, and the files that come through the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from simple_repository import SimpleRepository, errors
from simple_repository.components.priority_selected import PrioritySelectedProjectsRepository
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from vetgate.facts.live.address import origin
from vetgate.facts.live.services import VALID_NAME
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.gate import files
from vetgate.gate.accepting import accepted
from vetgate.gate.book import Recorder
from vetgate.gate.door import note_of
from vetgate.gate.folder import FolderIndex
from vetgate.gate.gatekeeper import Gatekeeper, JudgedPage
from vetgate.gate.page import SIMPLE_HTML, SIMPLE_JSON, Relink
from vetgate.gate.ruling import PageJudge, PageRuling
from vetgate.gate.trouble import HeldBackError, UndecidedError, UpstreamError
from vetgate.gate.upstream import Upstream
from vetgate.gate.web import WebIndex
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.record import Record

if TYPE_CHECKING:
    from starlette.requests import Request

    from vetgate.gate.listing import Offered

_UNACCEPTABLE, _NOT_MODIFIED = 406, 304
_BLIND = ("pip/22.2", "pip/22.3")
"""Clients that check no hash which JSON tells (`Link.from_json` kept it apart until pip 23.0), and
check those in the links of HTML."""


class _Way(Record):
    """One upstream as it is reached through the gate."""

    upstream: Upstream
    keeper: Gatekeeper
    source: FolderIndex | WebIndex


class Index:
    """A simple API under a path: the upstreams behind it, the first that has a project answers."""

    def __init__(
        self,
        path: str,
        upstreams: Sequence[Upstream],
        judge: PageJudge,
        recorder: Recorder,
        *,
        seconds: float,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Ask nothing yet. `seconds` bounds what an upstream may take for one page.

        `note` is told, once each, what a user should know besides.
        """
        self._path, self._judge, self._seconds = path, judge, seconds
        self._recorder = recorder
        ways = []
        for upstream in upstreams:
            source = (
                FolderIndex(upstream)
                if upstream.is_folder
                else WebIndex(upstream, seconds=seconds, note=note)
            )
            keeper = Gatekeeper(source, upstream, judge, recorder)
            ways.append(_Way(upstream, keeper, source))
        self._ways = tuple(ways)
        keepers = [way.keeper for way in ways]
        self._repository: SimpleRepository = (
            keepers[0] if len(keepers) == 1 else PrioritySelectedProjectsRepository(keepers)
        )

    def routes(self) -> list[Route]:
        """Return its paths."""
        return [
            Route(f"{self._path}/simple/{{name}}", self.moved),
            Route(f"{self._path}/simple/{{name}}/", self.page),
            Route(f"{self._path}/files/{{place:int}}/{{name}}/{{filename}}", self.file),
        ]

    async def ruling(self, name: NormalizedName) -> PageRuling:
        """Tell what is decided about a project, for whoever asks why."""
        try:
            page = await self._repository.get_project_page(name)
        except HeldBackError as held:
            return held.ruling
        except (UndecidedError, UpstreamError) as error:
            return PageRuling(None, undecided=error.why)
        except errors.PackageNotFoundError:
            return await self._of_none(name)
        return page.ruling if isinstance(page, JudgedPage) else PageRuling(None)

    async def _of_none(self, name: NormalizedName) -> PageRuling:
        """Judge a project that no upstream has, or that may come from none."""
        rulings = [
            await way.source.threads.run(partial(self._judge.before, name, way.upstream))
            for way in self._ways
        ]
        return next((one for one in rulings if one.judged is not None), rulings[0])

    async def moved(self, request: Request) -> Response:
        """Send a client that forgot the last slash to where the relative links are right."""
        name = name_in(request)
        return RedirectResponse(f"{name}/", status_code=301)

    async def page(self, request: Request) -> Response:
        """Answer a project's page."""
        name = name_in(request)
        page = await self._repository.get_project_page(name)
        if not isinstance(page, JudgedPage):
            raise TypeError(type(page))
        note_of(request.scope).ruled(name, page.ruling)
        form = accepted(request.headers.get("Accept", ""), is_json=page.is_json)
        if form == SIMPLE_JSON and request.headers.get("User-Agent", "").startswith(_BLIND):
            form = SIMPLE_HTML
        if form is None:
            return PlainTextResponse("the gate answers in JSON or HTML\n", _UNACCEPTABLE)
        as_json = form == SIMPLE_JSON
        place = next(i for i, way in enumerate(self._ways) if way.upstream is page.upstream)
        relink = self._relink(place, name)
        try:
            ruling = page.ruling
            body = page.written(ruling.hidden, relink, as_json=as_json, whole=ruling.whole)
        except BadAnswerError as bad:
            raise UpstreamError(f"{page.host} {bad.why}") from bad
        headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
        if body is page.body and page.etag:
            headers["ETag"] = page.etag
            if page.etag in request.headers.get("If-None-Match", ""):
                return Response(None, _NOT_MODIFIED, headers)
        return Response(body, headers=headers, media_type=form)

    async def file(self, request: Request) -> Response:
        """Answer a file that comes through the gate; only what is on the page is there."""
        name, place = name_in(request), int(request.path_params["place"])
        filename = str(request.path_params["filename"])
        relink = self._relink(place, name) if place < len(self._ways) else None
        if relink is None:
            raise errors.ResourceUnavailable(filename)
        way = self._ways[place]
        resource = await way.keeper.get_resource(name, filename)
        url = str(getattr(resource, "url", ""))
        answer: Response | None = None
        source = way.source
        if isinstance(source, FolderIndex):
            answer = await files.from_folder(url, source.threads)
        elif origin(url) == origin(way.upstream.url):
            try:
                answer = await files.from_web(url, source.sender, source.threads, self._seconds)
            except UpstreamError as error:
                self._recorder.troubled(name, way.upstream, error.why)
                raise
        if answer is None:
            raise errors.ResourceUnavailable(filename)
        return answer

    def _relink(self, place: int, name: str) -> Relink | None:
        """Return what leads the files of an upstream through the gate; None: none of them do."""
        way = self._ways[place]
        source, url = way.source, way.upstream.url
        if isinstance(source, WebIndex) and not source.sender.is_shown_credentials(url):
            return None
        home = "file" if isinstance(source, FolderIndex) else origin(url)

        def relink(file: Offered) -> str | None:
            here = file.url[:5].lower() == "file:" if home == "file" else origin(file.url) == home
            if not here:
                return None
            link = f"files/{place}/{name}/{quote(file.filename, safe='')}"
            self._recorder.led(f"{self._path}/{link}", file.url)
            # Relative to the page, so that it does not matter by what name the gate is known.
            return f"../../{link}"

        return relink


def name_in(request: Request) -> NormalizedName:
    """Return the project that a path names; raises `PackageNotFoundError` where none can be."""
    name = normalize(str(request.path_params["name"]))
    if VALID_NAME.match(name) is None:
        raise errors.PackageNotFoundError("a name that no project can have")
    return name
