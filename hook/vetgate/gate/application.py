"""The gate index as HTTP: which path is what, and which trouble is which status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from simple_repository import SimpleRepository, errors
from simple_repository.components.priority_selected import PrioritySelectedProjectsRepository
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from vetgate.facts.live.address import origin
from vetgate.facts.live.services import VALID_NAME
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.gate import files
from vetgate.gate.accepting import accepted
from vetgate.gate.book import Recorder
from vetgate.gate.door import Door, Noted, note_of
from vetgate.gate.folder import FolderIndex
from vetgate.gate.gatekeeper import Gatekeeper, JudgedPage
from vetgate.gate.page import SIMPLE_JSON, Relink
from vetgate.gate.ruling import PageJudge
from vetgate.gate.trouble import HeldBackError, RefusedError, UndecidedError, UpstreamError
from vetgate.gate.upstream import Upstream
from vetgate.gate.web import WebIndex
from vetgate.model.dependency import normalize
from vetgate.model.record import Record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from vetgate.gate.listing import Offered

_FORBIDDEN, _ABSENT, _UNACCEPTABLE, _BAD_GATEWAY = 403, 404, 406, 502
_NOT_MODIFIED = 304


class Mount(Record):
    """A simple API under a path: the upstreams behind it, the first that has a project answers."""

    path: str
    upstreams: tuple[Upstream, ...]


class _Way(Record):
    """One upstream as it is reached through the gate."""

    upstream: Upstream
    keeper: Gatekeeper
    source: FolderIndex | WebIndex


def application(
    mounts: Sequence[Mount],
    judge: PageJudge,
    recorder: Recorder,
    *,
    seconds: float,
    note: Callable[[str], None] = lambda _: None,
    hosts: tuple[str, ...] = (),
    noted: Callable[[Noted], None] = lambda _: None,
    routes: Sequence[Route] = (),
) -> ASGIApp:
    """Put the application together.

    `hosts`: what a client may call this machine, anything if empty. `noted` is told of each request
    when it is over. `routes`: further paths.
    """
    paths = list(routes)
    for mount in mounts:
        index = _Index(mount, judge, recorder, seconds, note)
        for path, answer in (
            ("/simple/{name}", index.moved),
            ("/simple/{name}/", index.page),
            ("/files/{place:int}/{name}/{filename}", index.file),
        ):
            paths.append(Route(mount.path + path, answer))
    app = Starlette(
        routes=paths,
        exception_handlers={
            HeldBackError: _held_back,
            RefusedError: _refused,
            errors.PackageNotFoundError: _absent,
            errors.ResourceUnavailable: _absent,
            UndecidedError: _undecided,
            UpstreamError: _undecided,
        },
    )
    return Door(app, hosts=hosts, noted=noted)


class _Index:
    """The answers under one mount."""

    def __init__(
        self,
        mount: Mount,
        judge: PageJudge,
        recorder: Recorder,
        seconds: float,
        note: Callable[[str], None],
    ) -> None:
        self._seconds = seconds
        ways = []
        for upstream in mount.upstreams:
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

    async def moved(self, request: Request) -> Response:
        """Send a client that forgot the last slash to where the relative links are right."""
        name = _name(request)
        return RedirectResponse(f"{name}/", status_code=301)

    async def page(self, request: Request) -> Response:
        """Answer a project's page."""
        name = _name(request)
        page = await self._repository.get_project_page(name)
        if not isinstance(page, JudgedPage):
            raise TypeError(type(page))
        note_of(request.scope).ruled(name, page.ruling)
        form = accepted(request.headers.get("Accept", ""), is_json=page.is_json)
        if form is None:
            return PlainTextResponse("the gate answers in JSON or HTML\n", _UNACCEPTABLE)
        as_json = form == SIMPLE_JSON
        place = next(i for i, way in enumerate(self._ways) if way.upstream is page.upstream)
        relink = self._relink(place, name)
        try:
            body = page.written(page.ruling.hidden, relink, as_json=as_json)
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
        name, place = _name(request), int(request.path_params["place"])
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
            answer = await files.from_web(url, source.sender, source.threads, self._seconds)
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
            # Relative to the page, so that it does not matter by what name the gate is known.
            return f"../../files/{place}/{name}/{quote(file.filename, safe='')}" if here else None

        return relink


def _name(request: Request) -> str:
    name = normalize(str(request.path_params["name"]))
    if VALID_NAME.match(name) is None:
        raise errors.PackageNotFoundError("a name that no project can have")
    return name


def _said(status: int, why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status, headers={"Cache-Control": "no-store"})


async def _held_back(request: Request, error: Exception) -> Response:
    if not isinstance(error, HeldBackError):
        raise error
    # Not 404: clients that know the difference (uv) look no further, and say so.
    note_of(request.scope).ruled(str(request.path_params["name"]), error.ruling)
    return _said(_FORBIDDEN, f"vetgate holds this project back: {error.ruling.reason}")


async def _refused(_request: Request, error: Exception) -> Response:
    return _said(_ABSENT, error.why if isinstance(error, RefusedError) else str(error))


async def _absent(_request: Request, _error: Exception) -> Response:
    return _said(_ABSENT, "there is no such thing here")


async def _undecided(request: Request, error: Exception) -> Response:
    why = error.why if isinstance(error, UndecidedError | UpstreamError) else str(error)
    note_of(request.scope).trouble = why
    return _said(_BAD_GATEWAY, f"vetgate could not decide: {why}")
