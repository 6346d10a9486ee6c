"""The build of a snapshot: sources in, one file out.

Same input, same bytes: nothing of the clock, the machine or the engine gets into the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import duckdb

from vetgate.corpus.cells import Rows
from vetgate.corpus.collecting import uncollected
from vetgate.corpus.engines import Engine
from vetgate.corpus.rows import Scope, expressions
from vetgate.corpus.sources import (
    advisories,
    changelog,
    downloads,
    index_names,
    metadata,
    names_seen,
    previous,
    ranks,
    removed,
    requires,
)
from vetgate.corpus.sources.told import Told
from vetgate.corpus.work import Work, quoted
from vetgate.errors import BuildError, SourceError
from vetgate.facts import row
from vetgate.facts.stated import Source
from vetgate.facts.writer import About, Origin, Page, write_sorted
from vetgate.model.record import Record

READERS: Mapping[str, Callable[[str, Work], Told]] = {
    module.KIND: module.lay
    for module in (
        index_names,
        names_seen,
        removed,
        downloads,
        ranks,
        requires,
        metadata,
        changelog,
        previous,
    )
}
KINDS = (*READERS, advisories.KIND)
"""What a source can be."""

# Which kinds of sources each fact comes from.
_FACTS = {
    "presence": ("index-names", "names-seen", "removed", "changelog", "previous"),
    "rank": ("ranks", "downloads"),
    "downloads": ("downloads",),
    "dependents": ("requires",),
    "repository": ("metadata",),
    "urls": ("metadata",),
    "status": ("metadata",),
    "first_upload": ("metadata", "names-seen"),
    "latest_upload": ("metadata", "names-seen"),
    "advisories": ("advisories",),
    "newest": ("metadata",),
}


class Given(Record):
    """One source as it was asked for: its kind, its file, and how the user named that."""

    kind: str
    path: str
    shown: str


class Wanted(Record):
    """What is to be built."""

    given: tuple[Given, ...]
    built: datetime | None = None
    """The time of building (aware UTC); None: that of the newest source that has a date, and where
    none has, the day on which the newest file was written."""
    partial: bool = False
    """The list of names is a part of the index: absence proves nothing."""
    floor: int | None = None
    """What every ranked package is downloaded at least, in a month."""
    floor_origin: Origin | None = None
    """Who says so; None: who ranks them."""
    own_hosts: frozenset[str] = frozenset()
    """Hosts of the index itself: no repository is there."""


class Built(Record):
    """A snapshot that was built, and what is to be said of its sources."""

    about: About
    packages: int
    notes: tuple[str, ...]


@uncollected()
def build(
    wanted: Wanted,
    engine: Engine,
    folder: str,
    out: str,
    *,
    page: Page | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Built:
    """Write the snapshot to `out`, with the work folder `folder` at hand.

    Raises `SourceError` for a source that cannot be used, `BuildError` for an engine that cannot
    compute it, `SnapshotError` where nothing can be written.
    """
    work = Work(folder)
    try:
        told, reports = _read(wanted.given, work, say)
        notes = [note for each in told for note in each.notes]
        built = wanted.built or _newest(told)
        if built is None:
            built = _written(wanted.given)
            notes.append(
                "note: no source says when it was true: taken to be of the day on which the newest "
                f"of their files was written, {built.date()}; --built says otherwise"
            )
        notes += _future(work, row.day_number(built.date()))
        say("computing the facts")
        steps = expressions(_scope(wanted, told, built))
        results = engine.compute(steps, work.paths(), folder)
        say("writing the snapshot")
        about, rows = _about(wanted, told, built), Rows(work, results, reports)
        write_sorted(out, iter(rows), about, page)
    except duckdb.Error as error:
        problem = str(error).strip().partition("\n")[0]
        raise BuildError(f"DuckDB could not do its part: {problem}") from error
    finally:
        work.close()
    return Built(about, rows.given, tuple(notes))


def _read(
    given: Sequence[Given], work: Work, say: Callable[[str], None]
) -> tuple[list[Told], advisories.Reports]:
    told: list[Told] = []
    reports: advisories.Reports = {}
    with ThreadPoolExecutor(1) as beside:
        # DuckDB waits for its disk and Python for DuckDB: reports are read meanwhile.
        reading = {
            source.path: beside.submit(advisories.read, source.path)
            for source in given
            if source.kind == advisories.KIND
        }
        for source in given:
            say(f"reading {source.shown}")
            try:
                if source.kind == advisories.KIND:
                    one, reports = reading[source.path].result()
                    advisories.lay(reports, work)
                else:
                    one = READERS[source.kind](source.path, work)
            except SourceError as error:
                if error.path != source.path:
                    raise
                # What was fetched lies in a work folder, of which its user knows nothing.
                raise SourceError(
                    error.problem, path=source.shown, line=error.line, hint=error.hint()
                ) from error
            notes = (note.replace(f"{source.path}: ", f"{source.shown}: ", 1) for note in one.notes)
            told.append(one._replace(notes=tuple(notes)))
    return told, reports


def _newest(told: Sequence[Told]) -> datetime | None:
    dates = [each.date for each in told if each.date is not None]
    return max(dates).astimezone(timezone.utc).replace(microsecond=0) if dates else None


def _written(given: Sequence[Given]) -> datetime:
    """Return the day on which the newest of the sources was written: the same for same files."""
    try:
        newest = max(os.stat(source.path).st_mtime for source in given)
    except OSError as error:
        raise BuildError(f"a source is gone: {error.strerror}", path=error.filename) from error
    moment = datetime.fromtimestamp(newest, timezone.utc)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _future(work: Work, today: int) -> Iterator[str]:
    """Say how many dates lie after the build: they are not believed."""
    for table, column in (("names_seen", "last_day"), ("metadata", "uploaded // 86400")):
        if os.path.exists(work.path(table)):
            source = f"read_parquet({quoted(work.path(table))})"
            found = work.one(
                f"SELECT count(*), min(name) FROM {source} WHERE {column} > {today}"  # noqa: S608 - our own words
            )
            if found is not None and found[0]:
                yield (
                    f"{found[0]} dates of uploads lie after the build and are left out"
                    f" (one is of {found[1]})"
                )


def _scope(wanted: Wanted, told: Sequence[Told], built: datetime) -> Scope:
    kinds = {each.kind: each for each in told}
    serial = kinds[index_names.KIND].serial if index_names.KIND in kinds else None
    counted = kinds.get(downloads.KIND)
    return Scope(
        frozenset(kinds),
        row.day_number(built.date()),
        wanted.partial,
        counted is not None and not counted.partial,
        -1 if serial is None else serial,
        wanted.own_hosts,
    )


def _about(wanted: Wanted, told: Sequence[Told], built: datetime) -> About:
    sources = tuple(
        Source(each.kind, each.told, each.licence, each.date or built, each.serial, each.rows)
        for each in told
    )
    origins = {}
    for fact, kinds in _FACTS.items():
        of_fact = [each for kind in kinds for each in sources if each.kind == kind]
        if of_fact:
            words = "; ".join(f"{each.told} ({each.licence})" for each in of_fact)
            origins[fact] = Origin(words, max(each.as_of for each in of_fact))
    if wanted.floor is not None and "rank" in origins:
        origins.setdefault("downloads", wanted.floor_origin or origins["rank"])
    attribution = "; ".join(sorted({f"{each.told}: {each.licence}" for each in sources}))
    return About(
        built=built,
        origins=origins,
        complete=not wanted.partial,
        attribution=attribution,
        downloads_floor=wanted.floor,
        suspicious_urls_only="urls" in origins,
        sources=sources,
    )
