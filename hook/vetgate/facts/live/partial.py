"""The beginning of a file that broke off: which version it is of, and whether an answer goes on.

Range requests: RFC 9110, 13.1.5 and 14. The version's tag is kept in a file beside the beginning.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Response

PARTIAL, UNSATISFIABLE = 206, 416
_LONGEST_TAG = 200


def asking(path: str, size: int, *, unknown: bool) -> dict[str, str]:
    """Return the headers that ask for what is missing behind the `size` bytes at `path`.

    `unknown`: also where nobody said which version they are of, since a digest will tell.
    """
    headers = {"Accept-Encoding": "identity"}
    tag = _kept(path)
    if size and (tag or unknown):
        headers["Range"] = f"bytes={size}-"
        if tag:
            headers["If-Range"] = tag
    return headers


def goes_on(response: Response, size: int) -> bool:
    """Whether an answer begins where `size` bytes end; it may be of another part, or the whole."""
    begins = response.headers.get("Content-Range", "").partition("-")[0]
    return response.status_code == PARTIAL and begins == f"bytes {size}"


def keep_tag(path: str, response: Response) -> None:
    """Keep the tag of the version that an answer is of, if it is a strong one."""
    tag = response.headers.get("ETag", "")
    with open(_beside(path), "w", encoding="ascii") as file:
        file.write(tag if _strong(tag) else "")


def forget_tag(path: str) -> None:
    """Take the tag away: the file is whole."""
    with suppress(FileNotFoundError):
        os.unlink(_beside(path))


def _kept(path: str) -> str:
    try:
        with open(_beside(path), encoding="ascii") as file:
            tag = file.read(_LONGEST_TAG)
    except (OSError, ValueError):
        return ""
    return tag if _strong(tag) else ""


def _beside(path: str) -> str:
    return f"{path}.tag"


def _strong(tag: str) -> bool:
    plain = tag.isascii() and tag.isprintable() and 1 < len(tag) < _LONGEST_TAG
    return plain and tag.startswith('"') and tag.endswith('"')
