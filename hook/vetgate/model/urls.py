"""The only place that takes credentials out of a URL."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")


def redacted(url: str) -> str:
    """Return the URL with whatever stands before the `@` of its host as `****`."""
    return _USERINFO.sub("****@", url)
