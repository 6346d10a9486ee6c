"""The build, the size and the use of a snapshot of the whole index: `python bench/corpus.py`.

`--names FILE` takes real names (`name`, month of the latest release, rank; tab-separated, xz); the
rest is *synthetic*, from a seeded generator. Times of building are of the processor, all processes
together, which on an idle machine is the most that a build can take; the wall's time is beside it.
Ends with 1 if a bound of the table is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from corpus_sample import make
from run import VETGATE, Row, clean_environment, medians, popular, repository, stage, timed
from vetgate.facts.published import PACKED, PLAIN

_LOOKUP = """
import json, resource, sys, time
import sqlite3
from vetgate.facts.snapshot import Snapshot
from vetgate.model.facts import PackageFacts
names, path = sys.argv[1].split(","), sys.argv[2]
wanted = dict.fromkeys(names, frozenset(PackageFacts._fields[1:11]) | {"advisories"})
def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
before = held()
began = time.perf_counter()
snapshot = Snapshot.open(path)
opened = time.perf_counter()
found = snapshot.facts(wanted)
done = time.perf_counter()
assert len(found) == len(names)
memory = held() - before
print(json.dumps([opened - began, done - opened, memory / 1e6]))
"""


def build(folder: Path, names: Path | None, share: float) -> tuple[float, float, float]:
    """Build a share of the corpus; return seconds of the processor and of the wall, and MB."""
    sources = make(folder / "sources", names, share)
    words = [word for kind, path in sources.items() for word in ("--source", f"{kind}={path}")]
    command = (*VETGATE, "build", *words, "--built", "2026-11-25", "--output", str(folder / "out"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    run = timed(command, folder, clean_environment(folder))
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    shutil.rmtree(folder / "sources")
    return spent, wall, run.memory


def building(work: Path, names: Path | None, shares: Sequence[float]) -> list[Row]:
    """Measure builds of shares of the corpus; the last one is kept."""
    spent: list[float] = []
    rows = []
    for share in shares:
        folder = work / f"share-{share}"
        folder.mkdir()
        seconds, wall, memory = build(folder, names, share)
        spent.append(seconds)
        case = f"build, DuckDB, {share:g} of 886 k projects, 8 M requirements, 100 k reports"
        figure = f"{seconds:.0f} s of the processor ({wall:.0f} s), {memory / 1024:.1f} GB"
        whole = share == 1
        kept = not whole or (seconds < 120 and memory < 4096)
        rows.append(Row(case, figure, "below 120 s and 4 GB" if whole else "", kept))
    if len(shares) > 1:
        growth = spent[-1] / spent[0]
        most = shares[-1] / shares[0]
        rows.append(
            Row(
                "growth of its time",
                f"{growth:.1f} x",
                f"at most {most:g} x, as the rows",
                growth <= most,
            )
        )
    return rows


def sizes(out: Path) -> list[Row]:
    """Measure the two forms of a snapshot."""
    return [
        Row(case, f"{size / 1e6:.1f} MB", f"below {bound} MB", size < bound * 1e6)
        for case, size, bound in (
            ("snapshot on disk", (out / PLAIN).stat().st_size, 80),
            ("snapshot in transport", (out / PACKED).stat().st_size, 15),
        )
    ]


def look_ups(runs: int, snapshot: Path) -> list[Row]:
    """Measure the look-up of 1 000 names of all ranks, each time in a process of its own."""
    with sqlite3.connect(f"{snapshot.as_uri()}?mode=ro", uri=True) as connection:
        every = [str(row[0]) for row in connection.execute("SELECT name FROM package")]
    names = ",".join(every[:: len(every) // 1000][:1000])
    found = []
    for _ in range(runs):
        ran = subprocess.run(
            (sys.executable, "-c", _LOOKUP, names, str(snapshot)), capture_output=True, check=True
        )
        found.append(json.loads(ran.stdout))
    opening, looking, memory = (min(each[place] for each in found) for place in range(3))
    return [
        Row("opening it", f"{opening * 1000:.2f} ms", "below 2 ms", opening < 0.002),
        Row("look-up of 1 000 names", f"{looking * 1000:.1f} ms", "below 30 ms", looking < 0.03),
        Row("its memory", f"{memory:.1f} MB", "below 20 MB", memory < 20),
    ]


def warm(runs: int, work: Path, snapshot: Path) -> list[Row]:
    """Measure a warm check with the full snapshot beside one with that of vetgate."""
    with sqlite3.connect(f"{snapshot.as_uri()}?mode=ro", uri=True) as connection:
        there = {str(row[0]) for row in connection.execute("SELECT name FROM package WHERE rank")}
    # Of a share of the index, some of the most popular are missing.
    names = [name for name in popular(5000) if name in there][:201]
    environment = clean_environment(work)
    folder = repository(work / "warm", [f"{name}>=1" for name in names[:-1]], environment)
    stage(folder, f"{names[-1]}\n", environment)
    with_full = {**environment, "VETGATE_SNAPSHOT": str(snapshot)}
    check = (*VETGATE, "check")
    starter, full = medians(
        runs,
        lambda: timed(check, folder, environment),
        lambda: timed(check, folder, with_full),
    )
    ratio = full.seconds / starter.seconds
    return [
        Row(
            f"warm check with it ({starter.seconds * 1000:.1f} ms with the starter)",
            f"{full.seconds * 1000:.1f} ms, {(ratio - 1) * 100:+.1f} %",
            "at most +5 %",
            ratio <= 1.05,
        )
    ]


def main() -> int:
    """Measure all cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=Path, help="a table of real names (default: made up)")
    parser.add_argument("--runs", type=int, default=21, help="runs per case (default: 21)")
    parser.add_argument("--shares", default="0.125,0.25,0.5,1", help="of the corpus, in order")
    parser.add_argument("--built", type=Path, help="the output of a build: measure its use alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = []
        out = options.built
        if out is None:
            shares = [float(share) for share in options.shares.split(",")]
            rows += building(work, options.names, shares)
            out = work / f"share-{shares[-1]}" / "out"
        rows += sizes(out)
        rows += look_ups(options.runs, out / PLAIN)
        rows += warm(options.runs, work, out / PLAIN)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; synthetic but for names\n")
    print("| case | figure | bound | |\n| --- | --- | --- | --- |")
    for row in rows:
        mark = "" if not row.bound else "kept" if row.kept else "MISSED"
        print(f"| {row.case} | {row.figure} | {row.bound} | {mark} |")
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
