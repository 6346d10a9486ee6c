"""An index with its services on this machine, for the real program to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple

from facts.live.loopback import SIMPLE_JSON, Loopback, Reply, Request, page, serving
from vetgate.facts.live.shapes import Json


class Package(NamedTuple):
    """What the index and its services tell of one package; unless said otherwise, it is well."""

    name: str
    downloads: int = 5000
    dependents: int = 9
    urls: Mapping[str, str] | None = None
    versions: Sequence[str] = ("1.4.2",)
    uploaded: str = "2024-01-01T00:00:00.000000Z"
    files: Sequence[Json] = ()
    """The files on its simple page."""
    reports: Mapping[str, Json] = MappingProxyType({})
    """Records in the OSV format, by their ids."""


class IndexDouble:
    """The index: what is not put on it, it does not have."""

    def __init__(self, loopback: Loopback) -> None:
        self.web = loopback
        self._packages: list[Package] = [Package("pip", downloads=10**9)]
        self._tell()

    @property
    def environment(self) -> dict[str, str]:
        """Return what points the program to this index."""
        return {
            "VETGATE_INDEX_URL": f"{self.web.url}/simple",
            "VETGATE_DOWNLOADS_URL": f"{self.web.url}/downloads",
            "VETGATE_DEPENDENTS_URL": self.web.url,
            "VETGATE_ADVISORIES_URL": self.web.url,
        }

    def put(self, *packages: Package) -> None:
        """Put packages on the index, in place of what it had by their names."""
        self.web.everything = None
        names = {package.name for package in packages}
        self._packages = [each for each in self._packages if each.name not in names]
        self._packages += packages
        self._tell()

    def everything(self, reply: Reply) -> None:
        """Give the same answer to whatever is asked."""
        self.web.replies.clear()
        self.web.everything = reply

    def asked(self) -> list[str]:
        """Return the paths asked for, sorted: the order is that of threads."""
        return sorted(self.web.paths())

    def _tell(self) -> None:
        for package in self._packages:
            self.web.on(f"/pypi/{package.name}/json", page(_project(package)))
            self.web.on(f"/simple/{package.name}/", page(_simple(package), SIMPLE_JSON))
        rows: list[Json] = [
            {"project": each.name, "downloads": str(each.downloads)} for each in self._packages
        ]
        counts: list[Json] = [
            {"name": each.name, "ecosystem": "pypi", "dependent_packages_count": each.dependents}
            for each in self._packages
        ]
        self.web.on("/downloads", page({"meta": [], "data": rows, "rows": len(rows)}))
        self.web.on("/packages/bulk_lookup", page(counts))
        self.web.computed["/v1/querybatch"] = self._reports
        for package in self._packages:
            for report, record in package.reports.items():
                self.web.on(f"/v1/vulns/{report}", page(record))

    def _reports(self, request: Request) -> Reply:
        known = {package.name: package.reports for package in self._packages}
        asked = [query["package"]["name"] for query in json.loads(request.body)["queries"]]
        results: list[Json] = [
            {"vulns": [{"id": report} for report in known[name]]} if known.get(name) else {}
            for name in asked
        ]
        return page({"results": results})


def _project(package: Package) -> dict[str, Json]:
    urls = package.urls
    if urls is None:
        urls = {"Source": f"https://github.com/acme/{package.name}"}
    uploads = _uploads(package)
    files: dict[str, Json] = {
        version: {
            "filename": f"{package.name}.tar.gz",
            "upload_time_iso_8601": uploads.get(version, package.uploaded),
            "yanked": False,
        }
        for version in package.versions
    }
    return {
        "info": {
            "name": package.name,
            "version": package.versions[-1],
            "project_urls": dict(urls),
            "home_page": None,
            "description": "",
        },
        "releases": {version: [file] for version, file in files.items()},
        "ownership": {"roles": [], "organization": None},
        "urls": [],
        "last_serial": 1,
        "vulnerabilities": [],
    }


def _uploads(package: Package) -> dict[str, Json]:
    """Return the times of the files on the simple page, by version."""
    found: dict[str, Json] = {}
    for file in package.files:
        if isinstance(file, dict):
            stem = str(file["filename"]).removesuffix(".tar.gz")
            found[stem.rpartition("-")[2]] = file["upload-time"]
    return found


def _simple(package: Package) -> dict[str, Json]:
    return {
        "meta": {"api-version": "1.4"},
        "name": package.name,
        "files": list(package.files),
        "project-status": {"status": "active"},
    }


@contextmanager
def indexing() -> Iterator[IndexDouble]:
    """Run an index for as long as the block lasts."""
    with serving() as loopback:
        yield IndexDouble(loopback)
