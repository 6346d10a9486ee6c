"""A double of what carries requests: it remembers how each was to be sent, and opens no socket."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import NamedTuple

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.live.transport import Transport


class Sent(NamedTuple):
    """One request, as `requests` hands it to an adapter."""

    url: str
    authorization: str | None = None
    verify: bool | str = True
    cert: str | None = None
    proxies: tuple[tuple[str, str], ...] = ()


class Answered(NamedTuple):
    status: int = 200
    location: str | None = None
    body: bytes = b"{}"
    media_type: str = "application/json"


class Wire(BaseAdapter):
    """It answers by URL; anything that is not in `answers` is there, and empty."""

    def __init__(self, answers: Mapping[str, Answered] | None = None) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self._answers = answers or {}

    def urls(self) -> list[str]:
        return [each.url for each in self.sent]

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 - the interface of requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,  # noqa: ARG002 - as above
        verify: bool | str = True,  # noqa: FBT001, FBT002 - as above
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        url = request.url or ""
        assert cert is None or isinstance(cert, str)
        self.sent.append(
            Sent(
                url,
                request.headers.get("Authorization"),
                verify,
                cert,
                tuple(sorted((proxies or {}).items())),
            )
        )
        answered = self._answers.get(url, Answered())
        headers = {"Content-Type": answered.media_type}
        if answered.location is not None:
            headers["Location"] = answered.location
        response = Response()
        response.status_code = answered.status
        response.headers = CaseInsensitiveDict(headers)
        response.url, response.request = url, request
        response.raw = HTTPResponse(
            io.BytesIO(answered.body), headers, answered.status, preload_content=False
        )
        return response

    def close(self) -> None:
        """Close nothing: there is no connection."""


def wired(settings: IndexSettings, wire: Wire) -> Transport:
    """Return a transport whose requests go no further than `wire`."""
    transport = Transport(settings, seconds=5.0, note=lambda _: None)
    for scheme in ("http://", "https://"):
        transport._sender._session.mount(scheme, wire)
    return transport
