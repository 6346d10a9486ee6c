"""The only place that takes a URL apart, and that takes the credentials out of one.

`urllib` is not used: the nouns do no I/O, and its import costs the hook more than its work.
"""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern
from vetgate.model.record import Record

_USERINFO = pattern(r"(?<=:)(//+)[^/?#\s]*@")
_PARTS = pattern(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    r"(?://(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?\Z",
    re.DOTALL,
)

_HOST = pattern(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//"
    r"(?:[^/?#\\]*@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#:@\\\s]*)",
)
# What `urllib.parse` takes off the start of a URL, and out of it.
_DROPPED = pattern(r"^[\x00-\x20]+|[\t\r\n]")
# What makes readers of URLs disagree on where a host ends.
_AMBIGUOUS = pattern(r"[\\\s\0-\x20\x7f-\x9f]")
_SCP = pattern(r"(?:[A-Za-z][A-Za-z0-9]*\+)?(?:[^@/\s:]+@)?(?P<host>[^/:@\s]+\.[^/:@\s]+):")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Url(Record):
    """The parts of a URL (RFC 3986); joined again, they are the URL."""

    scheme: str
    """In lower case."""
    authority: str | None
    """User information, host and port; None where the URL has no `//`."""
    path: str
    query: str
    """With its question mark, or empty."""
    fragment: str
    """With its number sign, or empty."""

    def joined(self) -> str:
        """Return the URL that these parts are the parts of."""
        authority = "" if self.authority is None else f"//{self.authority}"
        return f"{self.scheme}:{authority}{self.path}{self.query}{self.fragment}"

    @property
    def host(self) -> str:
        """The host in lower case, without user information and port; empty where none is named."""
        host = (self.authority or "").rpartition("@")[2]
        if host.startswith("["):
            return host.partition("]")[0].lstrip("[").lower()
        return host.partition(":")[0].lower()


def split(url: str) -> Url | None:
    """Take a URL apart; None for what has no scheme, such as a path."""
    parts = _PARTS.match(url)
    if parts is None:
        return None
    return Url(
        parts["scheme"].lower(),
        parts["authority"],
        parts["path"],
        parts["query"] or "",
        parts["fragment"] or "",
    )


def redacted(url: str) -> str:
    """Return the URL, or a text with URLs in it, with what stands before a host's `@` as `****`.

    What keeps readers from agreeing on the host leaves a backslash there, so that the URL does not
    come to look like another one: to some, a backslash ends the host.
    """
    return _USERINFO.sub(_masked, url)


def _masked(found: re.Match[str]) -> str:
    return found[1] + (r"****\****@" if _AMBIGUOUS.search(found[0]) else "****@")


def host_of(url: str) -> str | None:
    """Return a URL's host as DNS has it, without brackets and trailing dot; None if it has none.

    Understands `//host`, and git's `user@host:path`.
    """
    url = _DROPPED.sub("", url)
    parts = _HOST.match(url) or _SCP.match(url)
    if parts is None:
        return None
    host = parts["host"].strip("[]").rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            # Not a name that DNS could have: say so in the form that draws attention.
            return "xn--" + host.encode("punycode").decode("ascii")
    return host or None


def comparable(url: str) -> str:
    """Return one spelling for URLs that name the same index.

    Scheme and host in lower case, no credentials, no default port, no trailing slash. A URL whose
    host is not the same to all who read it is spelled as it stands, so that it is only itself.
    """
    parts = split(url.strip())
    if parts is None or parts.authority is None or _AMBIGUOUS.search(parts.authority):
        return url.strip().rstrip("/")
    host = parts.authority.rpartition("@")[2].lower()
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is not None and host.endswith(default):
        host = host[: -len(default)]
    return parts._replace(authority=host, path=parts.path.rstrip("/")).joined()
