"""The only reader of pip's settings: which index is asked, and with what credentials and proxy.

pip's documented places are read here rather than through pip's own classes: importing those costs
some 100 ms and is a private interface. The default index alone is taken from pip itself.
https://pip.pypa.io/en/stable/topics/configuration/
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

from vetgate.errors import UsageError
from vetgate.model.record import Record

DEFAULT_SCOPE = "pip's default index"
_DEFAULT_TIMEOUT = 15.0
_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})


class Credentials:
    """A user name and a password, which no message can print by accident."""

    __slots__ = ("password", "username")

    def __init__(self, username: str, password: str) -> None:
        self.username, self.password = username, password

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        return (self.username, self.password) == (other.username, other.password)

    def __hash__(self) -> int:
        return hash((self.username, self.password))

    def __repr__(self) -> str:
        return "Credentials(...)"


class IndexSettings(Record):
    """What pip would use to reach its index."""

    url: str | None = None
    """URL of the simple API, without credentials and trailing slash; None: pip's default."""
    credentials: Credentials | None = None
    extra_urls: tuple[str, ...] = ()
    """Further indexes that pip would look into, without credentials."""
    no_index: bool = False
    proxy: str | None = None
    cert: str | None = None
    client_cert: str | None = None
    trusted_hosts: tuple[str, ...] = ()
    """`host` or `host:port`, for which pip checks no certificate and needs no https."""
    timeout: float = _DEFAULT_TIMEOUT
    keyring_provider: str = "auto"

    @property
    def scope(self) -> str:
        """Name the index for the cache: without credentials, and without asking pip."""
        return DEFAULT_SCOPE if self.url is None else normal_url(self.url)

    def simple_url(self) -> str:
        """Give the URL of the simple API; for the default this costs an import of pip."""
        return self.url if self.url is not None else default_url()


def index_settings(environment: Mapping[str, str]) -> IndexSettings:
    """Read the settings as pip would, with VETGATE_INDEX_URL before all.

    Raises `UsageError` if a file of pip's cannot be read: pip would refuse to run as well.
    """
    options = _options(environment)
    url = (
        environment.get("VETGATE_INDEX_URL") or options.get("index-url") or options.get("pypi-url")
    )
    plain, credentials = parted(url) if url else (None, None)
    try:
        timeout = float(options.get("timeout") or options.get("default-timeout") or "")
    except ValueError:
        timeout = _DEFAULT_TIMEOUT
    return IndexSettings(
        url=plain,
        credentials=credentials,
        extra_urls=tuple(parted(each)[0] for each in options.get("extra-index-url", "").split()),
        no_index=options.get("no-index", "").strip().lower() in _TRUE,
        proxy=options.get("proxy"),
        cert=options.get("cert"),
        client_cert=options.get("client-cert"),
        trusted_hosts=tuple(options.get("trusted-host", "").split()),
        timeout=timeout,
        keyring_provider=options.get("keyring-provider") or "auto",
    )


def variables(settings: IndexSettings) -> dict[str, str]:
    """Return the variables that make `index_settings` read how an index is reached as told here."""
    return {
        "PIP_PROXY": settings.proxy or "",
        "PIP_CERT": settings.cert or "",
        "PIP_CLIENT_CERT": settings.client_cert or "",
        "PIP_TRUSTED_HOST": " ".join(settings.trusted_hosts),
        "PIP_KEYRING_PROVIDER": settings.keyring_provider,
    }


def default_url() -> str:
    """Give the URL of the simple API of pip's default index, without trailing slash."""
    try:
        # A private interface, but the only place in the standard tools that knows.
        from pip._internal.models.index import PyPI
    except ImportError as error:
        raise UsageError(
            "pip does not tell its default index",
            hint="set VETGATE_INDEX_URL to the URL of the simple API that pip uses",
        ) from error
    return str(PyPI.simple_url).rstrip("/")


def is_default(url: str) -> bool:
    """Tell whether a URL names pip's default index, however it is spelled."""
    return normal_url(url) == normal_url(default_url())


