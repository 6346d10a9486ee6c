"""Files that come through the gate, and those that do not."""

from __future__ import annotations

import asyncio
import json
import os
from http.client import IncompleteRead
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simple_repository import errors

from facts.live.loopback import Loopback, Reply
from gate.gates import (
    BAD,
    GivenFacts,
    document,
    file,
    gate,
    get,
    judging,
    reply,
    unpopular,
    well_known,
)
from vetgate.gate.book import Book
from vetgate.gate.folder import FolderIndex, opened, path_of
from vetgate.gate.gatekeeper import Gatekeeper, JudgedPage
from vetgate.gate.page import SIMPLE_JSON, Page
from vetgate.gate.ruling import PageRuling
from vetgate.gate.source import Source
from vetgate.gate.threads import Threads
from vetgate.gate.upstream import Upstream
from vetgate.model.change import Added
from vetgate.model.dependency import NormalizedName
from vetgate.model.verdict import Judged, Outcome

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FACTS = GivenFacts(well_known("good"), unpopular("bad"))
SHOWN = "Basic dXNlcjpwdw=="


def secret(index: Loopback) -> str:
    return f"http://user:pw@{index.host}/simple"


def authorizations(index: Loopback) -> list[str | None]:
    return [request.headers.get("Authorization") for request in index.requests]


def test_files_of_an_index_that_takes_credentials_come_through_the_gate(index: Loopback) -> None:
    files = [
        file("good-1.0.zip", base="../../f/"),
        file("good-1.1.zip", base="https://cdn.example/"),
    ]
    index.on("/simple/good/", reply(document("good", *files)))
    index.on("/f/good-1.0.zip", Reply(b"content" * 100_000, media_type="application/zip"))
    index.on("/f/good-1.0.zip.metadata", Reply(b"Name: good\n"))

    with gate(judging(FACTS), secret(index)) as running:
        page = get(running.url(0) + "good/")
        url = urljoin(running.url(0) + "good/", "../../files/0/good/good-1.0.zip")
        got, metadata = get(url), get(url + ".metadata")
        elsewhere = get(urljoin(url, "good-1.1.zip"))

    assert [one["url"] for one in json.loads(page.body)["files"]] == [
        "../../files/0/good/good-1.0.zip",
        "https://cdn.example/good-1.1.zip",
    ]
    assert (got.status, got.body) == (200, b"content" * 100_000)
    assert (metadata.status, metadata.body, elsewhere.status) == (200, b"Name: good\n", 404)
    assert set(authorizations(index)) == {SHOWN}


def test_credentials_do_not_follow_a_file_to_another_host(index: Loopback, other: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.zip", base="../../f/"))))
    away = (("Location", f"{other.url}/good-1.0.zip"),)
    index.on("/f/good-1.0.zip", Reply(status=302, headers=away))
    other.on("/good-1.0.zip", Reply(b"content"))

    with gate(judging(FACTS), secret(index)) as running:
        got = get(urljoin(running.url(0), "../files/0/good/good-1.0.zip"))

    assert (got.body, authorizations(other)) == (b"content", [None])


def test_a_page_that_moved_to_another_host_is_asked_for_without_credentials(
    index: Loopback, other: Loopback
) -> None:
    away = (("Location", f"{other.url}/deep/simple/good/"),)
    index.on("/simple/good/", Reply(status=301, headers=away))
    other.on("/deep/simple/good/", reply(document("good", file("good-1.0.zip", base="../f/"))))

    with gate(judging(FACTS), secret(index)) as running:
        got = get(running.url(0) + "good/")

    assert f"{other.url}/deep/simple/f/good-1.0.zip".encode() in got.body
    assert authorizations(other) == [None]


def test_an_index_without_credentials_has_no_file_at_the_gate(index: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.zip", base="../../f/"))))
    index.on("/f/good-1.0.zip", Reply(b"content"))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(urljoin(running.url(0), "../files/0/good/good-1.0.zip"))

    assert (got.status, index.paths()) == (404, [])


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        pytest.param(Reply(status=410), 404, "there is no such thing here\n", id="gone"),
        pytest.param(Reply(status=500), 502, "{host} answers with status 500\n", id="500"),
        pytest.param(
            Reply(status=302, headers=(("Location", "file:///etc/passwd"),)),
            502,
            "{host} redirects to something that is no web address\n",
            id="off-the-web",
        ),
        pytest.param(
            Reply(status=302, headers=(("Location", "/f/good-1.0.zip"),)),
            502,
            "{host} redirects more than 5 times\n",
            id="in-a-circle",
        ),
        pytest.param(
            Reply(b"x", headers=(("Content-Encoding", "br"),)),
            502,
            "{host} answers with status 200\n",
            id="packed",
        ),
        pytest.param(
            Reply(b"x", delay=2), 502, "{host} cannot be reached (ReadTimeout)\n", id="slow"
        ),
    ],
)
def test_a_file_that_cannot_be_had_is_told_as_what_it_is(
    index: Loopback, answer: Reply, status: int, said: str
) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.zip", base="../../f/"))))
    index.on("/f/good-1.0.zip", answer)

    with gate(judging(FACTS), secret(index), seconds=0.5) as running:
        got = get(urljoin(running.url(0), "../files/0/good/good-1.0.zip"))

    prefix = "vetgate could not decide: " if status == 502 else ""
    assert (got.status, got.body.decode()) == (status, prefix + said.format(host=index.host))


