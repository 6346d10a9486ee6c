"""The only place that knows how the value of a fact is written down as text.

The cache and the snapshot keep what has no column type of its own in this form. It is not JSON:
importing `json` costs the warm path more than all of its look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Held,
    Known,
    Likeness,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Removed,
    Span,
    Unknown,
)
from vetgate.model.typed import TypeAlias

FactValue: TypeAlias = (
    "Presence | Downloads | int | str | datetime | tuple[str, ...] | tuple[Release, ...]"
    " | tuple[Advisory, ...] | tuple[Likeness, ...] | None"
)
AnyFact: TypeAlias = "Known[FactValue] | Unknown"

NUMBERS = frozenset({"rank", "dependents"})
MOMENTS = frozenset({"first_upload", "latest_upload"})
LISTS = frozenset({"urls", "owners", "resembles"})
TEXTS = frozenset({"repository", "status", "newest"})
NAMES: frozenset[FactName] = (
    frozenset({"presence", "downloads", "releases", "advisories", "imitates"})
    | NUMBERS
    | MOMENTS
    | LISTS
    | TEXTS
)
"""The name of every fact."""

_NOTHING = "-"


def encode(fact: FactName, value: FactValue) -> str:
    """Write a value as text; raise `ValueError` if it is not one that this fact can have."""
    written = _encode(fact, value)
    written.encode()  # what no file can hold is a `ValueError` here already
    if decode(fact, written) != value:
        raise ValueError(f"{fact} cannot be {value!r}")
    return written


def _encode(fact: FactName, value: FactValue) -> str:
    if isinstance(value, Downloads):
        return f"{value.a_month}{'+' if value.at_least else ''}"
    if isinstance(value, (Listed, Removed, Reborn, Held, Quarantined, NeverSeen)):
        return _encode_presence(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return "\n".join(_encode_element(element) for element in value)
    if value is None and fact == "repository":
        return ""
    return str(value)


def _encode_element(element: object) -> str:
    if isinstance(element, Release):
        uploaded = element.uploaded.isoformat() if element.uploaded else _NOTHING
        return f"{element.version}\t{uploaded}\t{'y' if element.yanked else _NOTHING}"
    if isinstance(element, Advisory):
        return _encode_advisory(element)
    if isinstance(element, Likeness):
        return f"{element.name}\t{element.rank}\t{element.how}"
    if isinstance(element, str) and element:
        return element
    raise ValueError(f"{element!r} cannot be one of several")


def _encode_advisory(advisory: Advisory) -> str:
    spans = " ".join(
        f"{span.introduced},{span.fixed or _NOTHING},{span.last or _NOTHING}"
        for span in advisory.spans
    )
    return "\t".join(
        (
            "m" if advisory.malicious else "v",
            advisory.id,
            " ".join(advisory.aliases),
            advisory.severity,
            spans,
            " ".join(advisory.versions),
            advisory.summary,
        )
    )


def _encode_presence(presence: Presence) -> str:
    if isinstance(presence, Removed):
        return f"{presence.word} {_day(presence.since)}"
    if isinstance(presence, Reborn):
        return f"{presence.word} {_day(presence.removed_on)} {_day(presence.again_on)}"
    return presence.word


def _day(day: date | None) -> str:
    return day.isoformat() if day else _NOTHING


def decode(fact: FactName, text: str) -> FactValue:
    """Read back what `encode` wrote; raise `ValueError` on anything else."""
    if fact not in _DECODERS:
        raise ValueError(f"{fact!r} is no fact")
    return _DECODERS[fact](text)


def assemble(name: NormalizedName, facts: Mapping[FactName, AnyFact]) -> PackageFacts:
    """Put facts together that were gathered under their names; the others stay not asked."""
    unasked = PackageFacts(name)
    return PackageFacts._make(
        (name, *(facts.get(fact, getattr(unasked, fact)) for fact in PackageFacts._fields[1:]))
    )


def fact_of(package: PackageFacts, fact: FactName) -> AnyFact:
    """Take one fact by its name."""
    found: AnyFact = getattr(package, fact)
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no count")
    return int(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment


def _decode_release(line: str) -> Release:
    version, uploaded, yanked = line.split("\t")
    if yanked not in {"y", _NOTHING}:
        raise ValueError(f"{line!r} is no release")
    moment = None if uploaded == _NOTHING else _moment(uploaded)
    return Release(version, moment, yanked=yanked == "y")


def _decode_advisory(line: str) -> Advisory:
    kind, report, aliases, severity, spans, versions, summary = line.split("\t")
    if kind not in {"m", "v"} or not report:
        raise ValueError(f"{line!r} is no advisory")
    return Advisory(
        report,
        kind == "m",
        _words(aliases),
        summary,
        severity,
        tuple(_decode_span(span) for span in _words(spans)),
        _words(versions),
    )


def _decode_likeness(line: str) -> Likeness:
    name, rank, how = line.split("\t")
    return Likeness(NormalizedName(name), _number(rank), how)


def _decode_likenesses(text: str) -> tuple[Likeness, ...]:
    return tuple(_decode_likeness(line) for line in text.split("\n")) if text else ()


def _decode_span(text: str) -> Span:
    introduced, *ends = text.split(",")
    fixed, last = (None if end == _NOTHING else end for end in ends)
    if not introduced or "" in ends:
        raise ValueError(f"{text!r} is no span of versions")
    return Span(introduced, fixed, last)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(" ")) if text else ()


def _decode_advisories(text: str) -> tuple[Advisory, ...]:
    return tuple(_decode_advisory(line) for line in text.split("\n")) if text else ()


def _decode_presence(text: str) -> Presence:
    word, *days = text.split(" ")
    dates = [None if day == _NOTHING else date.fromisoformat(day) for day in days]
    for plain in (Listed(), Held(), Quarantined(), NeverSeen()):
        if plain.word == word and not dates:
            return plain
    if word == "removed" and len(dates) == 1:
        return Removed(dates[0])
    if word == "reborn" and len(dates) == len(("removed_on", "again_on")):
        return Reborn(dates[0], dates[1])
    raise ValueError(f"{text!r} is no presence")


def _decode_downloads(text: str) -> Downloads:
    return Downloads(_number(text.removesuffix("+")), at_least=text.endswith("+"))


def _decode_list(text: str) -> tuple[str, ...]:
    elements = tuple(text.split("\n")) if text else ()
    if not all(elements):
        raise ValueError("an entry is empty")
    return elements


def _decode_releases(text: str) -> tuple[Release, ...]:
    return tuple(_decode_release(line) for line in text.split("\n")) if text else ()


def _decode_repository(text: str) -> str | None:
    return text or None


def _decode_word(text: str) -> str:
    if not text or text.split() != [text]:
        raise ValueError(f"{text!r} is no word")
    return text


_DECODERS: dict[FactName, Callable[[str], FactValue]] = {
    "presence": _decode_presence,
    "downloads": _decode_downloads,
    "releases": _decode_releases,
    "advisories": _decode_advisories,
    "imitates": _decode_likenesses,
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(MOMENTS, _moment),
    **dict.fromkeys(LISTS, _decode_list),
    "repository": _decode_repository,
    "status": _decode_word,
    "newest": _decode_word,
}
