"""An index in a folder of this machine (`file:`), as pip reads it, as a component.

pip reads `NAME/index.html` there. A project's folder that has none is read as what it holds, which
pip has only for `--find-links`. `simple_repository`'s `LocalRepository` knows no `index.html`.
"""

from __future__ import annotations

import json
import os
import stat
from urllib.parse import quote, unquote, urlsplit
from urllib.request import pathname2url, url2pathname

from simple_repository import errors

from vetgate.facts.live.index import MOST_PAGE
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.facts.live.simple_page import version_in
from vetgate.gate.page import SIMPLE_HTML, SIMPLE_JSON, Page
from vetgate.gate.source import Source
from vetgate.gate.threads import Threads
from vetgate.gate.trouble import UpstreamError
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName

SUFFIXES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar")
"""What a distribution's file ends with; nothing else is served from a disk."""
_INDEX = "index.html"
_WIDTH = 8


class FolderIndex(Source):
    """Reads pages from a folder, anew each time."""

    def __init__(self, upstream: Upstream) -> None:
        """Read nothing yet."""
        super().__init__(Threads(_WIDTH, "folder"))
        self._upstream = upstream

    def read(self, name: NormalizedName) -> Page:
        """Read a page; raises `PackageNotFoundError`, or `UpstreamError` for all trouble."""
        root = path_of(self._upstream.url)
        if root is None:
            raise UpstreamError(f"{self._upstream.host} is no path on this machine")
        # A normalised name has no separator and is never `..`: it stays in its folder.
        folder = os.path.join(root, name)
        url = f"{self._upstream.url}/{quote(name)}/"
        try:
            if not os.path.isdir(root):
                raise UpstreamError(f"{self._upstream.host}: there is no such folder")
            body = _index(os.path.join(folder, _INDEX))
            if body is not None:
                return Page(name, body, SIMPLE_HTML, url, host=self._upstream.host)
            return Page(name, _listing(folder, name), SIMPLE_JSON, url, host=self._upstream.host)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise errors.PackageNotFoundError(name) from error
        except OSError as error:
            raise UpstreamError(f"{self._upstream.host}: {error.strerror}") from error
        except BadAnswerError as bad:
            raise UpstreamError(f"{self._upstream.host} {bad.why}") from bad


def path_of(url: str) -> str | None:
    """Return the path that a `file:` URL names; None: of another machine, or none."""
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() != "file" or parts.netloc.lower() not in ("", "localhost"):
            return None
        path = url2pathname(parts.path)
    except (ValueError, OSError):
        return None
    return path if os.path.isabs(path) and "\0" not in unquote(path) else None


def opened(url: str) -> tuple[int, int] | None:
    """Open a distribution's file by its `file:` URL: its descriptor and size; None: there is none.

    Only plain files with the name of a distribution, or of its metadata, are opened.
    """
    path = path_of(url)
    if path is None or not path.removesuffix(".metadata").endswith(SUFFIXES):
        return None
    try:
        # Without waiting: what looks like a file may be a pipe that nobody writes to.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        return None
    return descriptor, found.st_size


def _index(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            body = file.read(MOST_PAGE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(body) > MOST_PAGE:
        raise BadAnswerError(f"answers with more than {MOST_PAGE >> 20} MB")
    return body


def _listing(folder: str, name: NormalizedName) -> bytes:
    """Write the page of a folder that has none; raises `OSError` where there is no folder."""
    base = "file://" + pathname2url(folder)
    files = [
        {"filename": entry, "url": f"{base}/{quote(entry)}", "hashes": {}}
        for entry in sorted(os.listdir(folder))
        if entry.endswith(SUFFIXES) and version_in(entry, name) is not None
    ]
    return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": files}).encode()
