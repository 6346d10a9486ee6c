"""`vetgate serve`, as real processes: what clients, operators and a blocked developer get."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gate.gates import PIP_ACCEPT, document, file, get, reply
from index_double import IndexDouble, Package, indexing
from scratch import Scratch
from vetgate.gate.door import Noted
from vetgate.gate.tally import Tally

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.slow]
FILES = "https://files.example/"
PAGE = document("fine", file("fine-1.4.2.tar.gz", base=FILES))


class Service:
    """A service that runs, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = ""
        until = time.monotonic() + 30
        while not self.url and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
            found = re.match(r"vetgate: (http://\S+)/simple/ in front of", "".join(self.said))
            self.url = found[1] if found else ""
        assert self.url, self.said

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode())

    @property
    def log(self) -> list[dict[str, object]]:
        """Return the log of requests."""
        return [json.loads(line) for line in self.said[1:]]

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """End it by a signal; return its exit code."""
        self.process.send_signal(by)
        code = self.process.wait(30)
        self._reader.join(5)
        assert self.process.stdout is not None
        assert self.process.stdout.read() == b""
        assert "Traceback" not in "".join(self.said)
        return code


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        double.put(Package("unheard-of", downloads=3))
        for name in ("fine", "rare", "unheard-of"):
            body = document(name, file(f"{name}-1.4.2.tar.gz", base=FILES))
            double.web.on(f"/simple/{name}/", reply(body))
        double.web.on("/simple/fine/", reply(PAGE))
        yield double


@contextmanager
def serving(outside: Scratch, index: IndexDouble, *options: str) -> Iterator[Service]:
    asked = ("serve", "--port", "0", *options)
    process = outside.start(
        *asked, **{**index.environment, "VETGATE_ADVISORIES_URL": index.web.url}
    )
    try:
        yield Service(process)
    finally:
        process.terminate()
        process.wait(30)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def test_a_project_that_is_well_comes_through_and_one_that_is_not_does_not(
    outside: Scratch, index: IndexDouble
) -> None:
    with serving(outside, index) as service:
        fine, rare = (get(f"{service.url}/simple/{name}/") for name in ("fine", "rare"))
        code = service.end()

    assert (fine.status, fine.body, code) == (200, PAGE, 0)
    held = "12 downloads in the last month, fewer than 1,000"
    assert (rare.status, rare.headers["link"], rare.body.decode()) == (
        403,
        f'<{service.url}/why/rare>; rel="help"',
        f"vetgate holds this project back: {held}\nwhat to do: {service.url}/why/rare\n",
    )


def test_each_request_is_logged_with_its_verdict(outside: Scratch, index: IndexDouble) -> None:
    with serving(outside, index) as service:
        get(f"{service.url}/simple/rare/")
        get(f"{service.url}/nothing\n")
        service.end()

    rare, nothing = service.log
    assert {key: rare[key] for key in ("client", "method", "path", "status", "name")} == {
        "client": "127.0.0.1",
        "method": "GET",
        "path": "/simple/rare/",
        "status": 403,
        "name": "rare",
    }
    assert (rare["verdict"], rare["rules"]) == ("blocked", ["unpopular"])
    assert (nothing["status"], "verdict" in nothing) == (404, False)


def test_it_tells_its_health_and_its_figures(outside: Scratch, index: IndexDouble) -> None:
    with serving(outside, index) as service:
        health = get(f"{service.url}/healthz")
        for name in ("fine", "fine", "rare"):
            get(f"{service.url}/simple/{name}/")
        get(f"{service.url}/why/rare")
        figures = get(f"{service.url}/metrics")

    lines = figures.body.decode().splitlines()
    assert (health.status, health.body) == (200, b'{"status":"ok"}')
    assert {
        'vetgate_requests_total{status="2xx"} 4',
        'vetgate_requests_total{status="403"} 1',
        'vetgate_pages_total{verdict="passed"} 2',
        'vetgate_pages_total{verdict="blocked"} 1',
        'vetgate_request_seconds_bucket{le="+Inf"} 5',
        "vetgate_request_seconds_count 5",
        "vetgate_troubles_total 0",
    } <= set(lines)


def test_a_page_tells_a_person_what_why_and_what_next(outside: Scratch, index: IndexDouble) -> None:
    with serving(outside, index) as service:
        got = get(f"{service.url}/why/Rare", accept="text/html,*/*;q=0.8")

    page = got.body.decode()
    assert (got.status, got.media_type) == (200, "text/html")
    assert "Held back: nothing of it comes through this index." in page
    assert "12 downloads in the last month, fewer than 1,000" in page
    assert "<pre>vetgate allow rare --rule unpopular --reason &quot;…&quot; --expires 180d" in page
    assert "vetgate pin" not in page
    assert "<tr><th>downloads</th><td>12 a month (" in page
    assert got.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_same_is_told_to_a_program(outside: Scratch, index: IndexDouble) -> None:
    with serving(outside, index) as service:
        rare, fine = (
            json.loads(get(f"{service.url}/why/{name}", accept="application/json").body)
            for name in ("rare", "fine")
        )

    assert (rare["blocked"], rare["decided"], rare["hidden"]) == (True, True, {})
    assert rare["package"]["verdict"] == "blocked"
    assert (fine["blocked"], fine["reason"], fine["package"]["verdict"]) == (False, "", "passed")


