"""One request on its way: the session, and whom it trusts and shows credentials to.

It uses `requests`, for what pip users have configured around it: netrc, proxies, bundles of
certificates.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vetgate import __version__
from vetgate.facts.index_settings import Credentials, IndexSettings
from vetgate.facts.live.address import host_port, label, origin
from vetgate.facts.live.keyring import NoKeyringError, from_keyring

if TYPE_CHECKING:  # importing requests takes longer than the whole warm path
    from requests import Response

USER_AGENT = f"vetgate/{__version__} (judges dependencies before they are installed)"
WIDTH = 20
"""Connections to one host at once."""
_HOSTS = 8  # the index, its files, four services, and what they redirect to


class Sender:
    """A session with pip's settings; may be used by many threads at once."""

    def __init__(self, settings: IndexSettings, note: Callable[[str], None]) -> None:
        """Ask nothing yet. `note` is told, once, that the keyring cannot be asked."""
        from vetgate.facts.live.session import PlainSession

        self._settings, self._note = settings, note
        self._index = settings.simple_url()
        self._credentials = settings.credentials
        self._asked_keyring = False
        self._lock = threading.Lock()
        self._session = PlainSession(hosts=_HOSTS, width=WIDTH)
        if settings.trusted_hosts:
            import urllib3

            # The user decided that in pip's settings, and pip is silent about it too.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        url: str,
        accept: str,
        body: bytes | None,
        media_type: str,
        seconds: float,
        *,
        further: Mapping[str, str] | None = None,
    ) -> Response:
        """Send one request, to be read as a stream, redirects left to the caller.

        `further` are headers that go along, or stand in the place of the usual ones.

        Raises what `requests` raises. `seconds` bounds the connecting, and each wait for bytes.
        """
        mine = origin(url) == origin(self._index)
        credentials, proxy = self._credentials if mine else None, self._settings.proxy
        headers = {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "gzip"}
        if body is not None:
            headers["Content-Type"] = media_type
        headers.update(further or {})
        return self._session.request(
            "GET" if body is None else "POST",
            url,
            data=body,
            headers=headers,
            auth=(credentials.username, credentials.password) if credentials else None,
            timeout=seconds,
            stream=True,
            allow_redirects=False,
            proxies={"http": proxy, "https": proxy} if proxy else None,
            verify=False if self._trusted(url) else self._settings.cert or True,
            cert=self._settings.client_cert if mine else None,
        )

    def secure(self, url: str) -> bool:
        """Tell whether pip would ask there: https, this machine, or a host that it is to trust."""
        scheme, host = url.partition(":")[0].lower(), host_port(url)[0]
        if scheme == "https":
            return True
        return scheme == "http" and (_local(host) or self._trusted(url))

    def is_shown_credentials(self, url: str) -> bool:
        """Tell whether it takes credentials there that only these settings, or the keyring, know.

        What stands in netrc anybody on this machine can use, pip included.
        """
        return self._credentials is not None and origin(url) == origin(self._index)

    def ask_keyring(self, url: str) -> bool:
        """Ask the user's keyring, once in a batch, after the index refused; tell if that helps."""
        if origin(url) != origin(self._index):
            return False
        given = self._settings.credentials
        with self._lock:
            if not self._asked_keyring:
                self._asked_keyring = True
                self._credentials = self._from_keyring(given) or given
            return self._credentials != given

    def _from_keyring(self, given: Credentials | None) -> Credentials | None:
        username = given.username if given else None
        try:
            return from_keyring(self._settings.keyring_provider, self._index, username)
        except NoKeyringError as error:
            self._note(f"{label(self._index)}: the keyring cannot be asked ({error})")
            return None

    def _trusted(self, url: str) -> bool:
        host, port = host_port(url)
        trusted = self._settings.trusted_hosts
        return host in trusted or f"{host}:{port}" in trusted


def _local(host: str) -> bool:
    """Tell whether that is this machine, by its address or by the name that every machine has."""
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
