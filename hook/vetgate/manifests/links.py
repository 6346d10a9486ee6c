"""The only reader of the URLs that a requirement may name, as pip reads them.

What pip does: `pip/_internal/models/link.py` and `pip/_internal/vcs/`.
"""

from __future__ import annotations

import posixpath
import re

from vetgate.manifests.place import Place
from vetgate.model import urls
from vetgate.model.dependency import FromPath, FromUrl, FromVcs
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.model.urls import Url

VCS = frozenset(
    f"{tool}+{way}"
    for tool, ways in (
        ("git", ("http", "https", "ssh", "git", "file")),
        ("hg", ("file", "http", "https", "ssh", "static-http")),
        ("svn", ("ssh", "http", "https", "svn", "file")),
        ("bzr", ("http", "https", "ssh", "sftp", "ftp", "lp", "file")),
    )
    for way in ways
)
"""The schemes of the version control systems that pip knows."""

_SCHEMES = VCS | {"http", "https", "ftp", "file"}
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
# What urllib drops from a URL before it reads the scheme; it depends on the version of Python.
_DROPPED = pattern(r"^[\0-\x20]+|[\t\r\n]+")
_CONTROL = pattern(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")
_EGG = pattern(r"[#&]egg=([^&]*)")
_PROJECT = pattern(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])\Z", re.IGNORECASE | re.ASCII)
_HASH = pattern(r"[#&](sha512|sha384|sha256|sha224|sha1|md5)=([^&]*)")
_SUBDIRECTORY = pattern(r"[#&]subdirectory=([^&]*)")
_PORT = pattern(r"(?:\[[^\[\]]*\]|[^:\[\]]*)(?::[0-9]*)?\Z")
_NAME_AT = "write `name[extras] @ URL`"


class Link(Record):
    """A URL as understood."""

    origin: FromUrl | FromVcs | FromPath
    egg: str | None
    """The project name in its fragment (`#egg=`)."""
    file_name: str
    """The last part of its path, percent escapes decoded; empty where there is none."""


def scheme_of(text: str) -> str | None:
    """Return the scheme if pip takes the text for a URL, else None."""
    scheme = _SCHEME.match(_DROPPED.sub("", text))
    return scheme[0].lower() if scheme and scheme[0].lower() in _SCHEMES else None


def read(url: str, shown: str, place: Place) -> Link:
    """Read a URL that `scheme_of` knows; `shown` is the form in which it may be stored.

    Raises `ManifestError` for what pip, or the ways to fetch that it uses, do not agree on.
    """
    parts = checked(url, place)
    path = unquoted(parts.path)
    file_name = posixpath.basename(posixpath.basename(path.rstrip("/")))
    egg = _egg(url, place)
    kept = urls.split(shown) or parts._replace(path=shown, query="", fragment="")
    if parts.scheme == "file":
        return Link(FromPath(_bare(shown), _file_inside(parts, path, place)), egg, file_name)
    folder = _SUBDIRECTORY.search(url)
    fragment = f"#subdirectory={folder[1]}" if folder and folder[0] in shown else ""
    if parts.scheme in VCS:
        return Link(_vcs(parts, kept._replace(fragment=fragment), place), egg, file_name)
    return Link(FromUrl(kept._replace(fragment=fragment).joined(), _hash(url)), egg, file_name)


def checked(url: str, place: Place) -> Url:
    """Take apart a URL that `scheme_of` knows. Raises `ManifestError`."""
    parts = urls.split(url)
    if parts is None or _CONTROL.search(url):
        raise place.refusal("a control character in a URL", "percent-encode it or take it out")
    _check_authority(parts, place)
    return parts


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _check_authority(parts: Url, place: Place) -> None:
    """Refuse a host that is read differently by those who fetch from it."""
    authority = parts.authority or ""
    if "\\" in authority or any(character.isspace() for character in authority):
        raise place.refusal("a backslash or a blank in the host of a URL", "percent-encode it")
    fetched = parts.scheme in {"http", "https", "ftp"}
    if not parts.host and (fetched or not parts.scheme.endswith(("file", "+lp"))):
        raise place.refusal("a URL without a host", "write `scheme://host/...`")
    if fetched and not _PORT.match(authority.rpartition("@")[2]):
        raise place.refusal(
            "the port in a URL is not a number",
            "a password with one of / ? # in it must be percent-encoded",
        )
    if parts.scheme == "file" and authority not in {"", "localhost"}:
        raise place.refusal("a file URL that names another machine")
    if not authority.isascii() or "[" in authority or "]" in authority:
        from urllib.parse import urlsplit

        try:
            urlsplit(f"{parts.scheme}://{authority}/")
        except ValueError as error:
            raise place.refusal("a URL whose host cannot be read") from error


def unquoted(path: str) -> str:
    """Return a path with its percent escapes decoded."""
    if "%" not in path:
        return path
    from urllib.parse import unquote

    return unquote(path)


def _egg(url: str, place: Place) -> str | None:
    egg = _EGG.search(url)
    if egg is None:
        return None
    if not _PROJECT.match(egg[1]):
        raise place.refusal("the egg fragment of a URL is not a project name", _NAME_AT)
    return egg[1]


def _hash(url: str) -> tuple[str, ...]:
    """Return the one hash that pip takes from a URL: the first, and not if it is empty."""
    found = _HASH.search(url)
    return (f"{found[1]}:{found[2].lower()}",) if found and found[2] else ()


def _file_inside(parts: Url, path: str, place: Place) -> bool:
    if parts.authority is not None or path.startswith("/"):
        return False
    return place.holds(path)


def _vcs(parts: Url, shown: Url, place: Place) -> FromVcs:
    """Split off the reference: all after the last `@` of the path."""
    path, at, reference = parts.path.rpartition("@")
    if not at:
        return FromVcs(shown.joined(), None)
    if not reference:
        raise place.refusal("the URL has an empty reference (after @)", "name a commit")
    if shown.path.count("@") == parts.path.count("@"):
        path = shown.path.rpartition("@")[0]
    else:  # a variable holds the @
        path = shown.path
    return FromVcs(shown._replace(path=path).joined(), unquoted(reference))
