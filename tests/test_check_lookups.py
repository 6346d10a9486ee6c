"""What is asked of an index, what its answers come to, and what becomes of them if it has none."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator

import pytest

from facts.live.loopback import Reply
from index_double import IndexDouble, Package, indexing
from render.schemas import validator
from scratch import Ran, Scratch, untold

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WELL = Package("new-well")
SERVICES = ["/downloads", "/packages/bulk_lookup"]
REPORTS = ["/v1/querybatch"]


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        yield double


def added(project: Scratch, index: IndexDouble, *lines: str) -> Ran:
    """Judge a commit that adds lines, by what the index says."""
    project.stage("requirements.txt", "".join(f"{line}\n" for line in ("flask", *lines)))
    return project.vetgate("check", **index.environment)


@pytest.mark.parametrize(
    ("package", "code", "finding"),
    [
        pytest.param(WELL, 0, "vetgate: 1 addition passed", id="well"),
        pytest.param(
            WELL._replace(downloads=999),
            1,
            "    unpopular: 999 downloads in the last month, fewer than 1,000",
            id="unpopular",
        ),
        pytest.param(
            WELL._replace(downloads=1000), 0, "vetgate: 1 addition passed", id="just-popular-enough"
        ),
        pytest.param(
            WELL._replace(dependents=1),
            0,
            "  rarely-used: 1 public package depends on it, fewer than 2",
            id="rarely-used",
        ),
        pytest.param(
            WELL._replace(urls={"Documentation": "https://docs.acme.example/"}),
            1,
            "    no-repository: declares no source repository",
            id="no-repository",
        ),
        pytest.param(
            Package("other"), 1, "    unknown-package: the index has no such package", id="unknown"
        ),
    ],
)
def test_what_the_index_tells_is_judged(
    project: Scratch, index: IndexDouble, package: Package, code: int, finding: str
) -> None:
    index.put(package)

    ran = added(project, index, "new-well")

    assert (ran.code, ran.err) == (code, "")
    assert finding in ran.out.splitlines()


@pytest.mark.parametrize(
    ("on_the_index", "finding"),
    [
        pytest.param(
            False, "removed: no longer on the index since 2024-03-02", id="still-not-there"
        ),
        pytest.param(
            True, "removed: was removed from the index and registered again", id="there-again"
        ),
    ],
)
def test_a_name_on_record_as_removed_is_asked_for_again(
    project: Scratch, index: IndexDouble, *, on_the_index: bool, finding: str
) -> None:
    if on_the_index:
        index.put(Package("gone", uploaded="2025-04-05T00:00:00.000000Z"))

    ran = added(project, index, "gone")

    assert (ran.code, ran.err) == (1, "")
    assert finding in " ".join(ran.out.split())


def test_each_name_is_asked_for_once_and_the_services_once_in_all(
    project: Scratch, index: IndexDouble
) -> None:
    names = [f"new-{number}" for number in range(8)]
    index.put(*map(Package, names))

    ran = added(project, index, *names)

    assert ran == Ran(0, "vetgate: 8 additions passed\n", "")
    assert index.asked() == [*SERVICES, *(f"/pypi/{name}/json" for name in names)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("requests", id="popular"),
        pytest.param("fine", id="in-the-snapshot"),
        pytest.param("new-well @ https://files.example/new-well-1.0.tar.gz", id="from-elsewhere"),
    ],
)
def test_what_needs_no_question_is_not_asked(
    project: Scratch, index: IndexDouble, line: str
) -> None:
    assert added(project, index, line).code == 0
    assert index.asked() == []


def test_nobody_is_asked_offline(project: Scratch, index: IndexDouble) -> None:
    project.stage("requirements.txt", "flask\nnew-well\n")

    assert project.vetgate("check", "--offline", **index.environment).code == 1
    assert project.vetgate("check", VETGATE_OFFLINE="1", **index.environment).code == 1
    assert index.asked() == []


def test_a_private_name_is_told_to_nobody(project: Scratch, index: IndexDouble) -> None:
    project.write("vetgate.toml", 'private = ["acme-*"]\n')
    index.put(WELL)

    ran = added(project, index, "acme-secret", "new-well")

    assert ran == Ran(0, "vetgate: 2 additions passed\n", "")
    assert index.asked() == [*SERVICES, "/pypi/new-well/json"]
    assert all(b"acme-secret" not in request.body for request in index.web.requests)


HUGE = Reply(b" " * (1 << 20), repeat=40)
LOOP = Reply(status=302, headers=(("Location", "/round-and-round"),))


@pytest.mark.parametrize(
    ("reply", "of_the_index", "of_a_service"),
    [
        pytest.param(Reply(status=500), "answers with status 500", None, id="error-500"),
        pytest.param(
            Reply(b"<html><body>Welcome to our hotel</body></html>", media_type="text/html"),
            "answered a page that is not a package page",
            "answered something that is not JSON",
            id="html",
        ),
        pytest.param(
            HUGE, "answers with more than 32 MB", "answers with more than 8 MB", id="huge"
        ),
        pytest.param(
            LOOP, "redirects more than 5 times", "answers nothing (status 302)", id="loop"
        ),
        pytest.param(Reply(b"[1, 2"), "answered something that is not JSON", None, id="cut-short"),
        pytest.param(Reply(delay=30), "did not answer within 2 s", None, id="silence"),
    ],
)
def test_an_index_that_does_not_answer_leaves_it_unknown_and_blocks(
    project: Scratch,
    index: IndexDouble,
    reply: Reply,
    of_the_index: str,
    of_a_service: str | None,
) -> None:
    index.everything(reply)
    project.stage("requirements.txt", "flask\nnew-well\n")

    began = time.monotonic()
    ran = project.vetgate("check", "--timeout", "2", **index.environment)

    host = index.web.host
    of_services = None if of_a_service is None else f"{host} {of_a_service}"
    assert ran == untold("new-well", f"{host} {of_the_index}", of_services)
    assert time.monotonic() - began < 15


def test_an_index_that_nobody_can_reach_leaves_it_unknown_and_blocks(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nnew-well\n")

    ran = project.vetgate("check", "--timeout", "2", "--format", "json")
    document = ran.document()

    validator("check").validate(document)
    assert (ran.code, ran.err, document["verdict"]) == (1, "", "blocked")
    assert "127.0.0.1:9 cannot be reached" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_an_interrupt_ends_at_once_and_decides_nothing(
    project: Scratch, index: IndexDouble
) -> None:
    index.everything(Reply(delay=30))
    project.stage("requirements.txt", "flask\nnew-well\n")
    process = project.start("check", "--timeout", "60", **index.environment)
    while not index.asked():
        assert process.poll() is None
        time.sleep(0.02)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)

    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")