def normal_url(url: str) -> str:
    """Give the one spelling of an index's URL: for comparing, without credentials."""
    from urllib.parse import urlsplit, urlunsplit

    try:
        parts = urlsplit(url.strip())
        port = {("https", 443): None, ("http", 80): None}.get(
            (parts.scheme.lower(), parts.port or 0), parts.port
        )
    except ValueError:
        return url.rpartition("@")[2]
    host = (parts.hostname or "").rstrip(".")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc = f"{netloc}:{port}"
    return urlunsplit((parts.scheme.lower(), netloc, parts.path.rstrip("/"), "", ""))


def parted(url: str) -> tuple[str, Credentials | None]:
    """Take the credentials out of an index's URL; the rest has no trailing slash."""
    from urllib.parse import unquote

    scheme, separator, rest = url.strip().partition("://")
    netloc, slash, path = rest.partition("/")
    userinfo, at, host = netloc.rpartition("@")
    plain = f"{scheme}{separator}{host}{slash}{path}".rstrip("/")
    if not at:
        return plain, None
    username, _, password = userinfo.partition(":")
    return plain, Credentials(unquote(username), unquote(password))


def _options(environment: Mapping[str, str]) -> dict[str, str]:
    """Merge pip's options: [global], then [install], then the environment, later files winning."""
    sections: dict[str, dict[str, str]] = {"global": {}, "install": {}}
    for path in _files(environment):
        if os.path.isfile(path):
            _read(path, sections)
    merged = {**sections["global"], **sections["install"]}
    for variable, value in environment.items():
        if variable.startswith("PIP_") and value:
            merged[_option(variable.removeprefix("PIP_"))] = value
    return merged


def _read(path: str, sections: dict[str, dict[str, str]]) -> None:
    import configparser
    import locale

    parser = configparser.RawConfigParser()
    encoding = "utf-8" if sys.flags.utf8_mode else locale.getpreferredencoding(do_setlocale=False)
    try:
        parser.read(path, encoding=encoding)
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise UsageError(
            "pip's settings cannot be read: " + str(error).partition("\n")[0],
            path=path,
            hint="pip refuses this file too",
        ) from error
    for section, options in sections.items():
        if parser.has_section(section):
            options.update((_option(key), value) for key, value in parser.items(section) if value)


def _option(key: str) -> str:
    return key.lower().replace("_", "-").removeprefix("--")


def _files(environment: Mapping[str, str]) -> Iterator[str]:
    """Name pip's settings files, the least important first."""
    redirect = environment.get("PIP_CONFIG_FILE")
    if redirect == os.devnull:
        return
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    for folder in _global_folders(environment):
        yield os.path.join(folder, name)
    if not (redirect and os.path.exists(redirect)):
        for folder in _user_folders(environment):
            yield os.path.join(folder, name)
    yield os.path.join(environment.get("VIRTUAL_ENV") or sys.prefix, name)
    if redirect:
        yield redirect


def _global_folders(environment: Mapping[str, str]) -> Iterator[str]:
    if sys.platform == "darwin":
        yield "/Library/Application Support/pip"
    elif sys.platform == "win32":
        yield os.path.join(environment.get("PROGRAMDATA", "C:\\ProgramData"), "pip")
    else:
        for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
            yield os.path.join(folder, "pip")
        yield "/etc"


def _user_folders(environment: Mapping[str, str]) -> Iterator[str]:
    if sys.platform == "win32":
        home = environment.get("USERPROFILE", "")
        yield os.path.join(home, "pip")
        yield os.path.join(environment.get("APPDATA", home), "pip")
        return
    home = environment.get("HOME") or os.path.expanduser("~")
    yield os.path.join(home, ".pip")
    library = os.path.join(home, "Library/Application Support/pip")
    if sys.platform == "darwin" and os.path.isdir(library):
        yield library
        return
    settings = environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    yield os.path.join(settings, "pip")
