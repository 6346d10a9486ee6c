"""Downloads of sources: they go on where they broke off, and are bounded to what is asked for."""

from __future__ import annotations

import hashlib
import json
import threading
import xmlrpc.client
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vetgate.corpus.fetching import Fetching
from vetgate.errors import SourceError

CONTENT = bytes(range(256)) * 2000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
JOURNAL: list[list[str | int | None]] = [
    ["six", None, 1709340000, "create", 7],
    ["six", "1.0", 1709340001, "new release", 8],
]

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Server(ThreadingHTTPServer):
    """A server on this machine that breaks off as often as it is told."""

    breaks = 0
    busy = 0
    beside = 0
    """How far behind what is asked for its answers begin."""
    tag = '"one"'

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None, str]] = []
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """What it answers."""

    server: Server  # type: ignore[mutable-override]  # as the standard library means it

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted, self.headers["User-Agent"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/all.zip")
            self.end_headers()
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://index.example/all.zip")
            self.end_headers()
        elif self.server.busy:
            self.server.busy -= 1
            self.send_response(429)
            self.send_header("Retry-After", "7")
            self.end_headers()
        elif self.path == "/all.zip":
            self._content(int(wanted[6:-1]) if wanted else 0)
        else:
            self.send_error(404)

    def _content(self, begin: int) -> None:
        self.send_response(206 if begin else 200)
        self.send_header("ETag", self.server.tag)
        if begin:
            first = begin + self.server.beside
            self.send_header("Content-Range", f"bytes {first}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        end = len(CONTENT)
        if self.server.breaks:
            self.server.breaks -= 1
            end = begin + 100_000
        self.wfile.write(CONTENT[begin:end])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        answer = CONTENT
        if self.path == "/pypi":
            (since,), _ = xmlrpc.client.loads(body)
            rows = [row for row in JOURNAL if int(str(row[4])) > int(str(since))]
            answer = xmlrpc.client.dumps((rows,), methodresponse=True, allow_none=True).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


class Waits(list[float]):
    """A clock that only notes for how long it was to wait."""


def fetching(folder: Path, server: Server, waits: Waits, *, offline: bool = False) -> Fetching:
    (folder / "work").mkdir(exist_ok=True)
    return Fetching(
        str(folder / "kept"),
        str(folder / "work"),
        offline=offline,
        clickpy=f"{server.url}/?user=demo",
        index=f"{server.url}/simple/",
        wait=waits.append,
    )


def test_a_download_goes_on_where_it_broke_off(tmp_path: Path, server: Server) -> None:
    server.breaks = 2

    path = fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}/all.zip")

    assert Path(path).read_bytes() == CONTENT
    assert path.endswith(".zip")
    assert [asked[1] for asked in server.asked] == [None, "bytes=100000-", "bytes=200000-"]
    assert "vetgate/" in server.asked[0][2]


def test_another_run_goes_on_too(tmp_path: Path, server: Server) -> None:
    server.breaks = 5
    with pytest.raises(SourceError, match="could not be had in 5 attempts: it broke off"):
        fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}/all.zip")

    path = fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}/all.zip")

    assert Path(path).read_bytes() == CONTENT
    assert server.asked[-1][1] == "bytes=500000-"


def test_an_answer_of_another_part_than_asked_for_is_not_put_behind_the_first(
    tmp_path: Path, server: Server
) -> None:
    server.breaks, server.beside = 1, 7

    path = fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}/all.zip")

    assert Path(path).read_bytes() == CONTENT
    assert [asked[1] for asked in server.asked] == [None, "bytes=100000-", None]


@pytest.mark.parametrize("tag", ['W/"one"', "one", ""])
def test_what_no_strong_tag_tells_the_version_of_is_fetched_anew(
    tmp_path: Path, server: Server, tag: str
) -> None:
    server.breaks, server.tag = 1, tag

    path = fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}/all.zip")

    assert Path(path).read_bytes() == CONTENT
    assert [asked[1] for asked in server.asked] == [None, None]


def test_a_host_that_wants_a_pause_gets_it(tmp_path: Path, server: Server) -> None:
    server.busy = 1
    waits = Waits()

    fetching(tmp_path, server, waits).path("advisories", f"{server.url}/all.zip")

    assert waits == [7.0, 2.0]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        pytest.param("/none", "answers with status 404", id="not-there"),
        pytest.param("/away", "has no https: it is not asked", id="sent-elsewhere"),
        pytest.param(
            f"/all.zip#sha256={'0' * 64}", "does not have the digest that it should", id="digest"
        ),
    ],
)
def test_what_is_not_what_it_should_be_is_refused(
    tmp_path: Path, server: Server, place: str, problem: str
) -> None:
    with pytest.raises(SourceError, match=problem):
        fetching(tmp_path, server, Waits()).path("advisories", f"{server.url}{place}")


def test_a_digest_that_agrees_and_a_redirect_are_followed(tmp_path: Path, server: Server) -> None:
    place = f"{server.url}/moved#sha256={DIGEST.upper()}"

    path = fetching(tmp_path, server, Waits()).path("advisories", place)

    assert Path(path).read_bytes() == CONTENT


def test_nobody_is_asked_offline(tmp_path: Path, server: Server) -> None:
    asking = fetching(tmp_path, server, Waits(), offline=True)

    with pytest.raises(SourceError, match="nobody may be asked"):
        asking.path("downloads", "clickpy")

    assert (server.asked, server.bodies) == ([], [])


def test_clickpy_is_asked_for_all_of_a_kind(tmp_path: Path, server: Server) -> None:
    path = fetching(tmp_path, server, Waits()).path("downloads", "clickpy")

    assert Path(path).read_bytes() == CONTENT
    assert b"pypi.pypi_downloads_per_month" in server.bodies[0]
    assert server.bodies[0].endswith(b"FORMAT Parquet")


def test_the_journal_is_asked_since_a_serial(tmp_path: Path, server: Server) -> None:
    path = fetching(tmp_path, server, Waits()).path("changelog", "since:7")

    assert json.loads(Path(path).read_text("utf-8")) == JOURNAL[1:]
