"""The only patterns for what is plain in a requirement, each a strict subset of PEP 508.

What they match needs no second opinion: tests hold them to `packaging`, which judges the rest.
Numbers are kept short, since Python refuses to read very long ones. No two runs of blanks may meet,
with something optional between them: the time to find that a text does not match would grow with a
power of its length.
"""

from __future__ import annotations

import re

from vetgate.model.dependency import normalize
from vetgate.model.pattern import pattern

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
EXTRAS = rf"\[(?: *{NAME} *(?:,(?! *\])|(?=\])))+\]"
_N = "[0-9]{1,18}"
_RELEASE = rf" *(?:{_N}!)?{_N}(?:\.{_N})*"
_SUFFIX = rf"(?:(?:a|b|rc){_N})?(?:\.post{_N})?(?:\.dev{_N})?"
_CLAUSE = (
    rf"(?:(?:==|!=){_RELEASE}(?:\.\*|{_SUFFIX}(?:\+[a-z0-9]+(?:\.[a-z0-9]+)*)?)"
    rf"|(?:<=|>=|<|>|~=(?= *{_N}\.[0-9])){_RELEASE}{_SUFFIX})"
)
_SPECIFIER = rf"(?:{_CLAUSE} *(?:, *(?=[=!~<>])|(?=;|\Z)))+"

PLAIN = pattern(
    rf"(?P<name>{NAME}) *(?:(?P<extras>{EXTRAS}) *)?(?P<specifier>{_SPECIFIER})?"
    r"(?:;(?P<marker>[^;]*))?\Z"
)
"""A requirement from an index; its marker is still to be looked at, blanks around it included."""


def at_url() -> re.Pattern[str]:
    """Return the pattern of a requirement from a URL (`re` keeps it, once compiled)."""
    return re.compile(
        rf"(?P<name>{NAME})[ \t]*(?:(?P<extras>{EXTRAS})[ \t]*)?@[ \t]*(?P<url>[^ \t]+)"
        r"(?:[ \t]+;(?P<marker>.*))?[ \t]*\Z"
    )


def specifier(text: str | None) -> str:
    """Return a plain specifier in its one spelling: no blanks, clauses sorted, none twice."""
    if text is None:
        return ""
    text = text.replace(" ", "")
    return text if "," not in text else ",".join(sorted(set(text.split(","))))


def extras(text: str | None) -> tuple[str, ...]:
    """Return the extras between plain brackets, normalised and sorted."""
    if text is None:
        return ()
    return tuple(sorted({normalize(name.strip()) for name in text.strip("[] ").split(",")}))
