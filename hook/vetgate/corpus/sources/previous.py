"""An earlier snapshot: what it had, and when; what vanished since was removed after its day."""

from __future__ import annotations

import os
from collections.abc import Iterator

from vetgate.corpus import reading
from vetgate.corpus.reading import Field
from vetgate.corpus.sources.told import Told
from vetgate.corpus.work import Work
from vetgate.errors import SnapshotError, SourceError
from vetgate.facts import row, schema
from vetgate.facts.short_url import lengthened
from vetgate.facts.snapshot import Snapshot
from vetgate.model.dependency import NormalizedName

KIND = "previous"
_NAMES = ("name", "presence", "since", "again", "first_day", "latest_day", "repository")


def lay(path: str, work: Work) -> Told:
    """Lay the names down; raise `SourceError` if it is no whole snapshot."""
    try:
        snapshot = Snapshot.open(reading.unpacked(work, path))
        flat = os.path.join(work.folder, "previous.csv")
        reading.write_rows(flat, _NAMES, _rows(snapshot))
    except (SnapshotError, ValueError) as error:
        problem = error.problem if isinstance(error, SnapshotError) else "is damaged"
        raise SourceError(problem, path=path) from error
    fields = tuple(Field((name,), needed=True) for name in _NAMES)
    reading.read(work, flat, "raw_previous", fields)
    day = row.day_number(snapshot.built.date())
    numbers = ", ".join(f"try_cast({name} AS BIGINT) AS {name}" for name in _NAMES[2:6])
    work.lay(
        "previous",
        f"SELECT name, presence, {numbers}, coalesce(repository, '') AS repository, {day} AS as_of "  # noqa: S608 - our own words
        "FROM raw_previous WHERE presence <> 'never-seen'",
    )
    snapshot.close()
    built = snapshot.built.date().isoformat()
    words = f"the snapshot of {built}"
    return Told(KIND, words, snapshot.attribution, snapshot.packages, snapshot.built)


def _rows(snapshot: Snapshot) -> Iterator[tuple[str | int | None, ...]]:
    for cells in snapshot.cells():
        name = NormalizedName(str(cells["name"]))
        code = cells["presence"]
        # A row without a presence still says that the name was there.
        word = "listed" if code is None else schema.PRESENCES[row.count(code)]
        repository = cells["repository"]
        yield (
            name,
            word,
            *(None if cells[each] is None else row.count(cells[each]) for each in _DAYS),
            None,  # the first upload: not asked for
            *(None if cells[each] is None else row.count(cells[each]) for each in _LATEST),
            None if repository is None else lengthened(str(repository), name),
        )


_DAYS, _LATEST = ("since", "again"), ("latest_upload",)
