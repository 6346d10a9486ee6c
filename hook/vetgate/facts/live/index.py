"""What the index says of one package: which of its pages are asked, and what they mean together.

The project JSON answers most in one request. Where it is missing or says "no such project", the
simple page decides, since installers go by that alone: a package in quarantine, or one without
releases, has a simple page and no project JSON. Where there is no project JSON at all, the newest
release's metadata file tells what the package declares.
"""

from __future__ import annotations

from datetime import datetime

from vetgate.facts.codec import AnyFact, FactValue
from vetgate.facts.declared import MOST_URLS
from vetgate.facts.live.address import label
from vetgate.facts.live.core_metadata import newest_with_metadata, read_metadata
from vetgate.facts.live.project_json import read_project
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.facts.live.simple_page import ACCEPT, SimplePage, read_simple
from vetgate.facts.live.transport import Absent, Failure, Question, Transport
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, Known, NeverSeen, Unknown
from vetgate.model.record import Record

MOST_PAGE = 32 << 20
"""Bytes of a page: the largest on PyPI are near 20 MB."""
MOST_METADATA = 8 << 20

_ON_SIMPLE_PAGE = frozenset({"presence", "status", "releases", "first_upload", "latest_upload"})
_DECLARED = frozenset({"repository", "urls"})
_SIMPLE = "/simple"


class _Found(Record):
    """Facts, and why there are no more."""

    facts: dict[FactName, FactValue]
    why: str


class Index:
    """The index behind a simple API."""

    def __init__(self, transport: Transport, simple_url: str, now: datetime) -> None:
        self._transport, self._simple_url, self._now = transport, simple_url.rstrip("/"), now
        self.host = label(simple_url)
        self._project_url = (
            f"{self._simple_url.removesuffix(_SIMPLE)}/pypi"
            if self._simple_url.endswith(_SIMPLE)
            else None
        )

    def ask(self, name: NormalizedName, wanted: frozenset[FactName]) -> dict[FactName, AnyFact]:
        """Answer each wanted fact, known or not. `name` must be a valid name, normalised."""
        found = _Found({}, f"{self.host} has no project JSON of it")
        if self._project_url is not None and wanted - {"status"}:
            found = self._project(name)
        if wanted & _ON_SIMPLE_PAGE - found.facts.keys() or not found.facts:
            found = self._with_simple(name, wanted, found)
        return {
            fact: Known(found.facts[fact], self._now, self.host)
            if fact in found.facts
            else Unknown(found.why)
            for fact in wanted
        }

    def _project(self, name: NormalizedName) -> _Found:
        url = f"{self._project_url}/{name}/json"
        answer = self._transport.fetch(Question(url, "application/json", MOST_PAGE))
        if isinstance(answer, Absent):
            return _Found({}, f"{self.host} has no project JSON of it")
        if isinstance(answer, Failure):
            return _Found({}, answer.why)
        if answer.media_type != "application/json":
            kind = answer.media_type or "no media type"
            return _Found({}, f"{self.host} answered {kind} where JSON was due")
        try:
            facts = read_project(answer.body, name)
        except BadAnswerError as bad:
            return _Found({}, f"{self.host} {bad.why}")
        return _Found(facts, self._silence(facts))

    def _silence(self, facts: dict[FactName, FactValue]) -> str:
        """Say why facts are missing although what was asked did answer."""
        if "repository" in facts and "urls" not in facts:
            return f"it declares more than {MOST_URLS} URLs"
        return f"{self.host} does not tell"

    def _with_simple(
        self, name: NormalizedName, wanted: frozenset[FactName], project: _Found
    ) -> _Found:
        answer = self._transport.fetch(Question(f"{self._simple_url}/{name}/", ACCEPT, MOST_PAGE))
        if isinstance(answer, Absent):
            return _Found({"presence": NeverSeen()}, f"{self.host} has no such project")
        if isinstance(answer, Failure):
            return _Found(project.facts, answer.why)
        try:
            page = read_simple(answer.body, answer.media_type, answer.url, name)
        except BadAnswerError as bad:
            return _Found(project.facts, f"{self.host} {bad.why}")
        facts = {**page.facts, **project.facts}
        missing = wanted - facts.keys()
        if not missing & _DECLARED:
            return _Found(facts, self._silence(facts))
        metadata = self._metadata(name, page)
        return _Found({**metadata.facts, **facts}, metadata.why)

    def _metadata(self, name: NormalizedName, page: SimplePage) -> _Found:
        file = newest_with_metadata(page.files)
        if file is None:
            lacks = "neither project JSON nor metadata files" if page.files else "no file"
            return _Found({}, f"{self.host} has {lacks} of it")
        url = f"{file.url.partition('#')[0]}.metadata"
        if _is_https(self._simple_url) and not _is_https(url):
            return _Found({}, f"{self.host} links to files without https")
        answer = self._transport.fetch(Question(url, "*/*", MOST_METADATA))
        if isinstance(answer, Failure):
            return _Found({}, answer.why)
        if isinstance(answer, Absent):
            return _Found({}, f"{label(url)} lacks a metadata file that it promises")
        try:
            facts = read_metadata(answer.body, name)
        except BadAnswerError as bad:
            return _Found({}, f"{label(url)} {bad.why}")
        return _Found(facts, self._silence(facts))


def _is_https(url: str) -> bool:
    return url[: len("https:")].lower() == "https:"
