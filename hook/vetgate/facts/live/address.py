"""What is told from a URL: whom it names in a message, and to whom credentials may go."""

from __future__ import annotations

from vetgate.facts.index_settings import normal_url


def label(url: str) -> str:
    """Name the host of a URL in a message: never the credentials, the path or the query."""
    host, port = host_port(url)
    return f"{host}:{port}" if port else host or "a URL without a host"


def host_port(url: str) -> tuple[str, int | None]:
    """Give the host, in lower case, and the port where one is written."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        named = (parts.hostname or "", parts.port)
    except ValueError:
        return "", None
    return named


def origin(url: str) -> str:
    """Give scheme, host and port: what credentials are good for."""
    scheme, _, rest = normal_url(url).partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def is_web(named: str) -> bool:
    """Tell a web address from a path."""
    return named.partition("://")[0].lower() in {"http", "https"} and "://" in named
