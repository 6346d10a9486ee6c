"""The sample that the README shows, and the snapshot that comes with it."""

from __future__ import annotations

import runpy
from pathlib import Path

from vetgate.facts.writer import write

SAMPLE = Path(__file__).parent / "sample"


def test_the_snapshot_of_the_sample_is_built_from_its_source(tmp_path: Path) -> None:
    source = runpy.run_path(str(SAMPLE / "make.py"))

    write(str(tmp_path / "built.sqlite"), source["ROWS"], source["ABOUT"])

    built = (tmp_path / "built.sqlite").read_bytes()
    assert built == (SAMPLE / "snapshot.sqlite").read_bytes()
