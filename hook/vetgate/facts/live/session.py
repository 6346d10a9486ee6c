"""The session of `requests`, without what it does of its own accord; imported when first needed."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

from requests import Response, Session
from requests.adapters import HTTPAdapter


class PlainSession(Session):
    """A session that keeps no cookies, and looks at no redirect."""

    def __init__(self, *, hosts: int, width: int) -> None:
        """Keep connections to so many hosts, and so many to each."""
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = HTTPAdapter(pool_connections=hosts, pool_maxsize=width)
        for scheme in ("http://", "https://"):
            self.mount(scheme, adapter)

    def get_redirect_target(self, resp: Response) -> str | None:  # noqa: ARG002 - requests' interface
        """See none: for a redirect, `requests` reads the whole body, however large and slow."""
        return None
