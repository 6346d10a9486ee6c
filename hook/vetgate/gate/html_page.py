"""The HTML of a project page (PEP 503): what it offers, and the same page without some files.

Where every file stays, only links are replaced, and the rest is left byte for byte as it stands.
Where one does not, the page is written anew from what was understood of it: what is left around a
tag that is cut out may join to one that nobody has looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from vetgate.facts.live.shapes import BadAnswerError, moment
from vetgate.facts.live.simple_page import file_name, version_at
from vetgate.gate.listing import Offered
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.record import Record

Relink = Callable[[Offered], "str | None"]

_RELATIVE = re.compile(
    r"""\bhref\s*=\s*(?:"(?!https?://)|'(?!https?://)|(?!["'\s]|https?://))""", re.IGNORECASE
)
_BASE = re.compile(r"<base\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:.+ )?links for (\S+)", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z][a-z0-9-]*")
_HREF = re.compile(r"""(\bhref\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


class Anchor(Record):
    """A link on the page: where it begins and ends in the text, and what it says."""

    start: int
    tag_end: int
    end: int
    attributes: dict[str, str]


class Document(Record):
    """A page that was read."""

    text: str
    anchors: tuple[Anchor, ...]
    metas: dict[str, str]
    base: str
    """What its links are relative to."""


def decoded(body: bytes) -> str:
    """Return the page's text; pip takes UTF-8 where nothing else is said."""
    return body.decode("utf-8", "surrogateescape")


def is_relative(body: bytes) -> bool:
    """Tell, without reading it all, whether a page links to anything relative to itself."""
    text = decoded(body)
    return _RELATIVE.search(text) is not None or _BASE.search(text) is not None


def read(body: bytes, url: str, name: NormalizedName) -> Document:
    """Read a page; raise `BadAnswerError` where it is none of the simple API."""
    text = decoded(body)
    reader = _Reader(text)
    try:
        reader.feed(text)
        reader.close()
    except (AssertionError, ValueError) as error:  # what html.parser raises on malformed markup
        raise BadAnswerError("answered HTML that cannot be read") from error
    reader.finish(len(text))
    version = reader.metas.get("pypi:repository-version", "")
    if version and version.partition(".")[0] != "1":
        raise BadAnswerError(f"speaks version {version} of the simple API, not 1")
    document = Document(text, tuple(reader.anchors), reader.metas, _base(reader.base or "", url))
    found = offered(document, name)
    # A login page that answers 200 to everything must not pass for a project without files.
    if not version and not _is_empty(reader, name) and not any(one.version for one in found):
        raise BadAnswerError("answered a page that is not a package page")
    return document


def _is_empty(reader: _Reader, name: NormalizedName) -> bool:
    """Whether a page says of itself that it is the project's, and that nothing is on it.

    Every index that writes pages without a version calls them "Links for NAME".
    """
    if reader.anchors or not reader.bare:
        return False
    titles = (_TITLE.fullmatch(" ".join(said.split())) for said in reader.said)
    return any(found is not None and normalize(found[1]) == name for found in titles)


def offered(page: Document, name: NormalizedName) -> tuple[Offered, ...]:
    """Name what a page that was read offers."""
    return tuple(_offered(anchor, page.base, name) for anchor in page.anchors)


def status(page: Document) -> str:
    """Return the status marker (PEP 792), empty where there is none."""
    return page.metas.get("pypi:project-status", "")


def relinked(page: Document, name: NormalizedName, relink: Relink) -> bytes:
    """Write a page with every file, links made absolute or led through the gate."""
    parts: list[str] = []
    at = 0
    for anchor in page.anchors:
        parts.append(page.text[at : anchor.start])
        at = anchor.tag_end
        link = _link(anchor, _offered(anchor, page.base, name), page.base, relink)
        tag = page.text[anchor.start : anchor.tag_end]
        parts.append(_HREF.sub(_replacing(link), tag, count=1))
    parts.append(page.text[at:])
    return "".join(parts).encode("utf-8", "surrogateescape")


def anew(page: Document, name: NormalizedName, hidden: Collection[str], relink: Relink) -> bytes:
    """Write a page without some files, by nothing but what was understood of it."""
    metas = "".join(
        f'<meta name="{escape(key)}" content="{escape(value)}">'
        for key, value in page.metas.items()
    )
    links: list[str] = []
    for anchor in page.anchors:
        one = _offered(anchor, page.base, name)
        if one.filename in hidden:
            continue
        told = {**anchor.attributes, "href": _link(anchor, one, page.base, relink)}
        said = "".join(
            f' {key}="{escape(value)}"' for key, value in told.items() if _PLAIN.fullmatch(key)
        )
        links.append(f"<a{said}>{escape(one.filename)}</a><br>\n")
    head = f"{metas}<title>Links for {escape(name)}</title>"
    written = f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n{''.join(links)}</body></html>\n"
    return written.encode("utf-8", "surrogateescape")


def _link(anchor: Anchor, one: Offered, base: str, relink: Relink) -> str:
    href = anchor.attributes.get("href", "")
    link = relink(one)
    return _absolute(href, base) if link is None else link + _fragment(href)


def _replacing(link: str) -> Callable[[re.Match[str]], str]:
    quoted = escape(link, quote=True)
    return lambda found: f'{found[1]}"{quoted}"'


def _fragment(link: str) -> str:
    _, mark, fragment = link.partition("#")
    return mark + fragment


def _offered(anchor: Anchor, base: str, name: NormalizedName) -> Offered:
    # What is written between the tags counts for nothing: installers go by the link.
    link = _absolute(anchor.attributes.get("href", ""), base)
    return Offered(
        file_name(link),
        link.partition("#")[0],
        version_at(link, name),
        moment(anchor.attributes.get("data-upload-time")),
        yanked="data-yanked" in anchor.attributes,
    )


def _absolute(link: str, base: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError as error:
        raise BadAnswerError("links to something that is no URL") from error


def _base(written: str, url: str) -> str:
    return _absolute(written, url) if written else url


class _Reader(HTMLParser):
    """Notes where each anchor begins and ends."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[Anchor] = []
        self.metas: dict[str, str] = {}
        self.base: str | None = None
        self.said: list[str] = []
        """What stands on it outside of the anchors, its title among it."""
        self.bare = True
        """Nothing stands on it that a page of the simple API does not have."""
        self._open: Anchor | None = None
        self._lines = [0]
        for found in re.finditer("\n", text):
            self._lines.append(found.end())

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The first of two attributes of one name counts for browsers; for pip, of a link, the last:
        # of those that matter there must not be two.
        values = {key: value or "" for key, value in reversed(attrs)}
        if tag == "a":
            if sum(key == "href" for key, _ in attrs) > 1:
                raise BadAnswerError("answered a link that leads to two places")
            self.finish(self._place())
            start = self._place()
            whole = len(self.get_starttag_text() or "")
            self._open = Anchor(start, start + whole, start + whole, values)
        elif tag == "meta":
            self.metas.setdefault(values.get("name", ""), values.get("content", ""))
        elif tag == "base" and self.base is None:
            # As pip does: the first that names a place counts, if only the page's own.
            self.base = values.get("href")
        elif tag in {"form", "script", "input", "iframe"}:
            self.bare = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.finish(self._place() + len("</a>"))

    def handle_data(self, data: str) -> None:
        if self._open is None:
            self.said.append(data)

    def finish(self, end: int) -> None:
        """Close the anchor that is open, if one is."""
        if self._open is not None:
            self.anchors.append(self._open._replace(end=end))
            self._open = None
