"""What a package's metadata declares, from whichever source: the facts that are read out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetgate.facts.repository import declared_repository
from vetgate.model.dependency import NormalizedName
from vetgate.model.record import Record

MOST_URLS = 1000
"""Metadata with more distinct URLs than this is not read to the end: nothing is known then."""

_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'`\])}|\\\x00-\x1f]{1,1000}", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w.+-]{1,200}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_LONGEST_CONTACT = 20_000  # characters: the search for domains takes some time for each
_TRAILING = ".,;:!*_'\""


class Declared(Record):
    """The fields of core metadata that name places."""

    name: NormalizedName
    project_urls: tuple[tuple[str, str], ...] = ()
    """Label and URL, with the old `Home-page` and `Download-URL` under their labels."""
    description: str = ""
    contacts: tuple[str, ...] = ()
    """The fields that hold names and addresses of authors and maintainers."""
    own_hosts: frozenset[str] = frozenset()
    """Hosts of the index itself."""

    def repository(self) -> str | None:
        """Find the declared source repository; None: there is none."""
        return declared_repository(self.project_urls, self.description, self.name, self.own_hosts)

    def urls(self) -> tuple[str, ...] | None:
        """List every URL once, and each domain of a contact address as `//domain`.

        None: there are too many to be honest.
        """
        found: dict[str, None] = {}
        for url in self._written():
            found[url] = None
            if len(found) > MOST_URLS:
                return None
        return tuple(found)

    def _written(self) -> Iterator[str]:
        for _, url in self.project_urls:
            shown = "".join(url.split())
            if shown and shown.upper() != "UNKNOWN":
                yield shown[:1000]
        for text in (self.description, *self.contacts):
            for match in _URL.finditer(text):
                yield match[0].rstrip(_TRAILING)
        for text in self.contacts:
            for match in _DOMAIN.finditer(text[:_LONGEST_CONTACT]):
                yield f"//{match[1].lower()}"
