"""A day's delta and an update at the index's full size: `python bench/update.py`.

`--names names.tsv.xz` takes real names (columns `name`, month of the latest release, rank),
`--snapshot` a snapshot as built; everything else is *synthetic*, from a seed. One row in a hundred
changes: nine in ten of these are uploads, the rest new names, and a few go. Each figure is the
least of several runs of a process. Ends with 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from vetgate.facts import schema
from vetgate.facts.packing import pack_snapshot
from vetgate.facts.published import FILE, PACKED, PLAIN, Form, Manifest, manifest_bytes
from vetgate.facts.settling import compact, settle
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import FactName, Listed
from vetgate.updating.local import Folder
from vetgate.updating.publishing import Order, publish

SEED = 20261125
NAMES = 886_323
RUNS = 5
DELTA_BOUND, TIME_BOUND = 300_000, 2.0
_DAY = datetime(2026, 11, 24, tzinfo=timezone.utc)
_FACTS: tuple[FactName, ...] = (
    "presence",
    "rank",
    "downloads",
    "dependents",
    "repository",
    "first_upload",
    "latest_upload",
)
APPLY = """
import sys, time
from vetgate.updating.delta import apply, digest
from vetgate.updating.delta_file import read
def most():
    return next(int(it.split()[1]) for it in open("/proc/self/status") if it.startswith("VmHWM"))
base = most()
delta, start, out = sys.argv[1:]
began = time.perf_counter()
changes = read(open(delta, "rb").read(), delta)
apply(start, (changes,), out)
assert digest(out) == changes.end
taken = time.perf_counter() - began
print(taken, (most() - base) / 1024)
"""


def rows(names: Path | None) -> Iterator[Row]:
    """Make up the rows of a snapshot, by real names or made up ones."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows each time
    for name, rank in sorted(_names(names)):
        latest = date(2026, 11, 24) - timedelta(days=int(chance.paretovariate(0.5) * 30) % 4000)
        declared = chance.random() < 0.53
        yield Row(
            name,
            presence=Listed(),
            rank=rank,
            downloads=int(chance.paretovariate(0.5) * 10) % 10**9,
            dependents=0 if chance.random() < 0.8 else int(chance.paretovariate(1)),
            repository=f"https://github.com/{name[:7]}{chance.randrange(9999)}/{name}"
            if declared
            else "",
            first_upload=latest - timedelta(days=chance.randrange(2000)),
            latest_upload=latest,
        )


def _names(names: Path | None) -> set[tuple[NormalizedName, int | None]]:
    if names is None:
        return {
            (normalize(f"{hashlib.sha256(b'%d' % n).hexdigest()[: 6 + n % 9]}-{n}"), None)
            for n in range(NAMES)
        }
    found: dict[NormalizedName, int | None] = {}
    with lzma.open(names, "rt", encoding="utf-8") as table:
        for line in list(table)[1:]:
            name, _, rank = line.rstrip("\n").split("\t")
            found.setdefault(normalize(name), int(rank) if rank else None)
    return set(found.items())


