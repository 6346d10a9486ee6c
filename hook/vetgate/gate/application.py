"""The gate index as one application: its paths, and which trouble is which status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simple_repository import errors
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vetgate.gate.door import Door, Noted, note_of
from vetgate.gate.index import Index
from vetgate.gate.trouble import HeldBackError, RefusedError, UndecidedError, UpstreamError
from vetgate.model.dependency import normalize

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

WHY = "/why/{name}"
"""Where a service tells why a project is held back."""

_FORBIDDEN, _ABSENT, _BUG, _BAD_GATEWAY = 403, 404, 500, 502


def application(
    indexes: Sequence[Index],
    *,
    hosts: tuple[str, ...] = (),
    noted: Callable[[Noted], None] = lambda _: None,
    routes: Sequence[Route] = (),
) -> ASGIApp:
    """Put the application together.

    `hosts`: what a client may call this machine, anything if empty. `noted` is told of each request
    when it is over. `routes`: further paths.
    """
    paths = [*routes, *(route for index in indexes for route in index.routes())]
    app = Starlette(
        routes=paths,
        exception_handlers={
            HeldBackError: _held_back,
            RefusedError: _refused,
            errors.PackageNotFoundError: _absent,
            errors.ResourceUnavailable: _absent,
            UndecidedError: _undecided,
            UpstreamError: _undecided,
            Exception: _bug,
        },
    )
    # A path is what it is: no other is guessed from it, by whatever name a client gave this host.
    app.router.redirect_slashes = False
    return Door(app, hosts=hosts, noted=noted)


def _said(status: int, why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status, headers={"Cache-Control": "no-store"})


async def _held_back(request: Request, error: Exception) -> Response:
    if not isinstance(error, HeldBackError):
        raise error
    # Not 404: clients that know the difference (uv) look no further, and say so.
    name = str(request.path_params["name"])
    note_of(request.scope).ruled(name, error.ruling)
    answer = f"vetgate holds this project back: {error.ruling.reason}"
    if all(getattr(route, "path", "") != WHY for route in request.app.routes):
        return _said(_FORBIDDEN, answer)
    why = str(request.url.replace(path=WHY.format(name=normalize(name)), query=""))
    said = _said(_FORBIDDEN, f"{answer}\nwhat to do: {why}")
    said.headers["Link"] = f'<{why}>; rel="help"'
    return said


async def _refused(_request: Request, error: Exception) -> Response:
    return _said(_ABSENT, error.why if isinstance(error, RefusedError) else str(error))


async def _absent(_request: Request, _error: Exception) -> Response:
    return _said(_ABSENT, "there is no such thing here")


async def _undecided(request: Request, error: Exception) -> Response:
    why = error.why if isinstance(error, UndecidedError | UpstreamError) else str(error)
    note_of(request.scope).trouble = why
    return _said(_BAD_GATEWAY, f"vetgate could not decide: {why}")


async def _bug(_request: Request, _error: Exception) -> Response:
    # Starlette raises it once more: the door notes what it was.
    return _said(_BUG, "a bug in vetgate; nothing was decided")
