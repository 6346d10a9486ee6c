"""The gate index as a service: the simple API at the root, and what an operator looks at."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from vetgate.facts.live.shapes import Json
from vetgate.gate.application import WHY, application
from vetgate.gate.book import Unrecorded
from vetgate.gate.door import Noted, note_of
from vetgate.gate.index import Index, name_in
from vetgate.gate.ruling import PageJudge, PageRuling
from vetgate.gate.tally import MEDIA_TYPE, Tally
from vetgate.gate.upstream import Upstream
from vetgate.gate.why import HEADERS, why_page
from vetgate.render.json_explain import package_document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from vetgate.render.exempting import Advice

_JSON = "application/json"


def service(
    upstreams: tuple[Upstream, ...],
    judge: PageJudge,
    advice: Advice,
    tally: Tally,
    *,
    seconds: float,
    log: Callable[[str], None],
    now: Callable[[], datetime],
) -> ASGIApp:
    """Put the service together. `log` writes one line."""

    async def healthy(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def metrics(_request: Request) -> Response:
        return Response(tally.text(), media_type=MEDIA_TYPE)

    def noted(note: Noted) -> None:
        tally.add(note)
        log(log_line(note, now()))

    index = Index(
        "",
        upstreams,
        judge,
        Unrecorded(),
        seconds=seconds,
        note=lambda words: log(json.dumps({"time": now().isoformat(), "note": words})),
    )

    async def why(request: Request) -> Response:
        name = name_in(request)
        ruling = await index.ruling(name)
        note_of(request.scope).ruled(name, ruling)
        accept = request.headers.get("Accept", "")
        if "json" in accept and "html" not in accept:
            return Response(_document(name, ruling), media_type=_JSON, headers=HEADERS)
        return HTMLResponse(why_page(name, ruling, advice), headers=HEADERS)

    routes = [
        Route("/healthz", healthy),
        Route("/metrics", metrics),
        Route(WHY, why),
    ]
    return application((index,), noted=noted, routes=routes)


def log_line(note: Noted, now: datetime) -> str:
    """Return what is logged of a request: one line of JSON, empty fields left out."""
    told: dict[str, str | int | float | list[str]] = {
        "time": now.isoformat(timespec="milliseconds"),
        "client": note.client,
        "method": note.method,
        "path": note.path,
        "status": note.status,
        "bytes": note.size,
        "ms": round(note.seconds * 1000, 1),
        "name": note.name,
        "verdict": note.verdict,
        "rules": [*note.rules],
        "trouble": note.trouble,
    }
    return json.dumps({key: value for key, value in told.items() if value not in ("", [])})


def _document(name: str, ruling: PageRuling) -> str:
    """Return the ruling as JSON: the document of `vetgate explain`, and what is held back."""
    explained: Json = None
    if ruling.judged is not None:
        explained = json.loads(package_document(ruling.judged))
    told: dict[str, Json] = {
        "version": 1,
        "name": name,
        "blocked": ruling.blocked,
        "reason": ruling.refused or ruling.undecided or ruling.reason,
        "decided": ruling.undecided is None,
        "hidden": dict(sorted(ruling.hidden.items())),
        "package": explained,
    }
    return json.dumps(told, indent=2) + "\n"
