"""The speed and memory of whole processes, side by side in one run: `python bench/run.py`.

Each figure is the median of interleaved runs, on the interpreter that runs this script, beside a
bare `python -c pass` of the same run. Ends with 1 if a bound of the table is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import vetgate.facts
from slow_index import SlowIndex

PYTHON = sys.executable
# What a hook starts: the console script (`python -m` imports more, of its own).
VETGATE = (str(Path(PYTHON).parent / "vetgate"),)
LINES = 20_000
NAMES = 50
LATENCY = 0.1
ALLOWANCES = 2000


class Run(NamedTuple):
    """One process: seconds of wall time, and the most memory it held, in MB."""

    seconds: float
    memory: float


class Row(NamedTuple):
    """One line of the table."""

    case: str
    figure: str
    bound: str
    kept: bool


def timed(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], expected: int = 0
) -> Run:
    """Run a process to its end; a wrong exit code ends the bench."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode != expected:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{output.decode()}")
    return Run(seconds, usage.ru_maxrss / 1024)


def medians(runs: int, *cases: Callable[[], Run]) -> tuple[Run, ...]:
    """Interleave the cases, so that the machine's moods hit all of them alike."""
    for case in cases:
        case()
    seen: list[list[Run]] = [[] for _ in cases]
    for _ in range(runs):
        for runs_of_case, case in zip(seen, cases, strict=True):
            runs_of_case.append(case())
    return tuple(
        Run(
            statistics.median(run.seconds for run in each),
            statistics.median(run.memory for run in each),
        )
        for each in seen
    )


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Return this machine's environment without what would alter a run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "GIT_", "VETGATE_", "PRE_COMMIT_", "PYTHON"))
    }
    return {
        **kept,
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "VETGATE_CACHE_DIR": str(home),
        **more,
    }


def repository(folder: Path, lines: Sequence[str], environment: Mapping[str, str]) -> Path:
    """Commit a requirements file and return the repository's folder."""
    folder.mkdir()
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n")
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=bench", "-c", "user.email=bench@index.example", "commit", "-qm", "first"),
    ):
        subprocess.run(("git", *command), cwd=folder, env=environment, check=True)
    return folder


def stage(folder: Path, text: str, environment: Mapping[str, str]) -> None:
    """Append text to the requirements file and stage it."""
    with (folder / "requirements.txt").open("a") as file:
        file.write(text)
    subprocess.run(("git", "add", "."), cwd=folder, env=environment, check=True)


def popular(count: int) -> list[str]:
    """Return names that the starter snapshot trusts."""
    starter = Path(vetgate.facts.__file__).parent / "starter.sqlite"
    with sqlite3.connect(f"{starter.as_uri()}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT name FROM package WHERE rank <= 1000 ORDER BY rank LIMIT ?", (count,)
        ).fetchall()
    return [str(row[0]) for row in rows]


def warm(runs: int, work: Path) -> list[Row]:
    """Measure the hook on a commit that adds one dependency, and on one that adds none."""
    environment = clean_environment(work)
    names = popular(201)
    lines = [f"{name}>=1" for name in names[:200]]
    added = repository(work / "added", lines, environment)
    stage(added, f"{names[200]}\n", environment)
    same = repository(work / "same", lines, environment)
    stage(same, "# a comment\n", environment)
    check = (*VETGATE, "check")
    bare, one, none = medians(
        runs,
        lambda: timed((PYTHON, "-c", "pass"), work, environment),
        lambda: timed(check, added, environment),
        lambda: timed(check, same, environment),
    )
    return [
        Row("python -c pass", f"{bare.seconds * 1000:.1f} ms", "", kept=True),
        _times("warm check, one new dependency in 200 lines", one, bare, 6),
        _times("a manifest changed, none of its dependencies", none, bare, 4),
    ]


def long_policy(runs: int, work: Path) -> list[Row]:
    """Measure what a long allow-list adds to a warm check."""
    environment = clean_environment(work)
    names = popular(201)
    lines = [f"{name}>=1" for name in names[:200]]
    short = repository(work / "short", lines, environment)
    long = repository(work / "long", lines, environment)
    entries = "".join(map(_entry, range(ALLOWANCES)))
    for folder, policy in ((short, ""), (long, entries)):
        (folder / "vetgate.toml").write_text(f"trust-rank = 5000\n\n{policy}")
        stage(folder, f"{names[200]}\n", environment)
    check = (*VETGATE, "check")
    without, with_all = medians(
        runs, lambda: timed(check, short, environment), lambda: timed(check, long, environment)
    )
    added = (with_all.seconds - without.seconds) * 1000
    return [
        Row(
            f"warm check under a policy with {ALLOWANCES:,} allowances "
            f"({with_all.seconds * 1000:.1f} ms in all)",
            f"{added:.1f} ms more than under one with none",
            "below 10 ms",
            added < 10,
        )
    ]


