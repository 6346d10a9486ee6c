"""The only reader of the simple API's page of one package, as JSON (PEP 691) or HTML (PEP 503).

An HTML page proves a package only if it links to a file of that name or declares itself a page of
the simple API: a login page that answers 200 to everything must not pass for one.
"""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser

from vetgate.facts.codec import FactValue
from vetgate.facts.live.project_json import in_order, release, upload_facts
from vetgate.facts.live.shapes import (
    BadAnswerError,
    Json,
    Object,
    a_list,
    an_object,
    moment,
    parse,
    text,
)
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import FactName, Listed, Quarantined
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

ACCEPT = (
    "application/vnd.pypi.simple.v1+json,"
    " application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
)

JSON_TYPES = frozenset({"application/vnd.pypi.simple.v1+json", "application/json"})
HTML_TYPES = frozenset({"application/vnd.pypi.simple.v1+html", "text/html"})
_WITH_STATUS = (1, 4)
# What `urllib.parse` takes out of a URL before it is read.
_DROPPED = pattern(r"[\t\r\n]")
_LONGEST = 10  # characters of a version of the simple API
_SHA256 = pattern(r"[0-9a-fA-F]{64}\Z")
_STATUSES = frozenset({"active", "archived", "quarantined", "deprecated"})


class File(Record):
    """A file on the page; `has_metadata`: its core metadata lies beside it (PEP 658, PEP 714)."""

    url: str
    version: str
    uploaded: datetime | None
    yanked: bool
    has_metadata: bool
    name: str = ""
    requires_python: str = ""
    """A specifier as written, empty where none is told."""
    sha256: str = ""
    """In lower case, empty where it is not told."""


class SimplePage(Record):
    """What the page tells: facts, and the files whose metadata may tell more."""

    facts: dict[FactName, FactValue]
    files: tuple[File, ...]


def read_simple(body: bytes, media_type: str, url: str, name: NormalizedName) -> SimplePage:
    """Read a page of the simple API; raise `BadAnswerError` if it is none, or of another package.

    `url` is the page's own, which links may be relative to.
    """
    if media_type in JSON_TYPES:
        return _read_json(an_object(parse(body), "simple page"), url, name)
    if media_type in HTML_TYPES:
        return _read_html(body, url, name)
    raise BadAnswerError(f"answered {media_type or 'no media type'} where a package page was due")


def _read_json(page: Object, url: str, name: NormalizedName) -> SimplePage:
    version = _version(text(an_object(page.get("meta"), "meta").get("api-version")))
    if normalize(text(page.get("name"))) != name:
        raise BadAnswerError("answered about another package")
    files = tuple(
        file
        for listed in a_list(page.get("files"), "files")
        if (file := _file(an_object(listed, "file"), url, name)) is not None
    )
    status = page.get("project-status")
    word = text(status.get("status")) if isinstance(status, dict) else ""
    return _page(files, word or ("active" if version >= _WITH_STATUS else ""))


def _version(written: str) -> tuple[int, int]:
    major, _, minor = written.partition(".")
    if not (written.isascii() and major.isdigit() and minor.isdigit() and len(written) < _LONGEST):
        raise BadAnswerError("answered JSON of another shape (api-version)")
    if int(major) != 1:
        raise BadAnswerError(f"speaks version {written} of the simple API, which is not known")
    return int(major), int(minor)


def _file(listed: Object, page_url: str, name: NormalizedName) -> File | None:
    metadata = listed.get("core-metadata", listed.get("data-dist-info-metadata"))
    hashes = listed.get("hashes")
    return _made(
        text(listed.get("filename")),
        text(listed.get("url")),
        page_url,
        name,
        uploaded=moment(listed.get("upload-time")),
        yanked=_is_set(listed.get("yanked")),
        has_metadata=_is_set(metadata),
        requires_python=text(listed.get("requires-python")),
        sha256=text(hashes.get("sha256")) if isinstance(hashes, dict) else "",
    )


def _is_set(value: Json) -> bool:
    return value not in (None, False, "", "false")


def _made(
    filename: str,
    url: str,
    page_url: str,
    name: NormalizedName,
    *,
    uploaded: datetime | None,
    yanked: bool,
    has_metadata: bool,
    requires_python: str,
    sha256: str,
) -> File | None:
    """Make a file of this package; None: it is something else, which installers do not see."""
    from urllib.parse import urljoin

    version = version_in(filename, name)
    if version is None:
        return None
    try:
        absolute = urljoin(page_url, url)
    except ValueError:
        return None
    digest = sha256.lower() if _SHA256.match(sha256) else ""
    return File(
        absolute, version, uploaded, yanked, has_metadata, filename, requires_python, digest
    )


