"""The index's journal, asked live by XML-RPC: as many calls as it takes, a second apart."""

from __future__ import annotations

import json
import os
import xmlrpc.client
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from vetgate.errors import SourceError

if TYPE_CHECKING:
    from requests import Session

_PAGE = 50_000  # rows that the index gives at once: fewer are the last ones
_MOST_CALLS = 1000
_MOST_BYTES = 64 << 20
_PAUSE = 1.0
_OK = 200


def since(
    place: str,
    index: str,
    work: str,
    session: Callable[[], Session],
    wait: Callable[[float], None],
) -> str:
    """Fetch the journal after the serial of `since:SERIAL`; return the path of its rows as JSON."""
    serial = place.removeprefix("since:")
    if not serial.isdigit():
        raise SourceError("names no serial, as in since:24891357", path=place)
    parts = urlsplit(index)
    url = urlunsplit((parts.scheme, parts.netloc, "/pypi", "", ""))
    rows: list[object] = []
    last = int(serial)
    with session() as asking:
        for _ in range(_MOST_CALLS):
            page = _call(asking, url, last, place)
            rows += page
            if len(page) < _PAGE:
                break
            last = int(str(page[-1][-1]))
            wait(_PAUSE)
        else:
            raise SourceError(f"is not at its end after {_MOST_CALLS} calls", path=place)
    path = os.path.join(work, "journal.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rows, file)
    return path


def _call(session: Session, url: str, serial: int, place: str) -> list[list[object]]:
    from requests.exceptions import RequestException

    body = xmlrpc.client.dumps((serial,), "changelog_since_serial")
    try:
        with session.post(
            url, data=body.encode(), headers={"Content-Type": "text/xml"}, stream=True, timeout=60.0
        ) as response:
            if response.status_code != _OK:
                raise SourceError(f"answers with status {response.status_code}", path=place)
            content = response.raw.read(_MOST_BYTES + 1, decode_content=True)
    except RequestException as error:
        raise SourceError(f"cannot be asked ({type(error).__name__})", path=place) from error
    if len(content) > _MOST_BYTES:
        raise SourceError(f"answers with more than {_MOST_BYTES >> 20} MB", path=place)
    try:
        (page,), _ = xmlrpc.client.loads(content)
    except (ValueError, TypeError, xmlrpc.client.Error, SyntaxError) as error:
        problem = getattr(error, "faultString", None) or "what it answers is no journal"
        raise SourceError(str(problem)[:200], path=place) from error
    except Exception as error:  # the parser's own class, of a module with no types
        if type(error).__name__ != "ExpatError":
            raise
        raise SourceError("what it answers is no journal", path=place) from error
    if not isinstance(page, list) or not all(isinstance(row, list) and row for row in page):
        raise SourceError("what it answers is no journal", path=place)
    return page
