"""What every source's rows are held to: names that are names, counts, times."""

from __future__ import annotations

from vetgate.corpus.work import Work
from vetgate.errors import SourceError


def names(work: Work, view: str, path: str) -> tuple[str, ...]:
    """Count what is no name, and names that are one name in several spellings.

    Both are said, with a row. Raises `SourceError` where most rows hold no name: that is another
    kind of file.
    """
    # Each spelling is looked at once: a name may have a row for each of its requirements.
    spelled = f"spelled_{view}"
    work.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {spelled} AS SELECT name, count(*) AS times, "  # noqa: S608 - our own words
        f"max(row) AS row, is_name(name) AS good, canon(name) AS canonical FROM {view} GROUP BY 1"
    )
    rows = work.count(f"SELECT sum(times) FROM {spelled}")  # noqa: S608 - our own words
    bad = work.count(f"SELECT sum(times) FROM {spelled} WHERE NOT good")  # noqa: S608 - our own words
    if 2 * bad > rows:
        work.refuse_any(view, "NOT is_name(name)", "name", "is no name, as most rows", path)
    notes = []
    if bad:
        row, name = _first(work, f"SELECT row, name FROM {view} WHERE NOT is_name(name)")  # noqa: S608 - our own words, quoted paths
        notes.append(
            f"{path}: {bad:,} {'row' if bad == 1 else 'rows'} without a name left out "
            f"(row {row}: {str(name)[:80]!r})"
        )
    collided = (
        f"SELECT max(row) AS row, canonical AS name FROM {spelled} "  # noqa: S608 - our own words
        "WHERE good GROUP BY 2 HAVING count(*) > 1"
    )
    if merged := work.count(f"SELECT count(*) FROM ({collided})"):  # noqa: S608 - our own words, quoted paths
        row, name = _first(work, collided)
        notes.append(
            f"{path}: {merged:,} {'name' if merged == 1 else 'names'} in several spellings merged "
            f"(row {row}: {name})"
        )
    work.connection.execute(f"DROP TABLE {spelled}")
    return tuple(notes)


def counts(work: Work, view: str, column: str, path: str) -> None:
    """Refuse a row whose cell is no count."""
    work.refuse_any(
        view,
        f"try_cast({column} AS BIGINT) IS NULL OR try_cast({column} AS BIGINT) < 0 "
        f"OR NOT regexp_full_match({column}, '[0-9]+')",
        column,
        "is no count",
        path,
    )


def times(work: Work, view: str, columns: tuple[str, ...], path: str) -> None:
    """Refuse a row with a cell that should be a time and is none."""
    for column in columns:
        work.refuse_any(
            view,
            f"{column} IS NOT NULL AND {column} <> '' AND {seconds(column)} IS NULL",
            column,
            "is no time",
            path,
        )


def seconds(column: str) -> str:
    """Write the SQL for the seconds since 1970 of a time as text; NULL where there is none."""
    text = f"regexp_replace({column}, '( UTC|Z|[+]00(:?00)?)$', '')"
    return f"epoch(try_cast(nullif({text}, '') AS TIMESTAMP))::BIGINT"


def days(column: str) -> str:
    """Write the SQL for the days since 1970 of a time as text; NULL where there is none."""
    return f"floor({seconds(column)} / 86400)::BIGINT"


def pre_release(column: str) -> str:
    """Write the SQL that is 1 for the version of a pre-release (PEP 440), else 0."""
    pattern = "(^|[0-9._-])(a|b|c|rc|alpha|beta|pre|preview|dev)[._-]?[0-9]*([._+-]|$)"
    return f"regexp_matches(lower(coalesce({column}, '')), '{pattern}')::BIGINT"


def _first(work: Work, query: str) -> tuple[object, object]:
    found = work.one(f"{query} ORDER BY row LIMIT 1")
    if found is None:
        raise SourceError("changed while it was read")
    return found[0], found[1]
