"""Where the policies come from that a policy extends: the disk, or the web by digest."""

from __future__ import annotations

import os
from collections.abc import Callable

from vetgate.commands.asking import Asking, cache_folder
from vetgate.errors import PolicyError
from vetgate.facts.digests import Digests, digest
from vetgate.policyfile.chain import Opened
from vetgate.policyfile.finding import PROJECT_FILE, TABLE, Found, content_of
from vetgate.policyfile.layer import LocalParent, Parent, RemoteParent

MOST_BYTES = 4 * 1024 * 1024
"""Of a policy from the web; ten thousand allowances are two."""

_ACCEPT = "application/toml, text/plain, */*;q=0.1"

Download = Callable[[str], "bytes | str"]
"""From a URL to what is there, or why it could not be had."""


class FromDisk:
    """Paths as they lie on the disk, URLs through the cache; a `Source`."""

    def __init__(
        self, folder: str, asking: Callable[[], Asking], download: Download | None = None
    ) -> None:
        """Tell paths as seen from `folder`; without `download`, `requests` does it."""
        self._folder, self._asking, self._download = folder, asking, download

    def open(self, parent: Parent, below: Opened) -> Opened:
        if isinstance(parent, RemoteParent):
            return self._remote(parent)
        return self.local(parent, path_of(parent, below))

    def local(self, parent: LocalParent, path: str) -> Opened:
        """Read a file of the disk; raises `PolicyError`."""
        if not os.path.lexists(path):
            raise parent.node.error(f"extends {parent.path!r}, which is not there")
        shown = os.path.relpath(path, self._folder)
        try:
            content = content_of(path)
        except PolicyError as error:
            raise parent.node.error(
                f"extends {parent.path!r}, which cannot be used: {error.problem}"
            ) from error
        return Opened(Found(path, content, table_of(path)), shown, os.path.realpath(path))

    def _remote(self, parent: RemoteParent) -> Opened:
        shown = parent.url.partition("?")[0]
        asking = self._asking()
        cache = Digests(os.path.join(cache_folder(asking.environment), "policies"))
        content = cache.get(parent.sha256)
        if content is None:
            content = self._fetched(parent, asking)
            cache.put(content)
        return Opened(Found(parent.url, content), shown, parent.sha256)

    def _fetched(self, parent: RemoteParent, asking: Asking) -> bytes:
        if asking.offline:
            raise parent.node.error(
                "what it extends is not in the cache, and nobody may be asked",
                hint="run it once without --offline and VETGATE_OFFLINE",
            )
        download = self._download or _Web(asking).download
        content = download(parent.url)
        if isinstance(content, str):
            raise parent.node.error(
                f"what it extends could not be had: {content}",
                hint="without the policy that it builds upon, nothing can be judged",
            )
        found = digest(content)
        if found != parent.sha256:
            raise parent.node.error(
                "what it extends is not what its sha256 says",
                hint=f"what is there now has {found}: read it before you trust it",
            )
        return content


class _Web:
    """One download, with pip's proxy and certificates."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def download(self, url: str) -> bytes | str:
        # requests, late: most policies extend nothing, and most of the others are in the cache.
        from vetgate.facts.index_settings import index_settings
        from vetgate.facts.live.address import label
        from vetgate.facts.live.transport import Absent, Page, Question, Transport

        transport = Transport(
            index_settings(self._asking.environment), seconds=self._asking.timeout
        )
        try:
            answer = transport.fetch(Question(url, _ACCEPT, MOST_BYTES))
        finally:
            transport.close()
        if isinstance(answer, Page):
            return answer.body
        return f"{label(url)} has no such file" if isinstance(answer, Absent) else answer.why


def path_of(parent: LocalParent, below: Opened) -> str:
    """Return the path that a file names, from the folder that the file lies in."""
    if "://" in below.found.path:
        raise parent.node.error(
            "a policy from the web cannot extend a path", hint="name a URL, with its sha256"
        )
    path = os.path.join(os.path.dirname(below.found.path), parent.path)
    return os.path.normpath(path)


def table_of(path: str) -> tuple[str, ...]:
    """Return where in a file the policy begins."""
    return TABLE if os.path.basename(path) == PROJECT_FILE else ()
