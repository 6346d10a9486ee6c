"""The manifest beside a published snapshot: the only reader and writer of `manifest.json`.

It says what a snapshot is, how its two forms are known (size and SHA-256 digest), and which deltas
lead to it. What it says of itself proves nothing: a signature over it, or https, does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from vetgate.errors import UpdateError
from vetgate.facts.stated import Source
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FILE = "manifest.json"
PLAIN = "snapshot.sqlite"
"""What a build calls the snapshot as it is used; its packed form beside it is `PACKED`."""
PACKED = "snapshot.columns.xz"

VERSION = 1
MOST_BYTES = 1 << 20
"""Of a manifest; one with a delta for every day of a year has a tenth of that."""
MOST_PLAIN = 1 << 30
"""Bytes of a snapshot as it is used. The whole index fits into less than a tenth of that."""
MOST_PACKED = 1 << 28
"""Bytes of a packed snapshot, or of a delta."""

_MOST_DELTAS = 1000
_MOST_SOURCES = 100
_MOST_COUNTS = 100
_MOST_DIGITS = 18  # of a count that fits into 64 bits
_LONGEST = 2000  # characters of one text
_DIGEST = pattern(r"[0-9a-f]{64}\Z", re.ASCII)
_WORD = pattern(r"[a-z][a-z0-9_-]{0,63}\Z", re.ASCII)
# Relative, below the manifest, and the same file on every system and web server.
_NAME = pattern(r"(?:[a-z0-9][a-z0-9._-]{0,127}/){0,3}[a-z0-9][a-z0-9._-]{0,127}\Z", re.ASCII)
_KEYS = frozenset(
    {
        "version",
        "schema",
        "built",
        "packages",
        "counts",
        "sources",
        "plain",
        "packed",
        "follows",
        "deltas",
    }
)


class Form(Record):
    """A file: its path below the manifest's folder, its bytes, and its digest in lower case."""

    file: str
    size: int
    sha256: str


class Delta(Record):
    """A file that turns one snapshot into another; both are named by the digest of their bytes."""

    start: str
    end: str
    form: Form


class Manifest(Record):
    """What is published."""

    schema: int
    """The snapshot's, as in `user_version`."""
    built: datetime
    """Aware UTC, as the snapshot says it."""
    packages: int
    counts: Mapping[str, int]
    """Further counts, by a word each."""
    sources: tuple[Source, ...]
    plain: Form
    packed: Form
    follows: str | None = None
    """The digest of the snapshot before this one; None: it is the first."""
    deltas: tuple[Delta, ...] = ()


class _OddError(Exception):
    """Where in the manifest something is not as it should be; never leaves this module."""


def manifest_bytes(manifest: Manifest) -> bytes:
    """Write a manifest: the same bytes for the same values, and nothing that `read` refuses."""
    document: dict[str, Json] = {
        "version": VERSION,
        "schema": manifest.schema,
        "built": manifest.built.isoformat(),
        "packages": manifest.packages,
        "counts": dict(manifest.counts),
        "sources": [
            {**source._asdict(), "as_of": source.as_of.isoformat()}
            for source in sorted(manifest.sources)
        ],
        "plain": manifest.plain._asdict(),
        "packed": manifest.packed._asdict(),
        "follows": manifest.follows,
        "deltas": [
            {"from": delta.start, "to": delta.end, **delta.form._asdict()}
            for delta in sorted(manifest.deltas)
        ],
    }
    content = (json.dumps(document, indent=1, sort_keys=True) + "\n").encode("ascii")
    read(content, FILE)
    return content


def read(content: bytes, path: str) -> Manifest:
    """Read a manifest; raises `UpdateError`, with `path` in it, for anything odd or unknown."""
    try:
        return _manifest(_parsed(content))
    except _OddError as odd:
        raise UpdateError(f"is no manifest that can be trusted: {odd}", path=path) from odd


def _parsed(content: bytes) -> dict[str, Json]:
    if len(content) > MOST_BYTES:
        raise _OddError("it is larger than a manifest is")
    try:
        parsed: Json = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _OddError("it is not JSON") from error
    document = _object(parsed, "manifest")
    version = document.get("version")
    if version != VERSION or isinstance(version, bool):
        raise _OddError(f"it is of version {version!r:.40}, and this vetgate reads {VERSION}")
    _keys(document, _KEYS, "manifest")
    return document


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Take an object whose keys stand there once: of two, readers differ in which one counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError("a key stands there twice")
    return found


