"""The only reader of `extends`: a path, or an https URL with the digest of what is there."""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern
from vetgate.policyfile.layer import LocalParent, Parent, RemoteParent
from vetgate.tomlmap import Node

_KEYS = ("url", "sha256")
_SCHEME = pattern(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_URL = pattern(r"https://[^/?#\s@\\]+(?:[/?][^#\s\\]*)?\Z", re.IGNORECASE)
_USERINFO = pattern(r"[a-z]+://[^/?#]*@", re.IGNORECASE)
_SHA256 = pattern(r"[0-9a-f]{64}\Z", re.IGNORECASE)
_FORM = 'a file on the web is named as in { url = "https://…", sha256 = "…" }'


def parent(node: Node) -> Parent:
    """Read what is extended. Raises `PolicyError`."""
    if node.is_table():
        return _remote(node)
    if not node.is_text():
        raise node.error(f"{node.label} must be a path or a table", hint=_FORM)
    path = node.text()
    if not path.strip() or "\0" in path:
        raise node.error(f"{node.label} names no file")
    if _SCHEME.match(path) is not None:
        raise node.error(
            f"{node.label} names a URL without the digest of what is there", hint=_FORM
        )
    return LocalParent(path, node)


def _remote(node: Node) -> RemoteParent:
    node.only(_KEYS, hint=_FORM)
    for key in _KEYS:
        if node.get(key) is None:
            raise node.error(f"{node.label} must have the key {key}", hint=_FORM)
    url, sha256 = node.needed("url"), node.needed("sha256")
    if _USERINFO.match(url.text()) is not None:
        raise url.error(
            f"{url.label} has credentials in it", hint="leave them out; a netrc file may have them"
        )
    if _URL.match(url.text()) is None:
        raise url.error(f"not an https URL: {url.text()!r}", hint=_FORM)
    if _SHA256.match(sha256.text()) is None:
        raise sha256.error(
            f"{sha256.label} is not the SHA-256 digest of a file", hint="it has 64 digits of 0-9a-f"
        )
    return RemoteParent(url.text(), sha256.text().lower(), node)
