"""`vetgate pip install` beside plain `pip install`: `python bench/pip_run.py [--live]`.

From a local index of 200 made-up projects (a deep tree, large pages), and with `--live` for
`boto3 pandas` from the index that pip is set up for. Runs are interleaved, and the quickest of
each counts: what is slower was slowed by something else. Ends with 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import synthetic_index
from run import PYTHON, Row, clean_environment
from vetgate.facts.writer import About, Origin
from vetgate.facts.writer import Row as Fact
from vetgate.facts.writer import write as write_snapshot
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed

FACTOR, EXTRA = 1.05, 0.4
"""The bound: so many times plain pip, and so many seconds more."""
MEMORY = 80.0
"""MB that the gate may hold."""
VETGATE = (str(Path(PYTHON).parent / "vetgate"), "pip")
PIP = (PYTHON, "-m", "pip")
_SAMPLED = 0.02
_KILO = 1024


class Timing(NamedTuple):
    """One run: seconds of wall time, and the most memory that the first process held, in MB."""

    seconds: float
    memory: float


def timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Timing:
    """Run pip to its end; anything but success ends the bench."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, held(process.pid))
        time.sleep(_SAMPLED)
    seconds = time.perf_counter() - began
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{said}")
    return Timing(seconds, memory)


def held(pid: int) -> float:
    """Return the most memory that a process held so far, in MB; 0 where /proc does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0.0
    peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak[0]) / _KILO if peak else 0.0


def side_by_side(
    arguments: Sequence[str], runs: int, work: Path, environment: Mapping[str, str]
) -> tuple[Timing, Timing]:
    """Install with plain pip and through the gate, in turn; return the quickest of each."""
    seen: tuple[list[Timing], list[Timing]] = ([], [])
    for number in range(runs + 1):
        for timings, program in zip(seen, (PIP, VETGATE), strict=True):
            target = work / "target"
            timing = timed((*program, *arguments, "--target", str(target)), work, environment)
            shutil.rmtree(target, ignore_errors=True)
            if number:  # the first round only fills the caches
                timings.append(timing)
    plain, gated = (min(timings) for timings in seen)
    return plain, gated


def rows(case: str, plain: Timing, gated: Timing) -> list[Row]:
    bound = FACTOR * plain.seconds + EXTRA
    figure = f"{gated.seconds:.2f} s (plain pip {plain.seconds:.2f} s)"
    return [
        Row(case, figure, f"{bound:.2f} s", gated.seconds <= bound),
        Row(
            f"{case}: the gate",
            f"{gated.memory:.0f} MB",
            f"{MEMORY:.0f} MB",
            gated.memory <= MEMORY,
        ),
    ]


def synthetic(runs: int, work: Path) -> list[Row]:
    """Install 200 made-up projects from this machine."""
    folder = work / "index"
    synthetic_index.write(folder)
    snapshot = work / "facts.sqlite"
    origin = Origin("made up", datetime(2026, 11, 1, tzinfo=timezone.utc))
    names = [synthetic_index.name_of(number) for number in range(synthetic_index.PROJECTS)]
    facts = [Fact(normalize(name), presence=Listed(), rank=1) for name in names]
    about = About(
        built=origin.as_of,
        origins=dict.fromkeys(("presence", "rank"), origin),
    )
    write_snapshot(str(snapshot), facts, about)
    with synthetic_index.SyntheticIndex(folder) as index:
        environment = clean_environment(
            work,
            PIP_INDEX_URL=index.url,
            PIP_CONFIG_FILE=os.devnull,
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            PIP_NO_CACHE_DIR="1",
            VETGATE_SNAPSHOT=str(snapshot),
            VETGATE_OFFLINE="1",
        )
        environment.pop("VIRTUAL_ENV", None)
        timings = side_by_side(("install", "--no-compile", names[0]), runs, work, environment)
    return rows(f"pip install, {len(names)} projects from a local index", *timings)


def live(runs: int, work: Path) -> list[Row]:
    """Resolve two large packages from the index that pip is set up for."""
    environment = {**os.environ, "VETGATE_CACHE_DIR": str(work)}
    environment.pop("VIRTUAL_ENV", None)
    arguments = ("install", "--dry-run", "boto3", "pandas")
    return rows(
        "pip install --dry-run boto3 pandas, live",
        *side_by_side(arguments, runs, work, environment),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--live", action="store_true", help="ask the real index too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = synthetic(options.runs, Path(folder))
        if options.live:
            table += live(options.runs, Path(folder))
    for row in table:
        print(f"{row.case:<55} {row.figure:<32} {row.bound:<8} {'ok' if row.kept else 'MISSED'}")
    return 0 if all(row.kept for row in table) else 1


if __name__ == "__main__":
    sys.exit(main())
