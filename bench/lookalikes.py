"""The speed of `lookalike` for one new name: `python bench/lookalikes.py`.

Each figure is that of a process of its own, which imports what the hook has not and looks one name
up among the ranked ones of the starter: the least of all runs, and the median. Ends with 1 if the
bound is missed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

BOUND = 5.0
RUNS = 41
HEAVY = ("packaging", "requests", "json", "rich", "difflib", "unicodedata")
# What a check has read by then, and then what this rule alone costs: import, forms, search.
ONE = """
import sys, time
from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.model.dependency import normalize
ranked = Snapshot.open(STARTER).ranked()
before = set(sys.modules)
began = time.perf_counter()
from vetgate.facts.lookalikes import Lookalikes
Lookalikes(ranked).of(normalize(sys.argv[1]))
took = time.perf_counter() - began
print(took * 1000, *sorted(set(sys.modules) - before))
"""
NAMES = ("acme-billing-tools", "reqeusts", "python-acme", "x", "a-name-of-four-words", "numpyy")


def main() -> int:
    """Measure and print one row of a table."""
    figures, imported = [], set()
    for run in range(RUNS):
        name = NAMES[run % len(NAMES)]
        said = subprocess.run(
            (sys.executable, "-c", ONE, name), capture_output=True, check=True, encoding="utf-8"
        ).stdout.split()
        figures.append(float(said[0]))
        imported.update(said[1:])
    heavy = sorted(imported & set(HEAVY))
    least, median = min(figures), statistics.median(figures)
    kept = least < BOUND and not heavy
    print("| case | figure | bound | |\n| --- | --- | --- | --- |")
    print(
        f"| lookalike for one new name against the ranked ones | {least:.1f} ms at least, "
        f"{median:.1f} ms in the median | below {BOUND:g} ms, nothing heavy imported "
        f"({', '.join(heavy) or 'nothing'}) | {'kept' if kept else 'MISSED'} |"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
