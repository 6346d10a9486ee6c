"""The gate index beside the upstream alone, in one run: `python bench/gate.py`.

What the gate adds to a page of 3 MB, what it costs to start and holds of memory, and how many pages
`vetgate serve` answers to 50 clients. Every name is judged by the policy's defaults from a snapshot
that knows it. Ends with 1 if a bound of the table is missed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from load import ACCEPT, Load, load
from vetgate.facts.snapshot import STARTER, Snapshot

LARGE, SMALL = 3 << 20, 20 << 10
CLIENTS, REQUESTS, WARM = 50, 3000, 300
ROUNDS = 100
ADDED_MS, MEMORY_MB = 10.0, 80.0
HERE = Path(__file__).parent


class Row(NamedTuple):
    """One line of the table."""

    case: str
    figure: str
    bound: str
    kept: bool


@contextmanager
def upstream(size: int) -> Iterator[str]:
    """Serve pages of a size from a process of its own; yield the URL of the simple API."""
    command = (sys.executable, str(HERE / "pages_server.py"), str(size))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/simple"
        finally:
            process.kill()


@contextmanager
def served(url: str, workers: int = 1) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `vetgate serve` in front of an index; yield its URL and its process."""
    vetgate = str(Path(sys.executable).parent / "vetgate")
    command = (vetgate, "serve", "--port", "0", "--offline", "--upstream", url)
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(
            ("sh", "-c", 'exec "$@" 2>err', "sh", *command, "--workers", str(workers)),
            cwd=folder,
            stdout=nowhere,
            text=True,
            env={**os.environ, "VETGATE_CACHE_DIR": folder},
        )
        try:
            yield _address(Path(folder) / "err", process), process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _address(log: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        said = re.search(r"vetgate: (http://\S+/simple)/", log.read_text() if log.exists() else "")
        if said is not None:
            return said[1]
        time.sleep(0.02)
    sys.exit(f"vetgate serve did not start: {log.read_text()}")


def names(count: int) -> list[str]:
    """Name projects that no rule has anything against: the most downloaded."""
    snapshot = Snapshot.open(STARTER)
    try:
        return list(snapshot.ranked()[:count])
    finally:
        snapshot.close()


class Client:
    """Asks for pages over one connection that it keeps, as pip does."""

    def __init__(self, url: str) -> None:
        """Connect to the host of a URL."""
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def fetch(self, url: str) -> float:
        """Ask for a large page; return the seconds until its last byte."""
        began = time.perf_counter()
        self._connection.request("GET", urlsplit(url).path, headers={"Accept": ACCEPT})
        answer = self._connection.getresponse()
        assert answer.status == 200, answer.status
        assert len(answer.read()) > LARGE // 2
        return time.perf_counter() - began


def large_pages() -> Iterator[Row]:
    """Compare one page of 3 MB, in turn, and tell what the gate holds afterwards."""
    with upstream(LARGE) as url, served(url) as (gate, process):
        name = names(1)[0]
        direct, through = [], []
        alone, client = Client(url), Client(gate)
        for _ in range(ROUNDS):
            direct.append(alone.fetch(f"{url}/{name}/"))
            through.append(client.fetch(f"{gate}/{name}/"))
        added = (min(through) - min(direct)) * 1000
        yield Row(
            f"a page of 3 MB, least of {ROUNDS}",
            f"{min(direct) * 1000:.1f} ms alone, {added:+.1f} ms through the gate",
            f"+{ADDED_MS:.0f} ms",
            added <= ADDED_MS,
        )
        held = _memory(process.pid)
        yield Row("memory after that", f"{held:.0f} MB", f"{MEMORY_MB:.0f} MB", held < MEMORY_MB)


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def many_clients(workers: int) -> Iterator[Row]:
    """Compare 50 clients that ask for small pages as fast as they are answered."""
    with upstream(SMALL) as url, served(url, workers) as (gate, process):
        asked = names(REQUESTS)
        time.sleep(2 if workers > 1 else 0)
        load([f"{gate}/{name}/" for name in asked[:WARM]], CLIENTS)
        for label, base in (("upstream alone", url), (f"vetgate serve, {workers} worker(s)", gate)):
            done = load([f"{base}/{name}/" for name in asked], CLIENTS)
            yield Row(f"{CLIENTS} clients, 20 kB pages: {label}", _words(done), "", kept=True)
        if workers == 1:
            held = _memory(process.pid)
            figure = f"{held:.0f} MB"
            yield Row("memory under that load", figure, f"{MEMORY_MB:.0f} MB", held < MEMORY_MB)


def _words(done: Load) -> str:
    median, p99 = done.median * 1000, done.p99 * 1000
    return f"{done.per_second:,.0f} pages/s, p50 {median:.0f}, p99 {p99:.0f} ms"


_STARTING = """
import sys, time, http.client
began = time.perf_counter()
from vetgate.gate.running import GateIndex
from vetgate.gate.upstream import Upstream
imported = time.perf_counter()
def judge():
    from datetime import datetime, timezone
    from vetgate.commands.asking import Asking
    from vetgate.commands.gating import GateFacts
    from vetgate.commands.judging import open_snapshot
    from vetgate.gate.judging import PolicyJudge
    from vetgate.model.policy import Policy
    now = datetime.now(timezone.utc)
    facts = GateFacts(open_snapshot({}), Asking({}, now, True), print, now)
    return PolicyJudge(Policy(), facts, now=lambda: now, home=[sys.argv[1]])
with GateIndex([Upstream.at(sys.argv[1])], judge) as gate:
    entered = time.perf_counter()
    connection = http.client.HTTPConnection(gate.netloc)
    connection.request("GET", gate.url(0).partition(gate.netloc)[2] + sys.argv[2] + "/")
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    answer.read()
    answered = time.perf_counter()
left = time.perf_counter()
print(imported - began, entered - imported, answered - entered, left - answered)
"""


def starting() -> Iterator[Row]:
    """Tell what the gate of one pip run costs before, beside and after pip."""
    with upstream(SMALL) as url:
        name = names(1)[0]
        runs = []
        for _ in range(7):
            command = (sys.executable, "-c", _STARTING, url, name)
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            runs.append([float(figure) * 1000 for figure in said.split()])
        least = [min(column) for column in zip(*runs, strict=True)]
        yield Row(
            "a run's gate, least of 7",
            f"{least[0]:.0f} ms imports, {least[1]:.1f} ms to listen, first page {least[2]:.0f} ms "
            f"after that (pip starts meanwhile), {least[3]:.1f} ms to end",
            "",
            kept=True,
        )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="of the second load (default: 2)")
    options = parser.parse_args()
    kept = True
    for rows in (starting(), large_pages(), many_clients(1), many_clients(options.workers)):
        for row in rows:
            verdict = (
                ""
                if not row.bound
                else f"  (bound {row.bound}: {'kept' if row.kept else 'MISSED'})"
            )
            print(f"{row.case}: {row.figure}{verdict}", flush=True)
            kept = kept and row.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
