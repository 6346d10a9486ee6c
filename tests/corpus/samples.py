"""The small corpus of the tests and of the README: made-up packages, one for each case."""

from __future__ import annotations

from pathlib import Path

from vetgate.corpus.building import Given, Wanted

FOLDER = Path(__file__).parent / "data"
FILES = {
    "index-names": "names.txt",
    "names-seen": "older.txt",
    "downloads": "downloads.csv",
    "requires": "requires.csv",
    "metadata": "metadata.csv",
    "changelog": "changelog.json",
    "advisories": "reports",
}
"""The file of each kind of source."""

WANTED = Wanted(tuple(Given(kind, str(FOLDER / file), file) for kind, file in FILES.items()))


def arguments(**instead: Path) -> list[str]:
    """Write the sources as options of `vetgate build`; kinds are given with `_` for `-`."""
    files = {kind: FOLDER / file for kind, file in FILES.items()}
    files.update({kind.replace("_", "-"): path for kind, path in instead.items()})
    return [word for kind, path in files.items() for word in ("--source", f"{kind}={path}")]
