"""Which services count downloads and dependents and collect reports; who asks is in `live/`."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.facts.index_settings import normal_url
from vetgate.model.record import Record

CLICKPY = "https://sql-clickhouse.clickhouse.com/?user=demo&default_format=JSON"
PYPISTATS = "https://pypistats.org/api"
ECOSYSTEMS = "https://packages.ecosyste.ms/api/v1"
OSV = "https://api.osv.dev"


class Services(Record):
    """Base URLs; None: that service is not asked."""

    downloads: str | None = CLICKPY
    downloads_fallback: str | None = PYPISTATS
    dependents: str | None = ECOSYSTEMS
    advisories: str | None = OSV

    @property
    def scope(self) -> str:
        """Name the services for the cache, without credentials."""
        # All of them together: each may answer in another's stead.
        return " ".join("-" if url is None else normal_url(url) for url in self)


def services(environment: Mapping[str, str]) -> Services:
    """Take the services from VETGATE_DOWNLOADS_URL, _DEPENDENTS_URL and _ADVISORIES_URL, where set.

    Whoever names a service of their own does not want a public one to be asked in its stead.
    """
    downloads = environment.get("VETGATE_DOWNLOADS_URL")
    return Services(
        downloads=downloads or CLICKPY,
        downloads_fallback=None if downloads else PYPISTATS,
        dependents=environment.get("VETGATE_DEPENDENTS_URL") or ECOSYSTEMS,
        advisories=environment.get("VETGATE_ADVISORIES_URL") or OSV,
    )
