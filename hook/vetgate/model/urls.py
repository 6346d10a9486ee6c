"""Reading a URL's host, comparing URLs, and taking credentials out of them.

By regular expression (RFC 3986, appendix B), because importing `urllib.parse` costs the warm path
more than the questions that are asked here.
"""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?//"
    r"(?:(?P<user>[^/?#\\]*)@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#:@\\\s]*)"
    r"(?::(?P<port>[0-9]*))?"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_SCP = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9]*\+)?(?:(?P<user>[^@/\s:]+)@)?(?P<host>[^/:@\s]+\.[^/:@\s]+):"
)
_DEFAULT_PORTS = {"http:": "80", "https:": "443"}
HIDDEN = "****"


def host_of(url: str) -> str | None:
    """Return a URL's host in lower case, without brackets and trailing dot; None if it has none.

    Understands `//host`, and git's `user@host:path`.
    """
    parts = _PARTS.match(url) or _SCP.match(url)
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


def redacted(url: str) -> str:
    """Return the URL with its user name and password hidden."""
    parts = _PARTS.match(url)
    if parts is None or parts["user"] is None or parts["user"] == "git":
        return url
    start, end = parts.span("user")
    return f"{url[:start]}{HIDDEN}{url[end:]}"


def comparable(url: str) -> str:
    """Return one spelling for URLs that name the same index.

    Scheme and host in lower case, no credentials, no default port, no trailing slash.
    """
    parts = _PARTS.match(url.strip())
    if parts is None:
        return url.strip().rstrip("/")
    scheme = (parts["scheme"] or "").lower()
    port = parts["port"]
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else ""
    return f"{scheme}//{parts['host'].lower()}{shown_port}{parts['rest'].rstrip('/')}"
