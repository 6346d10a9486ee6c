"""A package index of made-up projects: real wheels, a deep tree of dependencies, large pages.

`write` makes it in a folder; `SyntheticIndex` serves that folder on loopback as PyPI does: JSON
pages, hashes, upload times, metadata files. Same arguments, same bytes.
"""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing_extensions import Self

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
PROJECTS = 200
FANOUT = 3
PADDING = 100
"""Older files on each page, which no installer takes: 100 of them make a page of 60 kB."""
_EPOCH = (2020, 1, 1, 0, 0, 0)


class Wheel(NamedTuple):
    """A wheel that can be installed, and its metadata file."""

    filename: str
    content: bytes
    metadata: bytes


def name_of(number: int) -> str:
    """Name a project by its place in the tree; 0 is the root that brings in all others."""
    return f"synthetic-{number:04d}"


def children(number: int, projects: int = PROJECTS, fanout: int = FANOUT) -> Iterator[int]:
    """Name the projects that one depends on: a tree with `fanout` branches at each node."""
    first = number * fanout + 1
    yield from range(first, min(first + fanout, projects))


def wheel(name: str, version: str, requires: tuple[str, ...] = ()) -> Wheel:
    """Make a wheel of one module."""
    stem = f"{name.replace('-', '_')}-{version}"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {one}" for one in requires]
    metadata = ("\n".join(lines) + "\n").encode()
    tag = "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents = {
        f"{name.replace('-', '_')}.py": b"",
        f"{stem}.dist-info/METADATA": metadata,
        f"{stem}.dist-info/WHEEL": tag.encode(),
    }
    record = "".join(f"{path},,\n" for path in contents) + f"{stem}.dist-info/RECORD,,\n"
    contents[f"{stem}.dist-info/RECORD"] = record.encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in contents.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), content)
    return Wheel(f"{stem}-py3-none-any.whl", packed.getvalue(), metadata)


def page(name: str, files: tuple[Wheel, ...], padding: int, *, base: str = "../../files") -> bytes:
    """Write a project's page, with so many files besides that nobody takes."""
    listed = [_file(one.filename, one.content, one.metadata, base) for one in files]
    for number in range(padding):
        filename = f"{name.replace('-', '_')}-0.{number}-py3-none-any.whl"
        listed.append(_file(filename, filename.encode(), filename.encode(), base))
    document = {
        "meta": {"api-version": "1.4", "_last-serial": 1},
        "name": name,
        "project-status": {"status": "active"},
        "versions": ["1.0", *(f"0.{number}" for number in range(padding))],
        "files": listed,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _file(filename: str, content: bytes, metadata: bytes, base: str) -> dict[str, object]:
    digest = {"sha256": hashlib.sha256(metadata).hexdigest()}
    return {
        "filename": filename,
        "url": f"{base}/{filename}",
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        "requires-python": ">=3.8",
        "size": len(content),
        "upload-time": "2024-05-01T12:00:00.000000Z",
        "yanked": False,
        "core-metadata": digest,
        "data-dist-info-metadata": digest,
        "provenance": None,
    }


def write(
    folder: Path, *, projects: int = PROJECTS, fanout: int = FANOUT, padding: int = PADDING
) -> None:
    """Write the index into a folder: `simple/NAME/index.json` and `files/`."""
    (folder / "files").mkdir(parents=True)
    for number in range(projects):
        name = name_of(number)
        requires = tuple(f"{name_of(one)}>=1" for one in children(number, projects, fanout))
        made = wheel(name, "1.0", requires)
        (folder / "files" / made.filename).write_bytes(made.content)
        (folder / "files" / f"{made.filename}.metadata").write_bytes(made.metadata)
        (folder / "simple" / name).mkdir(parents=True)
        (folder / "simple" / name / "index.json").write_bytes(page(name, (made,), padding))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a page's head and body would go out 40 ms apart

    def do_GET(self) -> None:
        """Answer a page as JSON, and a file as it lies there."""
        if not self.path.startswith("/simple/"):
            super().do_GET()
            return
        found = Path(self.translate_path(self.path)) / "index.json"
        body = found.read_bytes() if found.is_file() else b"404"
        self.send_response(200 if found.is_file() else 404)
        self.send_header("Content-Type", SIMPLE_JSON)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class SyntheticIndex:
    """The server of a folder, in a thread, for the length of a `with` block."""

    def __init__(self, folder: Path) -> None:
        """Serve a folder that `write` made."""
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))

    @property
    def url(self) -> str:
        """The URL of its simple API, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