def _entry(number: int) -> str:
    """Write an allowance as `vetgate allow` does; no two begin or end alike."""
    return f"""\
[[allow]]
name = "Package-{number}"
versions = ">=1.{number % 50},<{2 + number % 9}"
rules = ["unpopular", "no-repository"]
reason = "reviewed by hand, ticket SEC-{number}"
by = "dev{number % 30}@acme.example"
on = 2026-{1 + number % 11:02}-{1 + number % 28:02}
expires = 2027-{1 + number % 12:02}-{1 + number % 28:02}

"""


def _times(case: str, run: Run, bare: Run, bound: float) -> Row:
    ratio = run.seconds / bare.seconds
    return Row(
        case, f"{run.seconds * 1000:.1f} ms, {ratio:.1f} x", f"at most {bound:g} x", ratio <= bound
    )


def parsing(runs: int, work: Path) -> list[Row]:
    """Measure `deps` on a large hashed file beside pip-requirements-parser."""
    chance = random.Random(20261123)  # noqa: S311 - the same file each time
    path = work / "locked.txt"
    with path.open("w") as file:
        written = 0
        while written < LINES:
            digests = [f"{chance.getrandbits(256):064x}" for _ in range(chance.randint(1, 4))]
            marker = ' ; python_version >= "3.8"' if chance.random() < 0.3 else ""
            file.write(f"package-{written}=={chance.randint(0, 9)}.{chance.randint(0, 99)}{marker}")
            for digest in digests:
                file.write(f" \\\n    --hash=sha256:{digest}")
            file.write("\n    # via package-0\n")
            written += len(digests) + 2
    environment = clean_environment(work)
    other = (
        "import sys; from pip_requirements_parser import RequirementsFile as F; "
        "f = F.from_file(sys.argv[1]); print(len(f.requirements))"
    )
    ours, theirs = medians(
        runs,
        lambda: timed((*VETGATE, "deps", path.name), work, environment),
        lambda: timed((PYTHON, "-c", other, path.name), work, environment),
    )
    ratio = theirs.seconds / ours.seconds
    return [
        Row(
            f"deps, {LINES:,} hashed lines (theirs: {theirs.seconds:.1f} s)",
            f"{ours.seconds:.2f} s, {ratio:.0f} x faster",
            "at least 10 x faster",
            ratio >= 10,
        ),
        Row("its memory", f"{ours.memory:.0f} MB", "below 100 MB", ours.memory < 100),
    ]


def cold(runs: int, work: Path) -> list[Row]:
    """Measure what a first check of many names waits for an index that answers slowly."""
    text = "".join(f"acme-{number}\n" for number in range(NAMES))
    (work / "cold.txt").write_text(text)

    def check(index: SlowIndex) -> Run:
        with tempfile.TemporaryDirectory() as cache:
            environment = clean_environment(
                work,
                VETGATE_CACHE_DIR=cache,
                VETGATE_INDEX_URL=f"{index.url}/simple/",
                VETGATE_DOWNLOADS_URL=f"{index.url}/downloads",
                VETGATE_DEPENDENTS_URL=f"{index.url}/dependents",
                VETGATE_ADVISORIES_URL=f"{index.url}/advisories",
            )
            command = (*VETGATE, "check", "--all", "cold.txt")
            return timed(command, work, environment)

    with SlowIndex(0.0) as quick, SlowIndex(LATENCY) as slow:
        at_once, late = medians(runs, lambda: check(quick), lambda: check(slow))
    waited = late.seconds - at_once.seconds
    return [
        Row(
            f"cold check of {NAMES} names, {LATENCY * 1000:.0f} ms an answer "
            f"({late.seconds:.2f} s in all)",
            f"{waited:.2f} s of waiting",
            "below 1 s",
            waited < 1,
        )
    ]


def main() -> int:
    """Measure all cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21, help="runs per case (default: 21)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = [
            *warm(runs, work),
            *long_policy(runs, work),
            *parsing(max(1, runs // 7), work),
            *cold(max(1, runs // 4), work),
        ]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {runs} runs\n")
    print("| case | figure | bound | |\n| --- | --- | --- | --- |")
    for row in rows:
        mark = "" if not row.bound else "kept" if row.kept else "MISSED"
        print(f"| {row.case} | {row.figure} | {row.bound} | {mark} |")
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
