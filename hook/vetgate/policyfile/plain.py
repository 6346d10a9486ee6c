"""The fast reader of long allow-lists: entries as `vetgate allow` writes them, and nothing else.

The TOML decoder takes a tenth of a second for two thousand entries, on every commit. What this
module reads it reads as the decoder would; a test holds the two to the same answers. Whatever is
written in another way, or is wrong, it leaves alone: the slow way then reads the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from vetgate.model.dependency import Location, NormalizedName, normalize
from vetgate.model.pattern import pattern
from vetgate.model.policy import Allowance
from vetgate.policyfile.specifiers import PLAIN, spelled

_HEADER = b"[[allow]]\n"
_TEXT = r'[^"\\\x00-\x1f\x7f]'
_ENTRY = pattern(
    r"\[\[allow\]\]\n"
    r'name = "([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"\n'
    rf'(?:versions = "({PLAIN})"\n)?'
    r'(?:rules = \[("[a-z-]+"(?:, "[a-z-]+")*)\]\n)?'
    rf'reason = "({_TEXT}*)"\n'
    rf'(?:by = "({_TEXT}*)"\n)?'
    r"(?:on = (\d{4}-\d\d-\d\d)\n)?"
    r"(?:expires = (\d{4}-\d\d-\d\d)\n)?"
    r"((?:(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?\n)*)",
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
    reader = _Reader(path, known)
    line, at = content.count(b"\n", 0, start) + 1, 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if entry is None or not reader.take(entry, line):
            return None
        line += entry[0].count("\n")
        at = entry.end()
    return content[:start], tuple(reader.found.values())


class _Reader:
    def __init__(self, path: str, known: Mapping[str, frozenset[str]]) -> None:
        self._path, self._known = path, known
        self._rules: dict[str | None, frozenset[str] | None] = {None: None}
        self._days: dict[str | None, date | None] = {None: None}
        self._specifiers: dict[str | None, str] = {}
        self.found: dict[tuple[NormalizedName, str | None, frozenset[str] | None], Allowance] = {}

    def take(self, entry: re.Match[str], line: int) -> bool:
        """Keep an entry; false if anything about it is wrong."""
        name, versions, listed, reason, by, on, expires, _ = entry.groups()
        if not reason.strip() or (by is not None and not by.strip()):
            return False
        if listed not in self._rules and not self._learn(listed):
            return False
        for day in (on, expires):
            if day not in self._days and not self._date(day):
                return False
        begins, ends, rules = self._days[on], self._days[expires], self._rules[listed]
        if begins is not None and ends is not None and ends < begins:
            return False
        normalized = normalize(name)
        specifier = self._specifiers.get(versions)
        if specifier is None and versions is not None:
            specifier = self._specifiers[versions] = spelled(versions)
        key = (normalized, specifier, rules)
        if key in self.found:
            return False
        self.found[key] = Allowance(
            normalized,
            reason.strip(),
            Location(self._path, line),
            specifier,
            rules,
            None if by is None else by.strip(),
            begins,
            ends,
        )
        return True

    def _learn(self, listed: str) -> bool:
        words = listed.strip('"').split('", "')
        rules = self._rules[listed] = frozenset(words)
        return len(rules) == len(words) and rules <= self._known.keys()

    def _date(self, written: str) -> bool:
        try:
            self._days[written] = date.fromisoformat(written)
        except ValueError:
            return False
        return True
