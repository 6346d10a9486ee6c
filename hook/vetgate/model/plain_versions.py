"""The cheap proof that a version free of all reports is let in, without a parser of versions.

Most packages with old reports are those that everybody uses, and importing `packaging` for them
would cost each commit more than all else. Only versions of numbers and dots are understood; what is
not proved here is not denied, and `reports` decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from vetgate.model.facts import Advisory, Release, Span
from vetgate.model.pattern import pattern
from vetgate.model.typed import TypeAlias

_Key: TypeAlias = "tuple[int, ...]"

_PLAIN = pattern(r"[0-9]{1,9}(?:\.[0-9]{1,9})*\Z")
_NUMBERS = pattern(r"([0-9]{1,9}(?:\.[0-9]{1,9})*)(?:\Z|[^0-9.!\s]|\.[^0-9])")
_CLAUSE = pattern(r"\s*(>=|<=|==|!=|<|>)\s*([0-9]{1,9}(?:\.[0-9]{1,9})*)\s*\Z")
_HIGHEST: _Key = (999_999_999,)
_TRIED = 20
"""So many of the latest releases are tried: the newest is free of reports, or few are."""


def lets_in_a_free_one(
    advisories: Sequence[Advisory], specifier: str, releases: Sequence[Release] | None
) -> bool:
    """Whether it is certain that a version is admitted that no report is about."""
    clauses = _clauses(specifier)
    if clauses is None:
        return False
    return any(
        _fits(key, clauses) and all(_is_free(key, advisory) for advisory in advisories)
        for key in _candidates(advisories, releases)
    )


def _candidates(
    advisories: Iterable[Advisory], releases: Sequence[Release] | None
) -> Iterable[_Key]:
    if releases is not None:
        latest = (release.version for release in reversed(releases) if not release.yanked)
        return [_key(version) for version in islice(latest, _TRIED) if _PLAIN.match(version)]
    fixes = {span.fixed for each in advisories for span in each.spans if span.fixed is not None}
    return [*(_key(fix) for fix in fixes if _PLAIN.match(fix)), _HIGHEST]


def _key(version: str) -> _Key:
    numbers = [int(number) for number in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _clauses(specifier: str) -> list[tuple[str, _Key]] | None:
    if not specifier.strip():
        return []
    found = [_CLAUSE.match(clause) for clause in specifier.split(",")]
    clauses = [(clause[1], _key(clause[2])) for clause in found if clause is not None]
    return clauses if len(clauses) == len(found) else None


def _fits(key: _Key, clauses: Iterable[tuple[str, _Key]]) -> bool:
    return all(_compares(key, operator, other) for operator, other in clauses)


def _compares(key: _Key, operator: str, other: _Key) -> bool:
    if operator in {"==", "!="}:
        return (key == other) is (operator == "==")
    if operator in {">=", "<="}:
        return key == other or (key > other) is (operator == ">=")
    return key != other and (key > other) is (operator == ">")


def _is_free(key: _Key, advisory: Advisory) -> bool:
    """Whether a report is certainly not about this version."""
    return not any(_may_be(key, version) for version in advisory.versions) and all(
        _is_outside(key, span) for span in advisory.spans
    )


def _may_be(key: _Key, version: str) -> bool:
    if _PLAIN.match(version):
        return _key(version) == key
    # With something behind its numbers, it is another version; else (`v1.0`, `1!1.0`), who knows.
    return _NUMBERS.match(version) is None


def _is_outside(key: _Key, span: Span) -> bool:
    if _PLAIN.match(span.introduced) and span.introduced != "0" and key < _key(span.introduced):
        return True
    if span.fixed is not None:
        if _PLAIN.match(span.fixed):
            return key >= _key(span.fixed)
        return _is_beyond(key, span.fixed)
    return span.last is not None and _is_beyond(key, span.last)


def _is_beyond(key: _Key, end: str) -> bool:
    """Whether the version is higher than an end, whatever stands behind the end's numbers."""
    numbers = _NUMBERS.match(end)
    return numbers is not None and key > _key(numbers[1])