def test_a_file_that_breaks_off_breaks_off_for_the_client(index: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.zip", base="../../f/"))))
    index.on("/f/good-1.0.zip", Reply(b"half", drip=1))

    with gate(judging(FACTS), secret(index), seconds=0.4) as running:
        url = urljoin(running.url(0), "../files/0/good/good-1.0.zip")
        with pytest.raises(IncompleteRead):
            get(url)

    assert running.troubles == ()


@pytest.mark.parametrize(
    "path",
    [
        "../files/0/bad/bad-1.0.zip",
        "../files/0/good/bad-1.0.zip",
        "../files/0/good/..%2f..%2fsecret.zip",
        "../files/0/good/%2e%2e%2fsecret.zip",
        "../files/0/good/secret.zip",
        "../files/0/%2e%2e/secret.zip",
        "../files/1/good/good-1.0.zip",
        "../files/-1/good/good-1.0.zip",
        "../files/99999999999999999999/good/good-1.0.zip",
        "..%2f/",
        "good/../../secret.zip",
        "%00/",
        "a" * 300 + "/",
        "-/",
        "",
    ],
)
def test_nothing_but_what_is_on_a_page_can_be_had(tmp_path: Path, path: str) -> None:
    root = tmp_path / "simple"
    for name in ("good", "bad"):
        (root / name).mkdir(parents=True)
        (root / name / f"{name}-1.0.zip").write_bytes(b"content")
    (tmp_path / "secret.zip").write_bytes(b"secret")
    (root / "secret.zip").write_bytes(b"secret")

    with gate(judging(FACTS), root.as_uri()) as running:
        base = running.url(0)
        got = get(base.removesuffix("simple/") + path[3:] if path[:3] == "../" else base + path)

    assert got.status in {403, 404}
    assert b"secret" not in got.body.replace(b"secret.zip", b"")


@pytest.mark.parametrize(
    "url",
    ["file://host/x.zip", "http://x/y.zip", "file:relative.zip", "file:///a%00b.zip", "file:"],
)
def test_what_is_no_path_on_this_machine_is_none(url: str) -> None:
    assert path_of(url) is None


def test_only_plain_files_named_as_a_distribution_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe-1.0.zip")
    (tmp_path / "folder-1.0.zip").mkdir()
    (tmp_path / "shadow").write_bytes(b"x")
    (tmp_path / "link-1.0.zip").symlink_to(tmp_path / "nothing")

    found = [opened(each.as_uri()) for each in sorted(tmp_path.iterdir())]

    assert found == [None] * 4


class _Upstream(Source):
    """An upstream that has what it is given."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(Threads(1, "test"))
        self._body = document("bad", *(file(name, base="https://f.example/") for name in names))

    def read(self, name: NormalizedName) -> Page:
        return Page(
            name, self._body, SIMPLE_JSON, "https://i.example/simple/bad/", host="i.example"
        )


class _Hides:
    """A judge that hides what it is told to."""

    def __init__(self, hidden: set[str]) -> None:
        self._hidden = dict.fromkeys(hidden, "hidden")

    def refused(self, name: NormalizedName, upstream: Upstream) -> None:  # noqa: ARG002 - PageJudge's
        return None

    def is_settled(self, name: NormalizedName, upstream: Upstream) -> bool:  # noqa: ARG002 - PageJudge's
        return True

    def before(self, name: NormalizedName, upstream: Upstream) -> PageRuling:  # noqa: ARG002 - PageJudge's
        return PageRuling(_PASSED)

    def of(self, name: NormalizedName, upstream: Upstream, page: object) -> PageRuling:  # noqa: ARG002 - PageJudge's
        return PageRuling(_PASSED, self._hidden)


_PASSED = Judged(Added(None), Outcome.PASSED)  # type: ignore[arg-type]  # nobody looks at it
_NAMES = st.sets(st.from_regex(r"bad-[0-9]\.[0-9]\.(zip|tar\.gz)", fullmatch=True), max_size=8)


@settings(max_examples=40)
@given(names=_NAMES, more=_NAMES, spelled=st.sampled_from(["bad", "Bad", "BAD"]))
def test_a_page_is_a_part_of_the_upstreams_and_what_is_not_on_it_cannot_be_had(
    names: set[str], more: set[str], spelled: str
) -> None:
    hidden = {name for name in names if hash(name) % 2} | more
    upstream = Upstream.at("https://i.example/simple")
    keeper = Gatekeeper(_Upstream(sorted(names)), upstream, _Hides(hidden), Book(5))

    async def had() -> tuple[set[str], set[str]]:
        page = await keeper.get_project_page(spelled)
        assert isinstance(page, JudgedPage)
        body = page.written(page.ruling.hidden, None, as_json=True, whole=True)
        written = Page(BAD, body, SIMPLE_JSON, "https://i.example/", host="i.example")
        found = set()
        for name in names | more:
            try:
                await keeper.get_resource(spelled, name)
                await keeper.get_resource(spelled, name + ".metadata")
            except errors.ResourceUnavailable:
                continue
            found.add(name)
        return {one.filename for one in written.offered}, found

    on_page, found = asyncio.run(had())

    assert on_page == found == names - hidden


def test_an_index_is_asked_again_for_each_page(tmp_path: Path) -> None:
    index = FolderIndex(Upstream.at(tmp_path.as_uri()))
    (tmp_path / "good").mkdir()
    before = index.read(NormalizedName("good")).offered
    (tmp_path / "good/good-1.0.zip").write_bytes(b"")

    assert (before, [one.version for one in index.read(NormalizedName("good")).offered]) == (
        (),
        ["1.0"],
    )
