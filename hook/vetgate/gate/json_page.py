"""The JSON of a project page (PEP 691): what it offers, and the same page without some files.

Whatever is not understood here is passed on as it is: that is how PEP 700, 714, 740 and 792 came to
be, and how their successors will.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urljoin

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
from vetgate.facts.live.simple_page import file_name, version_at
from vetgate.gate.listing import Offered
from vetgate.model.dependency import NormalizedName, normalize

Relink = Callable[[Offered], "str | None"]

# A link that is no absolute one. An escape in the word `url` would go unseen, and lead nowhere: the
# gate has no such path.
_RELATIVE = re.compile(rb'"url"\s*:\s*"(?!https?://)')
# A folder, relative or not, and in it the name of a file that is no step of a path by itself.
_IN_A_FOLDER = re.compile(r"((?:https?://[\w.-]+/)?(?:[\w.-]+/)+)([\w-][\w.+-]*)\Z", re.ASCII)
_LINK = re.compile(rb'("url"\s*:\s*")([^"\\]*)(?=")')
_BEFORE_LINK, _PERIOD = 2, 3  # the link stands third of what a split by it yields for each
_UPLOADED = re.compile(rb'"upload-time"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z"')


def is_relative(body: bytes) -> bool:
    """Tell, without reading it all, whether a page links to files relative to itself."""
    return _RELATIVE.search(body) is not None


def latest_upload(body: bytes) -> str | None:
    """Tell, without reading it all, when the last file came, in UTC; None: that is not clear.

    Empty where there is no file; else as `2026-11-25T12:00:00`.
    """
    times = _UPLOADED.findall(body)
    if len(times) != body.count(b'"filename"'):
        return None
    return max(times, default=b"").decode()


def is_whole(body: bytes) -> bool:
    """Tell, without reading it all, whether this can be one JSON object."""
    return body[:64].lstrip()[:1] == b"{" and body[-64:].rstrip()[-1:] == b"}"


def read(body: bytes, url: str, name: NormalizedName) -> Object:
    """Read a page; raise `BadAnswerError` where it is none, or another project's."""
    page = an_object(parse(body), "simple page")
    version = text(an_object(page.get("meta"), "meta").get("api-version"))
    if version.partition(".")[0] != "1":
        raise BadAnswerError(f"speaks version {version or '?'} of the simple API, not 1")
    if normalize(text(page.get("name"))) != name:
        raise BadAnswerError("answered about another package")
    resolve = resolver(url)
    for file in a_list(page.get("files"), "files"):
        listed = an_object(file, "file")
        if not text(listed.get("filename")) or not text(listed.get("url")):
            raise BadAnswerError("answered JSON of another shape (file)")
        if not text(listed["url"]).startswith("https://"):
            resolve(text(listed["url"]))
    return page


def offered(page: Object, url: str, name: NormalizedName) -> tuple[Offered, ...]:
    """Name what a page that was read offers, in its order."""
    resolve = resolver(url)
    return tuple(_offered(an_object(file, "file"), resolve, name) for file in _files(page))


def status(page: Object) -> str:
    """Return the status marker (PEP 792), empty where there is none."""
    said = page.get("project-status")
    return text(said.get("status")) if isinstance(said, dict) else text(said)


def write(
    page: Object,
    url: str,
    files: Sequence[Offered],
    hidden: Collection[str],
    relink: Relink | None = None,
) -> bytes:
    """Write a page without some files, links made absolute or led through the gate.

    `files`: what it offers. `relink`: None where every file stays where it is.
    """
    written = _filtered(page, url, files, hidden, relink or _where_it_is)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def relinked(body: bytes, page: Object, url: str) -> bytes | None:
    """Make the links of a page absolute, and change not a byte else; None: use `write`.

    What is found by its looks alone has to be what the page says of its files, one by one.
    """
    told = [text(an_object(file, "file").get("url")) for file in _files(page)]
    parts = _LINK.split(body)
    if [link.decode("utf-8", "replace") for link in parts[_BEFORE_LINK::_PERIOD]] != told:
        return None
    resolve = resolver(url)
    links = [resolve(link).encode("utf-8", "replace") for link in told]
    if any(b'"' in link or b"\\" in link for link in links):
        return None
    parts[_BEFORE_LINK::_PERIOD] = links
    return b"".join(parts)


def _filtered(
    page: Object, url: str, files: Sequence[Offered], hidden: Collection[str], relink: Relink
) -> Object:
    resolve = resolver(url)
    kept: list[Json] = []
    versions: set[str | None] = set()
    for file, one in zip(_files(page), files, strict=True):
        if one.filename in hidden:
            continue
        listed = an_object(file, "file")
        versions.add(one.version)
        link = relink(one) or resolve(text(listed["url"]))
        kept.append(listed if link == listed["url"] else {**listed, "url": link})
    written: Object = {**page, "files": kept}
    if hidden and isinstance(page.get("versions"), list):
        # PEP 700: those that have a file, or had one when the page was whole and none is hidden.
        gone = {one.version for one in files} - versions
        written["versions"] = [
            one for one in a_list(page["versions"], "versions") if _plain(text(one)) not in gone
        ]
    return written


def _where_it_is(_file: Offered) -> None:
    return None


def resolver(url: str) -> Callable[[str], str]:
    """Return what resolves the links of one page as `absolute` does, folder by folder.

    Nearly all links of a page lead into one folder, and to resolve one takes as long as to write
    ten of them.
    """
    folders: dict[str, str] = {}

    def resolve(link: str) -> str:
        plain = _IN_A_FOLDER.match(link)
        if plain is None:
            return absolute(link, url)
        if link.startswith(("https://", "http://")):
            return link
        folder = folders.get(plain[1])
        if folder is None:
            folder = folders[plain[1]] = absolute(plain[1], url)
        return folder + plain[2]

    return resolve


def absolute(link: str, url: str) -> str:
    """Resolve a link as a browser would; raise `BadAnswerError` where that cannot be done."""
    try:
        return urljoin(url, link)
    except ValueError as error:
        raise BadAnswerError("links to something that is no URL") from error


def _files(page: Object) -> list[Json]:
    return a_list(page.get("files"), "files")


def _offered(listed: Object, resolve: Callable[[str], str], name: NormalizedName) -> Offered:
    filename = text(listed.get("filename"))
    link = resolve(text(listed.get("url")))
    # pip goes by the link, others by the name: only where the two agree is it known what this is.
    agreed = file_name(link) == filename
    return Offered(
        filename,
        link.partition("#")[0],
        version_at(link, name) if agreed else None,
        moment(listed.get("upload-time")),
        yanked=listed.get("yanked") not in (None, False),
    )


def _plain(version: str) -> str:
    """Spell a version as the names of its files have it (PEP 440's normal form)."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except InvalidVersion:
        return version
