"""The snapshot that comes with vetgate is built as any other, from a table of ranks."""

from __future__ import annotations

from pathlib import Path

from corpus.samples import FOLDER
from vetgate.corpus.starter import main
from vetgate.facts.snapshot import STARTER


def test_it_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    main(str(FOLDER / "ranks.csv.xz"), str(tmp_path / "starter.sqlite"))

    assert (tmp_path / "starter.sqlite").read_bytes() == Path(STARTER).read_bytes()
