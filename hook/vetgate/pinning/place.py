"""Where name and version stand in one requirement (PEP 508), and what a pin puts there."""

from __future__ import annotations

import re

from vetgate.manifests import grammar
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

_HEAD = pattern(rf"[ \t]*(?P<name>{grammar.NAME})(?:[ \t]*\[[^\[\]]*\])?")
_OPERATOR = pattern(r"\(?[ \t]*(?:===|==|~=|!=|<=|>=|<|>)(?P<gap>[ \t]*)")


class UnsafeError(Exception):
    """A requirement cannot be edited without touching more."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why, hint)
        self.why, self.hint = why, hint


class Splice(Record):
    """A part of a text, and what is to stand in its place."""

    start: int
    end: int
    written: str

    def into(self, text: str) -> str:
        """Return the text with it."""
        return f"{text[: self.start]}{self.written}{text[self.end :]}"


def splice(text: str, name: NormalizedName, version: str) -> Splice | None:
    """Return what pins a requirement, all but the version byte for byte the same.

    None for what is no requirement of that name from an index, or is written in a way in which a
    version has no place.
    """
    head = _HEAD.match(text)
    if head is None or normalize(head["name"]) != name:
        return None
    rest = text[head.end() :].partition(";")[0]
    body = rest.strip(" \t")
    if not body:
        return Splice(head.end(), head.end(), f"=={version}")
    operator = _OPERATOR.match(body)
    if operator is None or re.search(r"[\[\]{}@]", body):
        return None
    start = head.end() + rest.index(body)
    return Splice(start, start + len(body), f"=={operator['gap']}{version}")


def named(text: str, name: NormalizedName) -> tuple[int, int] | None:
    """Return from where to where the name stands; None for what begins with no such name."""
    head = _HEAD.match(text)
    if head is None or normalize(head["name"]) != name:
        return None
    return head.span("name")