def _manifest(document: dict[str, Json]) -> Manifest:
    follows = document["follows"]
    deltas = tuple(_deltas(document["deltas"]))
    if len({(delta.start, delta.end) for delta in deltas}) != len(deltas):
        raise _OddError("a delta stands there twice")
    sources = tuple(_sources(document["sources"]))
    if len({source.kind for source in sources}) != len(sources):
        raise _OddError("a source stands there twice")
    counts = _object(document["counts"], "counts")
    if len(counts) > _MOST_COUNTS:
        raise _OddError("too many counts")
    return Manifest(
        schema=_count(document["schema"], "schema"),
        built=_moment(document["built"], "built"),
        packages=_count(document["packages"], "packages"),
        counts={_word(key, "counts"): _count(value, key) for key, value in counts.items()},
        sources=sources,
        plain=_form(_object(document["plain"], "plain"), "plain", MOST_PLAIN),
        packed=_form(_object(document["packed"], "packed"), "packed", MOST_PACKED),
        follows=None if follows is None else _digest(follows, "follows"),
        deltas=deltas,
    )


def _deltas(value: Json) -> Iterator[Delta]:
    for entry in _list(value, "deltas", _MOST_DELTAS):
        delta = dict(_object(entry, "deltas"))
        start, end = delta.pop("from", None), delta.pop("to", None)
        form = _form(delta, "deltas", MOST_PACKED)
        yield Delta(_digest(start, "deltas"), _digest(end, "deltas"), form)


def _sources(value: Json) -> Iterator[Source]:
    for entry in _list(value, "sources", _MOST_SOURCES):
        source = _object(entry, "sources")
        _keys(source, frozenset(Source._fields), "sources")
        serial = source["serial"]
        yield Source(
            kind=_word(source["kind"], "sources"),
            told=_text(source["told"], "sources"),
            licence=_text(source["licence"], "sources"),
            as_of=_moment(source["as_of"], "sources"),
            serial=None if serial is None else _count(serial, "sources"),
            rows=_count(source["rows"], "sources"),
        )


def _form(entry: dict[str, Json], where: str, most: int) -> Form:
    _keys(entry, frozenset(Form._fields), where)
    name = _text(entry["file"], where)
    if _NAME.match(name) is None:
        raise _OddError(f"{where}: {name!r:.80} is no file below it")
    size = _count(entry["size"], where)
    if not 0 < size <= most:
        raise _OddError(f"{where}: {size} bytes are none, or more than {most}")
    return Form(name, size, _digest(entry["sha256"], where))


def _keys(entry: dict[str, Json], wanted: frozenset[str], where: str) -> None:
    if odd := sorted(wanted ^ entry.keys()):
        raise _OddError(f"{where}: {odd[0]!r:.40} is missing or unknown")


def _object(value: Json, where: str) -> dict[str, Json]:
    if isinstance(value, dict):
        return value
    raise _OddError(f"{where} is no object")


def _list(value: Json, where: str, most: int) -> list[Json]:
    if not isinstance(value, list):
        raise _OddError(f"{where} is no list")
    if len(value) > most:
        raise _OddError(f"{where}: more than {most}")
    return value


def _text(value: Json, where: str) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST:
        return value
    raise _OddError(f"{where}: {value!r:.40} is no text")


def _word(value: Json, where: str) -> str:
    if isinstance(value, str) and _WORD.match(value) is not None:
        return value
    raise _OddError(f"{where}: {value!r:.40} is no word")


def _digest(value: Json, where: str) -> str:
    if isinstance(value, str) and _DIGEST.match(value) is not None:
        return value
    raise _OddError(f"{where}: {value!r:.80} is no SHA-256 digest in lower case")


def _count(value: Json, where: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_MOST_DIGITS:
        return value
    raise _OddError(f"{where}: {value!r:.40} is no count")


def _moment(value: Json, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() != timedelta(0):
        raise _OddError(
            f"{where}: {value!r:.40} is no moment in UTC, as in 2026-11-25T04:00:00+00:00"
        )
    return moment