def next_day(start: Path, end: Path) -> int:
    """Write the snapshot of the next day; return how many of its rows are others."""
    chance = random.Random(SEED)  # noqa: S311 - the same rows each time
    end.write_bytes(start.read_bytes())
    connection = sqlite3.connect(end, isolation_level=None)
    every = [name for (name,) in connection.execute("SELECT name FROM package ORDER BY name")]
    changed = len(every) // 100
    touched = chance.sample(every, changed)
    new, gone, uploaded = (
        touched[: changed // 10],
        touched[changed // 10 : changed // 9],
        touched[changed // 9 :],
    )
    today = (date(2026, 11, 25) - date(1970, 1, 1)).days
    connection.execute("BEGIN")
    for name in uploaded:
        connection.execute(
            "UPDATE package SET latest_upload = ?, downloads = downloads + ? WHERE name = ?",
            (today, chance.randrange(1, 5000), name),
        )
    for name in gone:
        connection.execute("DELETE FROM package WHERE name = ?", (name,))
    for name in new:
        connection.execute(
            "INSERT OR REPLACE INTO package(name, presence, downloads, dependents, repository,"
            " first_upload, latest_upload) VALUES (?, 1, ?, 0, ?, ?, ?)",
            (f"{name}-{chance.randrange(100)}", chance.randrange(500), "", today, today),
        )
    (packages,) = connection.execute("SELECT count(*) FROM package").fetchone()
    for key, value in (("built", (_DAY + timedelta(days=1)).isoformat()), ("packages", packages)):
        connection.execute("UPDATE meta SET value = ? WHERE key = ?", (str(value), key))
    connection.execute("COMMIT")
    compact(connection)
    connection.close()
    settle(str(end))
    return changed


def laid_out(folder: Path, built: datetime) -> Manifest:
    """Write what `vetgate build` writes beside a snapshot."""
    content = (folder / PLAIN).read_bytes()
    packed = b"".join(pack_snapshot((content,)))
    (folder / PACKED).write_bytes(packed)
    connection = sqlite3.connect(folder / PLAIN)
    (packages,) = connection.execute("SELECT count(*) FROM package").fetchone()
    connection.close()
    manifest = Manifest(
        schema.SCHEMA,
        built,
        packages,
        {},
        (),
        Form(PLAIN, len(content), hashlib.sha256(content).hexdigest()),
        Form(PACKED, len(packed), hashlib.sha256(packed).hexdigest()),
    )
    (folder / FILE).write_bytes(manifest_bytes(manifest))
    return manifest


def command(*arguments: str, cache: Path) -> float:
    """Run vetgate, which has to end well; return the seconds that it took."""
    began = time.perf_counter()
    subprocess.run(
        (sys.executable, "-m", "vetgate", *arguments),
        env={**os.environ, "VETGATE_CACHE_DIR": str(cache)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def main() -> int:
    """Measure, print the table, and tell by the exit code whether the bounds are kept."""
    parser = argparse.ArgumentParser(description="Measure a day's delta, and updates.")
    parser.add_argument("--names", type=Path)
    parser.add_argument("--snapshot", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        return measure(Path(scratch), options.names, options.snapshot)


def measure(work: Path, names: Path | None, snapshot: Path | None) -> int:
    """Publish two days, go from one to the other, and print the table."""
    one, two = work / "one", work / "two"
    for folder in (one, two):
        folder.mkdir()
    if snapshot is None:
        origins = dict.fromkeys(_FACTS, Origin("synthetic", _DAY))
        write(str(one / PLAIN), rows(names), About(_DAY, origins, complete=True))
    else:
        (one / PLAIN).write_bytes(snapshot.read_bytes())
    connection = sqlite3.connect(one / PLAIN)
    (built,) = connection.execute("SELECT value FROM meta WHERE key = 'built'").fetchone()
    connection.close()
    changed = next_day(one / PLAIN, two / PLAIN)
    first = laid_out(one, datetime.fromisoformat(built))
    laid_out(two, _DAY + timedelta(days=1))
    order = Order(str(two), datetime.now(timezone.utc), timedelta(days=7))
    began = time.perf_counter()
    done = publish(order._replace(previous=Folder(str(one))))
    published = time.perf_counter() - began
    (delta,) = done.manifest.deltas
    told = (str(two / delta.form.file), str(one / PLAIN), str(work / "out"))
    applied = []
    for _ in range(RUNS):
        ran = subprocess.run(
            (sys.executable, "-c", APPLY, *told), check=True, capture_output=True, encoding="utf-8"
        )
        applied.append(tuple(map(float, ran.stdout.split())))
    seconds, memory = min(applied)[0], max(it[1] for it in applied)
    whole, by_delta, current = [], [], []
    for number in range(RUNS):
        cache = work / f"cache-{number}"
        whole.append(command("update", "--from", str(one), cache=cache))
        by_delta.append(command("update", "--from", str(two), cache=cache))
        current.append(command("update", cache=cache))
    small, quick = delta.form.size < DELTA_BOUND, seconds < TIME_BOUND
    table = (
        ("a day's delta", f"{delta.form.size / 1e3:.1f} kB", "below 300 kB", small),
        ("read, applied, compared", f"{seconds:.2f} s, {memory:.0f} MB", "below 2 s", quick),
        ("`update`, the whole, a process", f"{min(whole):.2f} s", "", True),
        ("`update`, one delta, a process", f"{min(by_delta):.2f} s", "", True),
        ("`update`, nothing new, a process", f"{min(current):.2f} s", "", True),
        ("`publish` with its delta", f"{published:.1f} s", "", True),
    )
    sizes = f"{first.plain.size / 1e6:.1f} MB, {first.packed.size / 1e6:.1f} MB packed"
    print(f"{first.packages:,} packages, {sizes}; {changed:,} rows changed (synthetic)\n")
    print("| case | figure | bound | |\n| --- | --- | --- | --- |")
    for case, figure, bound, kept in table:
        mark = "" if not bound else "kept" if kept else "MISSED"
        print(f"| {case} | {figure} | {bound} | {mark} |")
    return 0 if small and quick else 1


if __name__ == "__main__":
    sys.exit(main())
