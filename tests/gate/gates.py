"""What tests of the gate share: facts that are given, pages, and a client that reads bytes."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import urlsplit

from facts.live.loopback import SIMPLE_JSON, Reply
from vetgate.facts.live.shapes import Json
from vetgate.gate.judging import PolicyJudge
from vetgate.gate.ruling import PageJudge, Wanted
from vetgate.gate.running import GateIndex
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import Dependency, NormalizedName, normalize
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Unknown,
)
from vetgate.model.policy import Policy

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
OLD = "2024-05-01T12:00:00.000000Z"
YOUNG = (NOW - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
GOOD, BAD = NormalizedName("good"), NormalizedName("bad")
Fields = Mapping[str, Json]
PIP_ACCEPT = (
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1,"
    " text/html; q=0.01"
)


def well_known(name: str, *, malicious: tuple[str, ...] = ()) -> PackageFacts:
    """Make the facts of a package that no rule has anything against."""
    reports = tuple(
        Advisory(f"MAL-{version}", malicious=True, versions=(version,)) for version in malicious
    )
    return PackageFacts(
        normalize(name),
        presence=Known[Presence](Listed(), NOW, "a test"),
        rank=Known(10, NOW, "a test"),
        downloads=Known(Downloads(10**6), NOW, "a test"),
        dependents=Known(900, NOW, "a test"),
        repository=Known("https://github.com/acme/acme", NOW, "a test"),
        urls=Known((), NOW, "a test"),
        first_upload=Known(NOW - timedelta(days=900), NOW, "a test"),
        latest_upload=Known(NOW - timedelta(days=90), NOW, "a test"),
        advisories=Known(reports, NOW, "a test"),
        resembles=Known((), NOW, "a test"),
        imitates=Known((), NOW, "a test"),
    )


def unheard_of(name: str) -> PackageFacts:
    """Make the facts of a package that the index does not have."""
    return well_known(name)._replace(
        presence=Known[Presence](NeverSeen(), NOW, "a test"), rank=Unknown("not ranked")
    )


def unpopular(name: str) -> PackageFacts:
    """Make the facts of a package that hardly anybody downloads."""
    return well_known(name)._replace(
        rank=Unknown("not ranked"), downloads=Known(Downloads(5), NOW, "a test")
    )


class GivenFacts:
    """Facts that a test gives; whoever is not among them is not on the index."""

    def __init__(self, *packages: PackageFacts) -> None:
        self.packages = {package.name: package for package in packages}
        self.asked: list[dict[NormalizedName, frozenset[FactName]]] = []
        self.recorded_names: list[NormalizedName] = []

    def recorded(
        self,
        names: Collection[NormalizedName],
        computed: frozenset[FactName] = frozenset(),  # noqa: ARG002 - the interface's
    ) -> Mapping[NormalizedName, PackageFacts]:
        self.recorded_names += names
        return {name: self.packages.get(name, unheard_of(name)) for name in names}

    def learned(self, wanted: Wanted) -> Mapping[NormalizedName, PackageFacts]:
        self.asked.append(dict(wanted))
        return self.recorded(list(wanted))


def judging(
    facts: GivenFacts,
    policy: Policy | None = None,
    *,
    wanted: Mapping[NormalizedName, Sequence[Dependency]] | None = None,
    installed: Collection[NormalizedName] = (),
    home: Sequence[str] = (),
) -> PolicyJudge:
    return PolicyJudge(
        policy or Policy(),
        facts,
        now=lambda: NOW,
        home=home,
        wanted=wanted or {},
        installed=installed,
    )


def file(
    filename: str, *, uploaded: str | None = OLD, base: str = "", more: Fields | None = None
) -> Json:
    """Write a file as a page has it."""
    told: dict[str, Json] = {"filename": filename, "url": base + filename, "hashes": {}}
    if uploaded is not None:
        told["upload-time"] = uploaded
    return {**told, **(more or {})}


def document(name: str, *files: Json, more: Fields | None = None) -> bytes:
    """Write a page, spaced as no index does: whoever writes it anew would space it otherwise."""
    page: dict[str, Json] = {"meta": {"api-version": "1.4"}, "name": name, "files": [*files]}
    return json.dumps({**page, **(more or {})}, indent=1).encode()


def reply(body: bytes, media_type: str = SIMPLE_JSON) -> Reply:
    return Reply(body, media_type=media_type)


class Got(NamedTuple):
    """What the gate answered."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def files(self) -> list[str]:
        """Name the files on a JSON page."""
        return [one["filename"] for one in json.loads(self.body)["files"]]


def get(url: str, accept: str = PIP_ACCEPT, method: str = "GET", **headers: str) -> Got:
    """Ask as a client does that follows no redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        connection.request(method, parts.path, headers={"Accept": accept, **named})
        answer = connection.getresponse()
        told = {key.lower(): value for key, value in answer.getheaders()}
        media_type = told.get("content-type", "").partition(";")[0]
        return Got(answer.status, media_type, answer.read(), told)
    finally:
        connection.close()


@contextmanager
def broken_off(answer: bytes) -> Iterator[str]:
    """Run a server that says the beginning of an answer and hangs up; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def gate(judge: PageJudge, *urls: str, seconds: float = 5) -> Iterator[GateIndex]:
    """Run a gate in front of some upstreams."""
    upstreams = [Upstream.at(url) for url in urls]
    with GateIndex(upstreams, lambda: judge, seconds=seconds) as index:
        yield index