def file_name(link: str) -> str:
    """Return the name of the file that a link leads to, as pip takes it: from the link alone.

    Percent escapes of the path are decoded once, and slashes at its end count for nothing
    (`Link.filename` and `Link.splitext` in `pip/_internal/models/link.py`).
    """
    from urllib.parse import unquote

    path = _DROPPED.sub("", link).partition("#")[0].partition("?")[0]
    if "%" in path:
        path = unquote(path)
    return path.rstrip("/").rpartition("/")[2]


def version_at(link: str, name: NormalizedName) -> str | None:
    """Tell which version of a package a link leads to; None: not all installers agree on one.

    Before pip 26, a name that is still escaped was decoded once more, of a wheel only. And pip
    takes the name of a source archive from the fragment, if that has an `#egg=`.
    """
    filename = file_name(link)
    if "%" in filename or "egg=" in link.partition("#")[2]:
        return None
    return version_in(filename, name)


def version_in(filename: str, name: NormalizedName) -> str | None:
    """Tell which version of a package a file is by its name; None: that cannot be told."""
    from packaging.utils import parse_sdist_filename, parse_wheel_filename

    try:
        if filename.endswith(".whl"):
            found, version, *_ = parse_wheel_filename(filename)
        else:
            found, version = parse_sdist_filename(filename)
    except ValueError:  # the parent of what packaging raises; and numbers of 5 000 digits
        return _version_in_old(filename, name)
    return str(version) if normalize(found) == name else None


def _version_in_old(filename: str, name: NormalizedName) -> str | None:
    """Take the version out of a name that today's rules refuse, as old eggs and installers have."""
    stem = filename
    for suffix in (".tar.gz", ".tar.bz2", ".tgz", ".zip", ".egg", ".exe", ".whl"):
        if filename.endswith(suffix):
            stem = filename.removesuffix(suffix)
            break
    else:
        return None
    for cut, mark in enumerate(stem):
        if mark == "-" and normalize(stem[:cut]) == name:
            return "".join(stem[cut + 1 :].split()) or None
    return None


def _page(files: tuple[File, ...], status: str) -> SimplePage:
    facts: dict[FactName, FactValue] = {"presence": Listed()}
    if status in _STATUSES:
        facts["status"] = status
    if status == "quarantined":
        facts["presence"] = Quarantined()
    by_version: dict[str, list[File]] = {}
    for file in files:
        by_version.setdefault(file.version, []).append(file)
    releases = [
        release(
            version,
            [file.uploaded for file in group if file.uploaded is not None],
            [file.yanked for file in group],
        )
        for version, group in by_version.items()
    ]
    facts.update(upload_facts(in_order(releases)))
    return SimplePage(facts, files)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[dict[str, str]] = []
        self.metas: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "a":
            self.links.append(values)
        elif tag == "meta":
            self.metas[values.get("name", "")] = values.get("content", "")


def _read_html(body: bytes, url: str, name: NormalizedName) -> SimplePage:
    anchors = _Anchors()
    try:
        anchors.feed(body.decode("utf-8", "replace"))
        anchors.close()
    except (AssertionError, ValueError) as error:  # what html.parser raises on malformed markup
        raise BadAnswerError("answered HTML that cannot be read") from error
    declared = anchors.metas.get("pypi:repository-version", "")
    if declared:
        _version(declared)
    files = tuple(
        file for values in anchors.links if (file := _linked(values, url, name)) is not None
    )
    if not files and not declared:
        raise BadAnswerError("answered a page that is not a package page")
    return _page(files, anchors.metas.get("pypi:project-status", ""))


def _linked(values: dict[str, str], page_url: str, name: NormalizedName) -> File | None:
    link, _, fragment = values.get("href", "").partition("#")
    return _made(
        file_name(link),
        link,
        page_url,
        name,
        uploaded=None,
        yanked="data-yanked" in values,
        has_metadata=any(
            values.get(key) not in (None, "false")
            for key in ("data-core-metadata", "data-dist-info-metadata")
        ),
        requires_python=values.get("data-requires-python", ""),
        sha256=fragment.removeprefix("sha256="),
    )
