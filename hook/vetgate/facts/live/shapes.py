"""The only reader of JSON from outside: bounded, and every shape checked before it is used."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = "dict[str, Json]"


_DIGITS = 18  # of a count that fits into 64 bits


class BadAnswerError(Exception):
    """An answer that is not what it should be; `why` completes `HOST ...`. Never leaves `live`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def parse(body: bytes) -> Json:
    """Read JSON; raise `BadAnswerError` if it is none, or nested so deep that it cannot be read."""
    try:
        parsed: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswerError("answered something that is not JSON") from error
    return parsed


def an_object(value: Json, what: str) -> Object:
    if isinstance(value, dict):
        return value
    raise BadAnswerError(f"answered JSON of another shape ({what})")


def a_list(value: Json, what: str) -> list[Json]:
    if isinstance(value, list):
        return value
    raise BadAnswerError(f"answered JSON of another shape ({what})")


def text(value: Json) -> str:
    """Take a string, or nothing: empty strings, null and other types are all absent.

    Halves of surrogate pairs, which JSON can carry and no file can, are replaced.
    """
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def count(value: Json) -> int | None:
    """Take a count, written as a number or (64 bits, in some services) as a string of digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        value = int(value)
    return value if isinstance(value, int) and 0 <= value < 10**_DIGITS else None


def moment(value: Json) -> datetime | None:
    """Take a time of RFC 3339, without a zone as UTC; None: it is none."""
    if not isinstance(value, str):
        return None
    stamp, _, fraction = value.removesuffix("Z").partition(".")
    # `fromisoformat` of Python 3.10 reads three or six digits of a fraction, and no `Z`.
    digits = fraction[:6].ljust(6, "0") if fraction.isdigit() else ""
    try:
        parsed = datetime.fromisoformat(f"{stamp}.{digits}" if digits else stamp)
        if parsed.tzinfo is None:
            return parsed.replace(tzinfo=timezone.utc)
        return parsed.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
