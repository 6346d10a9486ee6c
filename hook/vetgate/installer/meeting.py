"""What pip told that it is about to do: the nouns of the guard's questions."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.errors import GateError
from vetgate.model.record import Record


class Root(Record):
    """One requirement that pip was given, as pip understood it."""

    text: str | None
    """The requirement with its specifier, URL and marker; None where only a link was given."""
    link: str | None
    """The URL to take it from, credentials included."""
    editable: bool
    constraint: bool
    hashes: tuple[str, ...]
    source: str | None
    """`-r FILE (line N)`; None: the command line."""


class Meeting(Record):
    """A pip that has read its command line, its settings and its requirements files."""

    nested: bool
    """It was started for a build."""
    of: str | None
    """The URL of what is built."""
    explain: bool
    report: str | None
    indexes: tuple[str, ...]
    """In pip's order, credentials included; also those that are the gate's own."""
    find_links: tuple[str, ...]
    from_web: frozenset[str]
    """Those of the indexes and find-links that lists from the web name."""
    proxy: str | None
    cert: str | None
    client_cert: str | None
    trusted_hosts: tuple[str, ...]
    timeout: float
    keyring: str | None
    roots: tuple[Root, ...]
    installed: Mapping[str, str]
    """Versions of what pip would leave in place, by normalised name."""
    upgrade: bool
    build_constraints: tuple[str, ...] = ()
    """Files that constrain what builds take, as written (pip 25.3 and newer)."""


class Taking(Record):
    """A file that is on no page of the gate's."""

    url: str
    page: str | None
    """The page or the file that names it."""
    name: str | None
    by: str | None
    """The package whose metadata asks for it; None: a person, or a build."""
    of: str | None = None
    """Where that package is from, or what is built."""
    addressed: bool = False
    """Whoever asks for it names its URL: it was not found among pip's find-links."""


class Asker(Record):
    """Whose metadata asks for a package, and for which versions of it."""

    name: str
    specifier: str


class Source(Record):
    """What comes as source, and what it says that it is built with."""

    name: str
    sure: bool
    """Whether its account of what it needs once it is built is final (PEP 643)."""
    builds: tuple[str, ...]


class Found(Record):
    """What came by an address, as it is known once it was looked into."""

    url: str
    name: str
    version: str
    """Empty where it is not known."""


def meeting(told: Mapping[str, object]) -> Meeting:
    """Read what the guard tells at the beginning."""
    installed = told.get("installed")
    roots = told.get("roots")
    timeout = told.get("timeout")
    return Meeting(
        nested=bool(told.get("nested")),
        of=_text(told.get("of")),
        explain=bool(told.get("explain")),
        report=_text(told.get("report")),
        indexes=_texts(told.get("indexes")),
        find_links=_texts(told.get("find_links")),
        from_web=frozenset(_texts(told.get("from_web"))),
        proxy=_text(told.get("proxy")),
        cert=_text(told.get("cert")),
        client_cert=_text(told.get("client_cert")),
        trusted_hosts=_texts(told.get("trusted_hosts")),
        timeout=float(timeout) if isinstance(timeout, int | float) else 15.0,
        keyring=_text(told.get("keyring")),
        roots=tuple(_root(one) for one in _list(roots)),
        installed={str(name): str(version) for name, version in _mapping(installed).items()},
        upgrade=bool(told.get("upgrade")),
        build_constraints=_texts(told.get("build_constraints") or []),
    )


def taking(told: Mapping[str, object]) -> Taking:
    """Read what the guard tells of a file."""
    return Taking(
        url=_text(told.get("url")) or "",
        page=_text(told.get("from")),
        name=_text(told.get("name")),
        by=_text(told.get("by")),
        of=_text(told.get("of")),
        addressed=bool(told.get("addressed")),
    )


def askers(told: Mapping[str, object]) -> dict[str, Asker]:
    """Read what the guard tells of who asks for what, by the name of what is asked for."""
    found = {}
    for name, said in _mapping(told.get("by") or {}).items():
        by, specifier, *_ = (*_texts(said), "", "")
        found[str(name)] = Asker(by, specifier)
    return found


def a_source(told: Mapping[str, object]) -> Source:
    """Read what the guard tells of a source that is not built."""
    name = _text(told.get("name")) or ""
    return Source(name, bool(told.get("sure")), _texts(told.get("builds") or []))


def found_at_the_end(told: Mapping[str, object]) -> tuple[Found, ...]:
    """Read what the guard tells of addresses when pip has resolved everything."""
    return tuple(finding(_mapping(one)) for one in _list(told.get("found") or []))


def finding(told: Mapping[str, object]) -> Found:
    """Read what the guard tells of one that came by an address."""
    return Found(
        url=_text(told.get("url")) or "",
        name=_text(told.get("name")) or "",
        version=_text(told.get("version")) or "",
    )


def _root(told: object) -> Root:
    fields = _mapping(told)
    return Root(
        text=_text(fields.get("text")),
        link=_text(fields.get("link")),
        editable=bool(fields.get("editable")),
        constraint=bool(fields.get("constraint")),
        hashes=tuple(sorted(_texts(fields.get("hashes")))),
        source=_text(fields.get("from")),
    )


def _text(told: object) -> str | None:
    if told is None or isinstance(told, str):
        return told
    raise _unheard()


def _texts(told: object) -> tuple[str, ...]:
    return tuple(_text(one) or "" for one in _list(told))


def _list(told: object) -> list[object]:
    if isinstance(told, list):
        return told
    raise _unheard()


def _mapping(told: object) -> Mapping[str, object]:
    if isinstance(told, dict):
        return told
    raise _unheard()


def _unheard() -> GateError:
    return GateError("pip's process told something that vetgate does not understand")
