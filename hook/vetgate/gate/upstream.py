"""One index that the gate stands in front of, and how pip would reach it."""

from __future__ import annotations

from vetgate.facts.index_settings import IndexSettings, parted
from vetgate.facts.live.address import label
from vetgate.model.record import Record


class Upstream(Record):
    """An index by its base URL (PEP 503), reached with pip's settings: `Upstream.at` makes one."""

    url: str
    """Without credentials and trailing slash; its scheme is http, https or file."""
    settings: IndexSettings
    """Its own credentials, and the proxy, certificates, trusted hosts and keyring for it."""

    @classmethod
    def at(cls, url: str, settings: IndexSettings | None = None) -> Upstream:
        """Take a URL as pip takes it, credentials and all.

        Of `settings` everything counts but the index that they name.
        """
        plain, credentials = parted(url)
        base = IndexSettings() if settings is None else settings
        own = base._replace(url=plain, credentials=credentials, extra_urls=(), no_index=False)
        return cls(plain, own)

    @property
    def is_folder(self) -> bool:
        """Whether it lies on this machine's disk."""
        return self.url[:5].lower() == "file:"

    @property
    def host(self) -> str:
        """What to call it in a message: its host, or for a folder its URL."""
        return self.url if self.is_folder else label(self.url)