def test_what_a_project_says_of_itself_is_shown_and_not_run(
    outside: Scratch, index: IndexDouble
) -> None:
    url = "https://evil.example/<script>alert(1)</script>\u202e"
    index.put(Package("sly", downloads=3, urls={"Homepage": url}))
    index.web.on("/simple/sly/", reply(document("sly", file("sly-1.0.zip", base=FILES))))

    with serving(outside, index) as service:
        page = get(f"{service.url}/why/sly", accept="text/html").body.decode()
        other = get(f"{service.url}/why/%3Cscript%3E", accept="text/html")

    assert "<script" not in page
    assert "\u202e" not in page
    assert (other.status, b"<script" in other.body) == (404, False)


def test_it_goes_by_the_policy_that_is_named(outside: Scratch, index: IndexDouble) -> None:
    outside.write("team.toml", "[rules.unpopular]\ndownloads = 5\n")

    with serving(outside, index, "--policy", "team.toml") as service:
        assert get(f"{service.url}/simple/rare/").status == 200


def test_the_first_upstream_that_has_a_project_answers(
    outside: Scratch, index: IndexDouble, tmp_path: Path
) -> None:
    (tmp_path / "mirror/fine").mkdir(parents=True)
    (tmp_path / "mirror/fine/fine-9.tar.gz").write_bytes(b"content")
    upstreams = ((tmp_path / "mirror").as_uri(), f"{index.web.url}/simple")

    with serving(outside, index, *(f"--upstream={url}" for url in upstreams)) as service:
        got = get(f"{service.url}/simple/fine/")
        content = get(f"{service.url}/files/0/fine/fine-9.tar.gz")

    assert (got.files, content.body) == (["fine-9.tar.gz"], b"content")


def test_several_workers_count_together_and_leave_nobody_behind(
    outside: Scratch, index: IndexDouble
) -> None:
    with serving(outside, index, "--workers", "2") as service:
        for _ in range(20):
            get(f"{service.url}/simple/fine/")
        # A worker counts when it is done with a request, which the client may hear of before.
        until = time.monotonic() + 10
        counted, figures = 'vetgate_pages_total{verdict="passed"} 20', ""
        while counted not in figures and time.monotonic() < until:
            figures = get(f"{service.url}/metrics").body.decode()
        workers = children(service.process.pid)
        code = service.end()

    assert counted in figures
    assert len(workers) >= 2
    assert (code, outliving(workers)) == (0, [])


def test_workers_end_when_what_started_them_is_killed(outside: Scratch, index: IndexDouble) -> None:
    with serving(outside, index, "--workers", "2") as service:
        get(f"{service.url}/simple/fine/")
        workers = children(service.process.pid)
        service.process.kill()
        service.process.wait()
        left = outliving(workers)  # while their standard error is still read

    assert left == []


def test_what_is_being_answered_is_answered_before_it_ends(
    outside: Scratch, index: IndexDouble
) -> None:
    index.web.on("/simple/fine/", reply(PAGE)._replace(delay=1.0))
    answers = []

    with serving(outside, index) as service:
        asking = threading.Thread(
            target=lambda: answers.append(get(f"{service.url}/simple/fine/", PIP_ACCEPT))
        )
        asking.start()
        while "/simple/fine/" not in index.asked():
            time.sleep(0.01)
        code = service.end()
        asking.join(10)

    assert (code, [one.status for one in answers]) == (0, [200])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--upstream", "pypi"), "error: --upstream is no URL of an index: 'pypi'"),
        (("--policy", "nowhere.toml"), "nowhere.toml: cannot be read: no such file or directory"),
        (("--port", "70000"), "not a number from 0 to 65535: '70000'"),
        (("--workers", "0"), "not a number from 1 to 64: '0'"),
        (("--host", "256.256.256.256", "--port", "0"), "256.256.256.256 port 0 cannot be"),
    ],
)
def test_what_it_cannot_do_it_says_and_ends(
    outside: Scratch, options: tuple[str, ...], said: str
) -> None:
    ran = outside.vetgate("serve", *options)

    assert (ran.code, said in ran.err, ran.out) == (2, True, "")


def test_a_damaged_snapshot_keeps_it_from_starting(outside: Scratch) -> None:
    bad = outside.write("bad.sqlite", "x")

    ran = outside.vetgate("serve", "--port", "0", VETGATE_SNAPSHOT=str(bad))

    assert (ran.code, "bad.sqlite" in ran.err) == (3, True)


def test_figures_of_odd_requests_have_their_place() -> None:
    tally = Tally()
    for status, seconds in ((200, 0.004), (304, 0.3), (499, 99), (999, 0), (0, 0), (502, 1)):
        note = Noted("GET", "/", "")
        note.status, note.seconds, note.trouble = status, seconds, "x" if status == 502 else ""
        tally.add(note)

    text = tally.text()
    counted = re.findall(r'requests_total\{status="(\w+)"\} (\d)', text)
    assert counted == [
        ("2xx", "2"), ("3xx", "1"), ("403", "0"), ("404", "0"),
        ("4xx", "1"), ("502", "1"), ("5xx", "1"),
    ]  # fmt: skip
    assert 'bucket{le="10"} 5\n' in text
    assert 'bucket{le="+Inf"} 6\n' in text
    assert "vetgate_troubles_total 1\n" in text


def children(pid: int) -> list[int]:
    """Name a process's children, those that `multiprocessing` keeps for itself too."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            status = Path(f"/proc/{entry}/status").read_text() if entry.isdigit() else ""
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in status:
            found.append(int(entry))
    return found


def outliving(pids: list[int]) -> list[int]:
    """Name the processes that do not end by themselves, once what started them is gone.

    `multiprocessing`'s own helper ends when its pipe closes, a moment after its holder.
    """
    until = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
