"""Upstreams that are slow, broken or lying, and clients that are: bounded, told, never partial."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from facts.live.loopback import SIMPLE_JSON, Loopback, Reply
from gate.gates import (
    GOOD,
    GivenFacts,
    broken_off,
    document,
    file,
    gate,
    get,
    judging,
    reply,
    unpopular,
    well_known,
)
from vetgate.errors import GateError, SnapshotError
from vetgate.gate import server
from vetgate.gate.ruling import Wanted
from vetgate.gate.running import GateIndex
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FACTS = GivenFacts(well_known("good"), unpopular("bad"))
PAGE = document("good", file("good-1.0.zip", base="https://files.example/"))


@pytest.mark.parametrize(
    ("reply_", "why"),
    [
        pytest.param(Reply(status=500), "answers with status 500", id="500"),
        pytest.param(Reply(status=403), "refuses access (status 403)", id="403"),
        pytest.param(Reply(PAGE, delay=2), "did not answer within 0.5 s", id="slow"),
        pytest.param(
            Reply(b" " * 99 + PAGE, media_type=SIMPLE_JSON, drip=0.1),
            "did not answer within 0.5 s",
            id="dripping",
        ),
        pytest.param(
            reply(b"<html><body>please log in<form></form></body></html>", "text/html"),
            "answered a page that is not a package page",
            id="a-login-page",
        ),
        pytest.param(
            reply(b"<html>login please</html>", "text/html"),
            "answered a page that is not a package page",
            id="a-login-page-of-a-few-words",
        ),
        pytest.param(
            reply(b"<title>Links for other</title>", "text/html"),
            "answered a page that is not a package page",
            id="an-empty-page-of-another-project",
        ),
        pytest.param(
            reply(b"", "text/html"),
            "answered a page that is not a package page",
            id="no-page-at-all",
        ),
        pytest.param(
            reply(b"<html>no</html>"), "answered something that is not JSON", id="html-called-json"
        ),
        pytest.param(reply(PAGE[:-9]), "answered something that is not JSON", id="cut-off"),
        pytest.param(reply(b""), "answered something that is not JSON", id="empty"),
        pytest.param(
            reply(PAGE, "application/octet-stream"),
            "answered application/octet-stream where a package page was due",
            id="another-type",
        ),
        pytest.param(
            reply(document("other")), "answered about another package", id="another-project"
        ),
        pytest.param(
            reply(b'{"meta": {"api-version": "2.0"}, "name": "good", "files": []}'),
            "speaks version 2.0 of the simple API, not 1",
            id="another-version",
        ),
        pytest.param(
            reply(document("good", {"filename": 1, "url": "x"})),
            "answered JSON of another shape (file)",
            id="another-shape",
        ),
        pytest.param(
            reply(document("good", file("good-1.0.zip", more={"url": "http://[/good-1.0.zip"}))),
            "links to something that is no URL",
            id="a-link-that-is-none",
        ),
        pytest.param(
            Reply(b" " * (1 << 20), media_type=SIMPLE_JSON, repeat=100),
            "answers with more than 32 MB",
            id="100-mb",
        ),
        pytest.param(
            Reply(status=302, headers=(("Location", "ftp://x/"),)),
            "redirects to something that is no web address",
            id="off-the-web",
        ),
    ],
)
def test_trouble_upstream_is_502_with_its_reason(index: Loopback, reply_: Reply, why: str) -> None:
    index.on("/simple/good/", reply_)
    seconds = 20 if reply_.repeat > 1 else 0.5

    with gate(judging(FACTS), f"{index.url}/simple", seconds=seconds) as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.body.decode()) == (
        502,
        f"vetgate could not decide: {index.host} {why}\n",
    )
    assert running.troubles == (f"good: {index.host} {why}",)


def test_who_still_waits_for_an_answer_when_the_run_ends_is_told_of(index: Loopback) -> None:
    index.on("/simple/good/", Reply(PAGE, delay=1))
    why = f"good: no answer from {index.host} before pip gave up"

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        asking = threading.Thread(target=get, args=(running.url(0) + "good/",))
        asking.start()
        while not index.paths():
            time.sleep(0.01)
        meanwhile = running.troubles
        asking.join()

    assert meanwhile == (why,)


def test_an_answer_that_comes_when_nobody_waits_any_more_is_trouble(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))

    with gate(judging(_Slow(well_known("good"))), f"{index.url}/simple", seconds=0.5) as running:
        status = get(running.url(0) + "good/").status

    why = f"good: no answer from {index.host} before pip gave up"
    assert (status, running.troubles) == (200, (why,))


def test_a_client_that_asks_again_at_once_does_not_ask_the_upstream_again(index: Loopback) -> None:
    index.on("/simple/good/", Reply(status=400))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        statuses = [get(running.url(0) + "good/").status for _ in range(6)]

    assert (statuses, index.paths()) == ([502] * 6, ["/simple/good/"])


def test_an_upstream_that_is_down_is_502(index: Loopback) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with gate(judging(FACTS), f"http://127.0.0.1:{port}/simple", seconds=1) as running:
            got = get(running.url(0) + "good/")

    assert got.status == 502
    assert index.paths() == []


def test_an_upstream_that_hangs_up_in_the_middle_is_502_and_no_half_page() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"

    with broken_off(head + PAGE) as host, gate(judging(FACTS), f"http://{host}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.body.decode()) == (
        502,
        f"vetgate could not decide: {host} broke off its answer\n",
    )


def test_a_large_page_that_is_no_json_is_passed_on_only_if_it_could_be(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE[:-1] + b" " * 300_000))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.status == 502


def test_a_large_page_that_has_to_be_read_and_cannot_be_is_502(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE[:-1] + b"," + b" " * 300_000 + b"}"))
    facts = GivenFacts(well_known("good", malicious=("1.0",)))

    with gate(judging(facts), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.body.decode()) == (
        502,
        f"vetgate could not decide: {index.host} answered something that is not JSON\n",
    )


class _Slow(GivenFacts):
    def recorded(
        self, names: Collection[NormalizedName], computed: frozenset[FactName] = frozenset()
    ) -> Mapping[NormalizedName, PackageFacts]:
        time.sleep(0.6)
        return super().recorded(names, computed)


class _Damaged(GivenFacts):
    """Facts that cannot be read."""

    def recorded(self, *_: object) -> dict[NormalizedName, PackageFacts]:
        raise SnapshotError("is damaged", path="facts.sqlite")


def test_a_damaged_snapshot_is_502_and_leaves_everything_undecided(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))

    with gate(judging(_Damaged()), f"{index.url}/simple") as running:
        statuses = [get(running.url(0) + "good/").status for _ in range(2)]

    assert (statuses, running.troubles) == ([502, 502], ("good: facts.sqlite: is damaged",))


class _Buggy(GivenFacts):
    """Facts with a bug."""

    def recorded(self, *_: object) -> dict[NormalizedName, PackageFacts]:
        raise ZeroDivisionError


def test_a_bug_is_an_answer_and_no_traceback(
    index: Loopback, capfd: pytest.CaptureFixture[str]
) -> None:
    index.on("/simple/good/", reply(PAGE))

    with gate(judging(_Buggy()), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.body) == (500, b"a bug in vetgate; nothing was decided\n")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_changed_through_it(index: Loopback, method: str) -> None:
    with gate(judging(FACTS), f"{index.url}/simple") as running:
        assert get(running.url(0) + "good/", method=method).status == 405


def test_it_answers_to_its_own_address_only(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        url = running.url(0) + "good/"
        statuses = [get(url, Host=host).status for host in (running.netloc, "evil.example", "")]

    assert statuses == [200, 421, 421]


def test_without_its_secret_nothing_is_found(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        base = f"http://{running.netloc}"
        paths = ("/", "/simple/good/", "/0/simple/good/", f"/{'x' * 32}/0/simple/good/")
        statuses = [get(base + path).status for path in paths]
        beside = get(running.url(1) + "good/").status

    assert ([*statuses, beside], index.paths()) == ([404] * 5, [])


def test_each_run_has_a_secret_of_its_own(index: Loopback) -> None:
    judge = judging(FACTS)
    with gate(judge, index.url) as one, gate(judge, index.url) as another:
        secrets = {each.url(0).split("/")[3] for each in (one, another)}

    assert len(secrets) == 2
    assert {len(each) for each in secrets} == {32}


def test_a_hundred_times_two_clients_at_once_are_all_answered(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))
    facts = GivenFacts(well_known("good"))

    with gate(judging(facts), f"{index.url}/simple", seconds=60) as running:
        url = running.url(0) + "good/"
        with ThreadPoolExecutor(200) as clients:
            bodies = list(clients.map(lambda _: get(url).body, range(200)))

    assert bodies == [PAGE] * 200
    assert facts.recorded_names == [GOOD]


def test_after_the_run_nobody_listens_and_no_thread_is_at_work(index: Loopback) -> None:
    index.on("/simple/good/", Reply(PAGE, delay=10, media_type=SIMPLE_JSON))

    with gate(judging(FACTS), f"{index.url}/simple", seconds=20) as running:
        hanging = socket.create_connection(("127.0.0.1", int(running.netloc.split(":")[1])))
        asking = threading.Thread(target=_ask, args=(running.url(0) + "good/",))
        asking.start()
        time.sleep(0.3)
        began = time.monotonic()
    took = time.monotonic() - began

    asking.join(8)
    with hanging, socket.socket() as late:
        assert late.connect_ex(("127.0.0.1", int(running.netloc.split(":")[1]))) != 0
        assert hanging.recv(1) == b""
    # The thread that waits for the upstream is left to itself: a daemon.
    left = [one for one in threading.enumerate() if one.name.startswith("vetgate-")]
    assert (took < 8, asking.is_alive(), [one for one in left if not one.daemon]) == (
        True,
        False,
        [],
    )


def _ask(url: str) -> None:
    try:
        get(url)
    except OSError:
        return


def test_a_client_that_says_nothing_is_shut_out(
    index: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.on("/simple/good/", reply(PAGE))
    monkeypatch.setattr(server, "FIRST_REQUEST", 0.2)  # thirty seconds are too long for a test

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        get(running.url(0) + "good/")
        port = int(running.netloc.split(":")[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as silent:
            silent.sendall(b"GET / HTT")
            said = silent.recv(1)

    assert said == b""


def test_a_block_that_ends_at_once_leaves_nothing_behind(index: Loopback) -> None:
    with gate(judging(FACTS), index.url) as running:
        port = int(running.netloc.split(":")[1])

    with socket.socket() as late:
        assert late.connect_ex(("127.0.0.1", port)) != 0


def test_a_judge_that_cannot_be_made_is_told_where_the_block_ends(index: Loopback) -> None:
    def refuse() -> None:
        raise SnapshotError("there is no such snapshot")

    with (
        pytest.raises(GateError, match="there is no such snapshot"),
        GateIndex([Upstream.at(index.url)], refuse) as running,  # type: ignore[arg-type]  # it makes none
        pytest.raises((OSError, HTTPException), match=r"refused|reset|closed"),
    ):
        get(running.url(0) + "good/")


def test_look_ups_that_fail_block_and_say_so(index: Loopback) -> None:
    index.on("/simple/good/", reply(PAGE))

    class Silent(GivenFacts):
        def learned(self, wanted: Wanted) -> dict[NormalizedName, PackageFacts]:
            return {name: PackageFacts(name) for name in wanted}

        def recorded(self, *_: object) -> dict[NormalizedName, PackageFacts]:
            return {GOOD: PackageFacts(GOOD)}

    with gate(judging(Silent()), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    (held,) = running.held
    assert (got.status, held.blocked) == (403, True)
    assert held.reason == "whether the index has it could not be learned: not asked"
