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
from operator import gt

from vetgate.model.dependency import Location, normalize
from vetgate.model.pattern import pattern
from vetgate.model.policy import Allowance
from vetgate.policyfile.specifiers import CLAUSE, spelled

_HEADER = b"[[allow]]\n"
_TEXT = r'[^"\\\x00-\x1f\x7f]'
# What few entries say differently is looked at once for all of them, not here: versions, rules,
# days. The pattern only sees to it that they end where TOML has them end.
_ENTRY = pattern(
    r"\[\[allow\]\]\n"
    r'name = "([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"\n'
    r'(?:versions = "([<>=!0-9.,* ]+)"\n)?'
    r'(?:rules = \[([a-z", -]+)\]\n)?'
    rf'reason = "({_TEXT}+)"\n'
    rf'(?:by = "({_TEXT}+)"\n)?'
    r"(?:on = ([0-9-]{10})\n)?"
    r"(?:expires = ([0-9-]{10})\n)?"
    r"(?:(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\n)*"
    r"(?=\[\[allow\]\]\n|\Z)",
    re.ASCII,
)
_CLAUSE = pattern(rf"{CLAUSE}\Z", re.ASCII)


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
    entries = text.split(_HEADER.decode())[1:]
    if len(entries) != len(found):
        # Each reaches to the next header or to the end, so that one of them is not plain; or
        # a comment looks like a header.
        return None
    names, versions, listed, reasons, authors, began, ended = zip(*found, strict=True)
    specifiers, rules = _specifiers({*versions}), _rules(set(listed), known)
    days, people = _days({*began, *ended}), _people(set(authors))
    reasons = tuple(map(str.strip, reasons))
    if specifiers is None or rules is None or days is None or people is None or "" in reasons:
        return None
    # One call for all: no name has a line end in it.
    normalized = normalize("\n".join(names)).split("\n")
    admitted = tuple(map(specifiers.__getitem__, versions))
    exempted = tuple(map(rules.__getitem__, listed))
    if _has_twins(normalized, admitted, exempted) or _is_any_backwards(began, ended):
        return None
    heights = map(str.count, entries[:-1], repeat("\n"))
    lines = accumulate(heights, lambda line, height: line + height + 1, initial=begin.line)
    columns = zip(
        normalized,
        reasons,
        map(Location, repeat(begin.file), lines),
        admitted,
        exempted,
        map(people.__getitem__, authors),
        map(days.__getitem__, began),
        map(days.__getitem__, ended),
        strict=True,
    )
    return tuple(map(Allowance._make, columns))


def _has_twins(names: list[str], *more: tuple[object, ...]) -> bool:
    # Names alone nearly always tell.
    count = len(names)
    return len(set(names)) != count and len(set(zip(names, *more, strict=True))) != count


def _is_any_backwards(began: tuple[str, ...], ended: tuple[str, ...]) -> bool:
    """Whether one of them expires before it begins; days in this form sort as text."""
    return any(map(gt, began, (end or "9" for end in ended)))


def _specifiers(written: set[str]) -> dict[str, str | None] | None:
    clauses = {clause.strip(" ") for each in written if each for clause in each.split(",")}
    if not all(map(_CLAUSE.match, clauses)):
        return None
    return {each: spelled(each) if each else None for each in written}


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
        joined = '", "'.join(words)
        if each and f'"{joined}"' != each:
            return None
        if len(set(words)) != len(words) or not known.keys() >= set(words):
            return None
    return found


def _days(written: Iterable[str]) -> dict[str, date | None] | None:
    try:
        return {day: date.fromisoformat(day) if day else None for day in written}
    except ValueError:
        return None
