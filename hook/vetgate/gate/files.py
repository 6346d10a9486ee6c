"""Files that come through the gate: those of an index that needs credentials, or of a folder.

All others are fetched where the index says that they lie, without the gate.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from vetgate.facts.live.address import label
from vetgate.facts.live.sender import Sender
from vetgate.facts.live.transport import MOST_HOPS, Failure, moved_to
from vetgate.gate.folder import opened
from vetgate.gate.threads import Threads
from vetgate.gate.trouble import UpstreamError

if TYPE_CHECKING:
    from requests import Response as Answer

_UNPACKED = {"Accept-Encoding": "identity"}
_BLOCK = 1 << 18
_TYPE = "application/octet-stream"
_OK, _UNAUTHORISED = 200, 401
_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})


async def from_folder(url: str, threads: Threads) -> Response | None:
    """Serve a file of a folder by its `file:` URL; None: there is none."""
    found = await threads.run(lambda: opened(url))
    if found is None:
        return None
    descriptor, size = found
    return StreamingResponse(
        threads.each(_read(descriptor)),
        media_type=_TYPE,
        headers={"Content-Length": str(size)},
    )


async def from_web(url: str, sender: Sender, threads: Threads, seconds: float) -> Response | None:
    """Serve a file of an index on the web, as it streams in; None: there is none.

    `seconds` bounds each wait for bytes. Raises `UpstreamError`.
    """
    answer = await threads.run(lambda: _ask(url, sender, seconds))
    if answer is None:
        return None
    headers = {}
    length = answer.headers.get("Content-Length", "")
    if length.isdigit():
        headers["Content-Length"] = length
    return StreamingResponse(_passed_on(answer, threads), media_type=_TYPE, headers=headers)


def _read(descriptor: int) -> Iterator[bytes]:
    with os.fdopen(descriptor, "rb") as file:
        while block := file.read(_BLOCK):
            yield block


async def _passed_on(answer: Answer, threads: Threads) -> AsyncIterator[bytes]:
    """Pass the body on as it is; where it breaks off, so does the client's connection."""
    try:
        async for block in threads.each(answer.iter_content(_BLOCK)):
            yield block
    finally:
        answer.close()


def _ask(url: str, sender: Sender, seconds: float) -> Answer | None:
    """Ask for a file, over a few redirects; raises `UpstreamError`. None: there is none."""
    asked_keyring = False
    for _ in range(MOST_HOPS + 1):
        if not sender.secure(url):
            raise UpstreamError(f"{label(url)} has no https and is not trusted: it is not asked")
        try:
            answer = sender.send(url, "*/*", None, "", seconds, further=_UNPACKED)
        except (OSError, ValueError) as error:
            raise UpstreamError(
                f"{label(url)} cannot be reached ({type(error).__name__})"
            ) from error
        status = answer.status_code
        if status == _OK and answer.headers.get("Content-Encoding", "identity") == "identity":
            return answer
        answer.close()
        if status in _GONE:
            return None
        if status in _MOVED:
            target = moved_to(answer.headers.get("Location", ""), url)
            if isinstance(target, Failure):
                raise UpstreamError(target.why)
            url = target
        elif status == _UNAUTHORISED and not asked_keyring and sender.ask_keyring(url):
            asked_keyring = True
        else:
            raise UpstreamError(f"{label(url)} answers with status {status}")
    raise UpstreamError(f"{label(url)} redirects more than {MOST_HOPS} times")
