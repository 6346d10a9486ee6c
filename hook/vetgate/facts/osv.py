"""Records in the OSV format: one document in, what it says of packages of PyPI out.

https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import Advisory, Span
from vetgate.model.typed import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # costs several interpreter starts to import
    from packaging.version import Version

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_ECOSYSTEM = "PyPI"
_IMPORTED = "MAL-0000"  # un-numbered imports, which OSV itself ignores
_MALICIOUS_CODE = "CWE-506"
_RANGES = frozenset({"ECOSYSTEM", "SEMVER"})
_SEVERITIES = ("low", "moderate", "medium", "high", "critical")
_SUMMARY = 120  # characters: a line of a message
_MOST_VERSIONS = 10_000
_SAYS_NOTHING = "Malicious code in "  # and then the name: the report is one of malice anyway
_ONE_SPAN = 2  # events: where it begins, and where it ends


def reports(document: Json) -> Iterator[tuple[NormalizedName, Advisory]]:
    """Read what a record says of each package; of a withdrawn one, nothing.

    Raises `ValueError` if it is no record.
    """
    record = document if isinstance(document, dict) else {}
    report, affected = record.get("id"), record.get("affected", [])
    if not isinstance(report, str) or not report or not isinstance(affected, list):
        raise ValueError("is no OSV record")
    if record.get("withdrawn") or report.startswith(_IMPORTED):
        return
    found: dict[NormalizedName, list[Advisory]] = {}
    for entry in affected:
        if not isinstance(entry, dict) or not isinstance(package := entry.get("package"), dict):
            continue  # what names a repository, not a package
        ecosystem, name = package.get("ecosystem"), package.get("name")
        if ecosystem != _ECOSYSTEM or not isinstance(name, str) or not name:
            continue
        found.setdefault(normalize(name), []).append(_advisory(report, record, entry))
    for name, advisories in found.items():
        yield name, _together(advisories)


def merged(advisories: Iterable[Advisory]) -> tuple[Advisory, ...]:
    """Make one of those that name each other as aliases; malice goes before, then by id."""
    groups: list[tuple[set[str], list[Advisory]]] = []
    for advisory in sorted(advisories, key=_place):
        ids = {advisory.id, *advisory.aliases}
        joined, apart = [advisory], []
        for known, members in groups:
            if known & ids:
                ids |= known
                joined = [*members, *joined]
            else:
                apart.append((known, members))
        groups = [*apart, (ids, joined)]
    return tuple(sorted((_together(members) for _, members in groups), key=_place))


def _place(advisory: Advisory) -> tuple[bool, str]:
    return not advisory.malicious, advisory.id


def _together(advisories: Sequence[Advisory]) -> Advisory:
    ordered = sorted(advisories, key=_place)
    first = ordered[0]
    ids = {each for one in ordered for each in (one.id, *one.aliases)}
    severities = [one.severity for one in ordered if one.severity]
    return Advisory(
        first.id,
        first.malicious,
        tuple(sorted(ids - {first.id})),
        next((one.summary for one in ordered if one.summary), ""),
        max(severities, key=_gravity, default=""),
        tuple(sorted({span for one in ordered for span in one.spans}, key=_span_order)),
        tuple(sorted({version for one in ordered for version in one.versions})),
    )


def _gravity(word: str) -> tuple[int, str]:
    return (_SEVERITIES.index(word) if word in _SEVERITIES else -1, word)


def _span_order(span: Span) -> tuple[str, str, str]:
    return span.introduced, span.fixed or "", span.last or ""


def _advisory(report: str, document: Mapping[str, Json], entry: Mapping[str, Json]) -> Advisory:
    aliases = document.get("aliases")
    spans = tuple(_spans(entry.get("ranges")))
    listed = entry.get("versions")
    versions = [_word(each) for each in listed] if isinstance(listed, list) else []
    summary = document.get("summary")
    if not isinstance(summary, str) or summary.startswith(_SAYS_NOTHING):
        summary = ""
    return Advisory(
        _word(report),
        _malicious(report, document, entry),
        tuple(_word(each) for each in aliases if _word(each)) if isinstance(aliases, list) else (),
        " ".join(summary.split())[:_SUMMARY],
        _severity(document),
        spans,
        _outside(spans, sorted({each for each in versions if each})[:_MOST_VERSIONS]),
    )


def _malicious(report: str, document: Mapping[str, Json], entry: Mapping[str, Json]) -> bool:
    if report.startswith("MAL-"):
        return True
    specific = (document.get("database_specific"), entry.get("database_specific"))
    return any(_MALICIOUS_CODE in str(each) for each in specific if each)


def _severity(document: Mapping[str, Json]) -> str:
    specific = document.get("database_specific")
    word = specific.get("severity") if isinstance(specific, dict) else None
    return _word(word).lower() if isinstance(word, str) else ""


def _spans(ranges: Json) -> Iterator[Span]:
    for each in ranges if isinstance(ranges, list) else []:
        if not isinstance(each, dict) or each.get("type") not in _RANGES:
            continue  # commits of a repository
        begun: str | None = None
        for event in _in_order(each.get("events")):
            if introduced := _word(event.get("introduced")):
                if begun is not None:
                    yield Span(begun)
                begun = introduced
            elif begun is not None and (fixed := _word(event.get("fixed"))):
                yield Span(begun, fixed)
                begun = None
            elif begun is not None and (last := _word(event.get("last_affected"))):
                yield Span(begun, None, last)
                begun = None
        if begun is not None:
            yield Span(begun)


def _in_order(events: Json) -> list[dict[str, Json]]:
    """Return events by version: the format leaves their order to the reader."""
    found = (
        [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    )
    if isinstance(events, list) and len(found) < len(events):
        raise ValueError("has an event that is none")
    if len(found) <= _ONE_SPAN:
        return sorted(found, key=lambda event: "introduced" not in event)
    from packaging.version import InvalidVersion, Version

    def place(event: dict[str, Json]) -> tuple[Version, bool]:
        ((kind, version),) = event.items()
        said = _word(version)
        return Version("0.dev0" if said == "0" else said), kind == "introduced"

    try:
        return sorted(found, key=place)
    except (InvalidVersion, ValueError):
        return found  # as they were published: most are in order


def _outside(spans: Sequence[Span], versions: Sequence[str]) -> tuple[str, ...]:
    """Leave out the listed versions that lie in a span: they say nothing more."""
    if not spans:
        return tuple(versions)
    if Span() in spans:
        return ()
    from packaging.version import InvalidVersion

    def lies_in(text: str) -> bool:
        try:
            version = _version(text)
            return any(
                (span.introduced == "0" or _version(span.introduced) <= version)
                and (span.fixed is None or version < _version(span.fixed))
                and (span.last is None or version <= _version(span.last))
                for span in spans
            )
        except InvalidVersion:
            return False

    return tuple(version for version in versions if not lies_in(version))


@lru_cache(maxsize=4096)
def _version(text: str) -> Version:
    """Read a version; of a hundred that records list, one is new."""
    from packaging.version import Version

    return Version(text)


def _word(value: Json) -> str:
    """Take a text without blanks; what has a comma could not be told from two."""
    return "".join(value.replace(",", "").split()) if isinstance(value, str) else ""
