"""The fast reader of long allow-lists: entries as `vetgate allow` writes them, and nothing else.

The TOML decoder takes a tenth of a second for two thousand entries, on every commit. What this
module reads it reads as the decoder would; a test holds the two to the same answers. Whatever is
written in another way, or is wrong, it leaves alone: the slow way then reads the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate, repeat

from vetgate.model.dependency import Location, normalize
from vetgate.model.pattern import pattern
from vetgate.model.policy import Allowance
from vetgate.policyfile.specifiers import PLAIN, spelled

_HEADER = b"[[allow]]\n"
_TEXT = r'[^"\\\x00-\x1f\x7f]'
_ENTRY = pattern(
    r"(\[\[allow\]\]\n"
    r'name = "([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"\n'
    rf'(?:versions = "({PLAIN})"\n)?'
    r'(?:rules = \[("[a-z-]+"(?:, "[a-z-]+")*)\]\n)?'
    rf'reason = "({_TEXT}+)"\n'
    rf'(?:by = "({_TEXT}+)"\n)?'
    r"(?:on = (\d{4}-\d\d-\d\d)\n)?"
    r"(?:expires = (\d{4}-\d\d-\d\d)\n)?"
    r"(?:(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\n)*)",
    re.ASCII,
)


def split(
    content: bytes, path: str, known: Mapping[str, frozenset[str]]
) -> tuple[bytes, tuple[Allowance, ...]] | None:
    """Split a policy into what comes before its first allowance, and the allowances.

    None where one of them is not plain. Whether the part before is TOML by itself, and says
    nothing of allowances, is for the caller to see.
    """
    start = 0 if content.startswith(_HEADER) else content.find(b"\n" + _HEADER) + 1
    if not start and not content.startswith(_HEADER):
        return None
    try:
        text = content[start:].decode("utf-8")
    except UnicodeDecodeError:
        return None
    allowances = _allowances(text, Location(path, content.count(b"\n", 0, start) + 1), known)
    return None if allowances is None else (content[:start], allowances)


def _allowances(
    text: str, begin: Location, known: Mapping[str, frozenset[str]]
) -> tuple[Allowance, ...] | None:
    """Read entries column by column, so that no line here runs once for each of them.

    None if one of them is not plain, blank somewhere, over before it begins, or there twice.
    """
    found: list[tuple[str, ...]] = _ENTRY.findall(text)
    if not found:
        return None
    wholes, names, versions, listed, reasons, authors, began, ended = zip(*found, strict=True)
    if sum(map(len, wholes)) != len(text):
        # Something stands between two of them, or before, or behind.
        return None
    rules, days = _rules(set(listed), known), _days({*began, *ended})
    reasons, people = tuple(map(str.strip, reasons)), _people(set(authors))
    if rules is None or days is None or people is None or "" in reasons:
        return None
    specifiers = {one: spelled(one) if one else None for one in set(versions)}
    # One call for all: no name has a line end in it.
    normalized = normalize("\n".join(names)).split("\n")
    admitted = tuple(map(specifiers.__getitem__, versions))
    exempted = tuple(map(rules.__getitem__, listed))
    first, last = map(days.__getitem__, began), map(days.__getitem__, ended)
    heights = map(str.count, wholes[:-1], repeat("\n"))
    places = zip(repeat(begin.file), accumulate(heights, initial=begin.line))
    if len(set(zip(normalized, admitted, exempted, strict=True))) != len(found) or any(
        _is_backwards(days[on], days[expires])
        for on, expires in set(zip(began, ended, strict=True))
    ):
        return None
    columns = zip(
        normalized,
        reasons,
        map(Location._make, places),
        admitted,
        exempted,
        map(people.__getitem__, authors),
        first,
        last,
        strict=True,
    )
    return tuple(map(Allowance._make, columns))


def _is_backwards(on: date | None, expires: date | None) -> bool:
    return on is not None and expires is not None and expires < on


def _people(written: Iterable[str]) -> dict[str, str | None] | None:
    """Return who vouches; None if one of them is blank (and not just left out)."""
    found = {author: author.strip() or None for author in written}
    return None if any(author and who is None for author, who in found.items()) else found


def _rules(
    listed: Iterable[str], known: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str] | None] | None:
    found: dict[str, frozenset[str] | None] = {}
    for each in listed:
        words = each.strip('"').split('", "') if each else []
        found[each] = frozenset(words) if words else None
        if len(set(words)) != len(words) or not known.keys() >= set(words):
            return None
    return found


def _days(written: Iterable[str]) -> dict[str, date | None] | None:
    try:
        return {day: date.fromisoformat(day) if day else None for day in written}
    except ValueError:
        return None
