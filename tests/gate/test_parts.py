"""The small parts: memory, batches, threads, and what a client accepts."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gate.gates import PIP_ACCEPT, well_known
from vetgate.gate.accepting import accepted
from vetgate.gate.batching import Batches
from vetgate.gate.memo import Memo
from vetgate.gate.ruling import Wanted
from vetgate.gate.threads import Threads
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import PackageFacts

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "application/vnd.pypi.simple.v1+html"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "of_json", "of_html"),
    [
        pytest.param(PIP_ACCEPT, JSON, HTML, id="pip"),
        pytest.param(f"{JSON}, {HTML};q=0.2, text/html;q=0.01", JSON, HTML, id="uv"),
        pytest.param(JSON, JSON, JSON, id="json-alone"),
        pytest.param("application/vnd.pypi.simple.latest+json", JSON, JSON, id="latest"),
        pytest.param("text/html", "text/html", "text/html", id="old-pip"),
        pytest.param(BROWSER, "text/html", "text/html", id="a-browser"),
        pytest.param("", "text/html", "text/html", id="nothing-said"),
        pytest.param(f"{JSON};q=0, text/html", "text/html", "text/html", id="not-json"),
        pytest.param(f"{JSON};q=x, {HTML};v=1;q=0.5", HTML, HTML, id="nonsense"),
        pytest.param("image/png", None, None, id="neither"),
    ],
)
def test_a_page_is_answered_in_its_own_form_if_the_client_takes_that(
    accept: str, of_json: str | None, of_html: str | None
) -> None:
    found = (accepted(accept, is_json=True), accepted(accept, is_json=False))

    assert found == (of_json, of_html)


def test_an_answer_is_made_once_however_many_ask() -> None:
    made: list[int] = []
    memo: Memo[str, int] = Memo()

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: memo.get("key", make), range(8)))

    assert (answers, made) == ([1] * 8, [1])


def test_a_failure_is_raised_and_not_kept() -> None:
    memo: Memo[str, int] = Memo()

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memo.get("key", fail)

    assert memo.get("key", lambda: 7) == 7


def test_an_answer_is_made_anew_when_its_time_is_over() -> None:
    lasting: Memo[str, int] = Memo(60)
    passing: Memo[str, int] = Memo(0.01)
    for memo in (lasting, passing):
        memo.get("key", lambda: 1)
    time.sleep(0.02)

    assert [memo.get("key", lambda: 2) for memo in (lasting, passing)] == [1, 2]


def test_the_oldest_answers_make_room() -> None:
    memo: Memo[int, int] = Memo(most=2)
    for key in (1, 2, 3):
        memo.get(key, lambda: 1)

    assert [memo.get(key, lambda: 2) for key in (2, 3, 1)] == [1, 1, 2]


def wanting(name: str, *facts: str) -> Wanted:
    return {NormalizedName(name): frozenset(facts)}


def test_what_is_asked_meanwhile_goes_out_together() -> None:
    asked: list[Wanted] = []
    began, go_on = threading.Event(), threading.Event()

    def ask(wanted: Wanted) -> dict[NormalizedName, PackageFacts]:
        asked.append(wanted)
        began.set()
        go_on.wait(5)
        return {name: well_known(name) for name in wanted}

    batches = Batches(ask, width=1)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(batches, wanting("a", "presence"))
        began.wait(5)
        later = [
            threads.submit(batches, one)
            for one in (wanting("b", "presence"), wanting("b", "rank"), wanting("c", "rank"))
        ]
        while len(batches._waiting) < 3:
            time.sleep(0.005)
        go_on.set()
        answers = [set(one.result(5)) for one in (first, *later)]

    assert answers == [{"a"}, {"b"}, {"b"}, {"c"}]
    assert asked == [
        wanting("a", "presence"),
        {**wanting("b", "presence", "rank"), **wanting("c", "rank")},
    ]


def test_a_batch_that_fails_fails_for_all_and_the_next_does_not() -> None:
    fails = [True]

    def ask(wanted: Wanted) -> dict[NormalizedName, PackageFacts]:
        if fails.pop() if fails else False:
            raise OSError("down")
        return {name: well_known(name) for name in wanted}

    batches = Batches(ask)
    with pytest.raises(OSError, match="down"):
        batches(wanting("a", "rank"))

    assert set(batches(wanting("a", "rank"))) == {"a"}


def test_no_more_threads_are_started_than_there_may_be() -> None:
    at_once: list[int] = []
    busy, lock = [0], threading.Lock()

    def work() -> None:
        with lock:
            busy[0] += 1
            at_once.append(busy[0])
        time.sleep(0.02)
        with lock:
            busy[0] -= 1

    async def many() -> None:
        threads = Threads(3, "test")
        await asyncio.gather(*(threads.run(work) for _ in range(12)))

    asyncio.run(many())

    assert (max(at_once), len(at_once)) == (3, 12)


def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(Threads(1, "test").run(fail))


def test_an_upstream_shows_its_credentials_to_nobody() -> None:
    upstream = Upstream.at("https://user:secret@index.example/simple/")

    assert (upstream.url, upstream.host) == ("https://index.example/simple", "index.example")
    assert "secret" not in repr(upstream)
