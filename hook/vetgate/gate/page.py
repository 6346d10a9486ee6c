"""A project page as its index wrote it, and what goes out in its place.

`simple_repository`'s own model of a page is not enough: it drops what it does not know (PEP 740,
PEP 792), and reading a page of 3 MB into it and writing it again takes a good part of a second.
This one keeps the bytes, reads them only where it must, and changes nothing but what has to be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cached_property

from simple_repository import model

from vetgate.facts.live.shapes import BadAnswerError, Object, parse
from vetgate.facts.live.simple_page import HTML_TYPES, JSON_TYPES
from vetgate.gate import html_page, json_page
from vetgate.gate.listing import Offered
from vetgate.model.dependency import NormalizedName

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
SIMPLE_HTML = "application/vnd.pypi.simple.v1+html"
READ_AT_ONCE = 256 << 10
"""Bytes: a page up to this size is read and checked whole; that takes two milliseconds at most."""

_QUARANTINED = b"quarantined"

Relink = Callable[[Offered], "str | None"]
"""The link to write for a file; None leaves it where it leads, made absolute."""


class Page(model.ProjectDetail):
    """One project's page on one index: a `Listing`, and a page of `simple_repository`'s.

    A field of a frozen dataclass is set by `object.__setattr__` alone.
    """

    body: bytes
    is_json: bool
    url: str
    host: str
    etag: str

    def __init__(
        self,
        name: NormalizedName,
        body: bytes,
        media_type: str,
        url: str,
        *,
        host: str,
        etag: str = "",
    ) -> None:
        """Take a page as it came from `url`; raise `BadAnswerError` if it is plainly none."""
        if media_type not in JSON_TYPES | HTML_TYPES:
            kind = media_type or "no media type"
            raise BadAnswerError(f"answered {kind} where a package page was due")
        is_json = media_type in JSON_TYPES
        fields = {"meta": model.Meta("1.0"), "name": name, "versions": None}
        own = {"body": body, "is_json": is_json, "url": url, "host": host, "etag": etag}
        for field, value in {**fields, **own}.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "private_metadata", model.PrivateMetadataMapping())
        if is_json and not json_page.is_whole(body):
            raise BadAnswerError("answered something that is not JSON")
        if len(body) <= READ_AT_ONCE:
            _ = self._json if is_json else self._html

    @cached_property
    def _json(self) -> Object:
        return json_page.read(self.body, self.url, self._project)

    @cached_property
    def _html(self) -> html_page.Document:
        return html_page.read(self.body, self.url, self._project)

    @property
    def _project(self) -> NormalizedName:
        return NormalizedName(self.name)

    @cached_property
    def offered(self) -> tuple[Offered, ...]:
        """Every file on the page. Raises `BadAnswerError` where the page makes no sense."""
        if self.is_json:
            return json_page.offered(self._json, self.url, self._project)
        return html_page.offered(self._html, self._project)

    @property
    def is_quarantined(self) -> bool:
        """Whether the page says that the project is in quarantine (PEP 792)."""
        if _QUARANTINED not in self.body:
            return False
        said = json_page.status(self._json) if self.is_json else html_page.status(self._html)
        return said == _QUARANTINED.decode()

    @property
    def tells_uploads(self) -> bool:
        """Whether it tells when files were uploaded (PEP 700)."""
        return b"upload-time" in self.body

    def uploads_since(self, moment: datetime) -> bool:
        """Whether a file may have been uploaded since; True where that is not certain.

        HTML pages do not tell, so that their files have to be looked at one by one.
        """
        latest = self._latest_upload
        return latest is None or latest >= moment.strftime("%Y-%m-%dT%H:%M:%S")

    @cached_property
    def _latest_upload(self) -> str | None:
        return json_page.latest_upload(self.body) if self.is_json else None

    def written(
        self, hidden: Collection[str], relink: Relink | None, *, as_json: bool, whole: bool
    ) -> bytes:
        """Write the page without some files; byte for byte as it came where nothing changes.

        `relink`: None where every file stays where it is. `whole`: every version may come in, so
        that it is no matter if a client finds more on it. Raises `BadAnswerError`.
        """
        if self.is_json != as_json:
            return self._translated(hidden, relink)
        if not as_json and (hidden or not whole):
            return html_page.anew(self._html, self._project, hidden, relink or _where_it_is)
        reads = json_page if as_json else html_page
        if not hidden and relink is None and not reads.is_relative(self.body):
            return self.body
        if as_json:
            if not hidden and relink is None:
                links_changed = json_page.relinked(self.body, self._json, self.url)
                if links_changed is not None:
                    return links_changed
            return json_page.write(self._json, self.url, self.offered, hidden, relink)
        return html_page.relinked(self._html, self._project, relink or _where_it_is)

    def _translated(self, hidden: Collection[str], relink: Relink | None) -> bytes:
        from vetgate.gate import translation

        if self.is_json:
            body = json_page.write(self._json, self.url, self.offered, hidden, relink)
            return translation.html_of(parse(body), self._project)
        return translation.json_of(self._html, self._project, hidden, relink or _where_it_is)


def _where_it_is(_file: Offered) -> None:
    return None
