"""The only reader of lists in a policy that name what is private: name patterns, index URLs."""

from __future__ import annotations

import re
from collections.abc import Callable

from vetgate.model.pattern import pattern
from vetgate.model.urls import comparable
from vetgate.tomlmap import Node

_NAME = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
_WILD = pattern(r"[A-Za-z0-9._*?-]+\Z")
_SEPARATORS = pattern(r"[-_.]+")
_BRACKETS = pattern(r"(\[!?[A-Za-z0-9-]+\])")
_URL = pattern(r"(?:https?://[^/?#\s]+|file:///)\S*\Z", re.IGNORECASE)
_USERINFO = pattern(r"[a-z]+://[^/?#]*@", re.IGNORECASE)


def private(policy: Node) -> tuple[str, ...]:
    """Read the patterns of private names, normalised as names are. Raises `PolicyError`."""
    return _distinct(policy, "private", _pattern, str)


def indexes(policy: Node) -> tuple[str, ...]:
    """Read the URLs of indexes. Raises `PolicyError`."""
    return _distinct(policy, "indexes", _index, comparable)


def _distinct(
    policy: Node, key: str, read: Callable[[Node], str], same: Callable[[str], str]
) -> tuple[str, ...]:
    """Read a list in which nothing stands twice; `same` makes of two values for one thing one."""
    found: dict[str, str] = {}
    for node in policy.elements_of(key):
        value = read(node)
        if same(value) in found:
            raise node.error(f"named twice in {key}: {value}")
        found[same(value)] = value
    return tuple(found.values())


def _pattern(node: Node) -> str:
    """Normalise what is a name in a pattern, and leave what is a wildcard."""
    text = node.text()
    parts = _BRACKETS.split(text)
    literal = "".join(parts[::2])
    if parts == [text] and not set(text) & set("*?"):
        if _NAME.match(text) is None:
            raise node.error(f"not a project name or a pattern of names: {text!r}")
    elif literal and _WILD.match(literal) is None:
        raise node.error(
            f"not a project name or a pattern of names: {text!r}",
            hint="a pattern has letters, digits, - _ . and the wildcards * ? [abc]",
        )
    if not any(sign.isalnum() for sign in literal):
        # It would take every name off the public index, and with it out of the gate.
        raise node.error(
            f"a pattern without a letter would make every package private: {text!r}",
            hint="name what your packages share, as in `acme-*`",
        )
    return "".join(
        part.lower() if at % 2 else _SEPARATORS.sub("-", part).lower()
        for at, part in enumerate(parts)
    )


def _index(node: Node) -> str:
    url = node.text()
    if _USERINFO.match(url) is not None:
        raise node.error(
            f"{node.label} has credentials in it",
            hint="leave them out: they are not needed to tell an index from another",
        )
    if _URL.match(url) is None:
        raise node.error(
            f"not the URL of an index: {url!r}", hint="it begins with https://, http:// or file:///"
        )
    return url
