"""The only keeper of live answers between runs: one SQLite file, shared by many hooks at once.

It keeps known facts alone, under the index or the services that they were asked of, never a
credential and never a failure. It can always be thrown away: a damaged file is rebuilt, an
unusable folder is done without, and both are said once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from vetgate.facts import codec
from vetgate.facts.layers import OF_SERVICES
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    FactName,
    Known,
    NeverSeen,
    PackageFacts,
    Quarantined,
    Removed,
    Unknown,
)

SCHEMA = 1
FILE = "facts.sqlite"
MOST_ENTRIES = 50_000
"""Above this, the entries that expire first are dropped."""

_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)

LIFETIMES: dict[FactName, timedelta] = {
    "presence": _DAY,
    "status": _DAY,
    "latest_upload": _HOUR,  # the rule on young releases counts in days: a new one must show soon
    "releases": _HOUR,
    "owners": _DAY,
    "repository": _WEEK,  # changes with a release at most, and not to the worse by itself
    "urls": _WEEK,
    "first_upload": _WEEK,
    "downloads": _WEEK,  # counted by the month
    "dependents": _WEEK,
    "advisories": _HOUR,  # a report of malice must show soon
}
"""How long each fact is taken for true; what is not named here is not kept."""

_ABSENCE = _HOUR  # a name that is not there may be registered any minute, by anyone
_PATIENCE = 5.0  # seconds to wait for another hook's write, which takes milliseconds
_CHUNK = 500
_REBUILDING = timedelta(minutes=1)  # after that, who was rebuilding is taken to have died
_TABLE = """
CREATE TABLE answer(scope TEXT NOT NULL, name TEXT NOT NULL, fact TEXT NOT NULL,
  value TEXT NOT NULL, source TEXT NOT NULL, as_of TEXT NOT NULL, expires INTEGER NOT NULL,
  PRIMARY KEY (scope, name, fact)) WITHOUT ROWID
"""
_Kept: TypeAlias = tuple[str, str, str, str, str, str]
_KEEP = "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)"


def lifetime(fact: FactName, value: codec.FactValue) -> timedelta | None:
    """Tell how long a fact is taken for true; None: it is not kept at all."""
    if isinstance(value, (NeverSeen, Removed, Quarantined)):
        return _ABSENCE
    return LIFETIMES.get(fact)


class Cache:
    """The cache in `folder`, for the answers of an index and of services (without credentials)."""

    def __init__(
        self,
        folder: str,
        index: str,
        services: str,
        *,
        now: datetime,
        note: Callable[[str], None],
    ) -> None:
        """Open nothing yet. `note` is told, once, what a user should know of the cache itself."""
        self._folder, self._now, self._note = folder, now, note
        # A space keeps the two apart: no URL that is asked has one.
        self._index, self._services = index, f"{index} {services}"
        self.path = os.path.join(folder, FILE)
        self._connection: sqlite3.Connection | None = None
        self._unusable = False

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def facts(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer what is kept and has not expired; the rest is unknown. Raises nothing."""
        found: dict[str, dict[FactName, codec.AnyFact]] = {name: {} for name in wanted}
        names = [name for name, facts in wanted.items() if facts]
        kept = self._try(lambda connection: self._read(connection, names)) if names else []
        for scope, name, fact, value, source, as_of in kept:
            known = self._decoded(fact, value, source, as_of)
            if known is not None and scope == self._scope(fact):
                found[name][fact] = known
        unknown = Unknown("not in the cache")
        return {
            name: codec.assemble(name, {**dict.fromkeys(wanted[name], unknown), **found[name]})
            for name in wanted
        }

    def keep(self, answers: Mapping[NormalizedName, PackageFacts]) -> None:
        """Keep what is known in `answers`, and drop what has expired. Raises nothing."""
        entries = list(self._entries(answers))
        if entries:
            self._try(lambda connection: self._write(connection, entries))

    def _entries(
        self, answers: Mapping[NormalizedName, PackageFacts]
    ) -> Iterator[tuple[str | int, ...]]:
        for name, package in answers.items():
            for fact in LIFETIMES:
                known = codec.fact_of(package, fact)
                if not isinstance(known, Known):
                    continue
                lasting = lifetime(fact, known.value)
                if lasting is None:
                    continue
                try:
                    value = codec.encode(fact, known.value)
                except ValueError:
                    continue  # what cannot be read back is asked again
                expires = int((known.as_of + lasting).timestamp())
                as_of = known.as_of.isoformat()
                yield self._scope(fact), name, fact, value, known.source, as_of, expires

    def _scope(self, fact: FactName) -> str:
        return self._services if fact in OF_SERVICES else self._index

    def _decoded(
        self, fact: str, value: str, source: str, as_of: str
    ) -> Known[codec.FactValue] | None:
        try:
            known = Known(codec.decode(fact, value), datetime.fromisoformat(as_of), source)
            # An answer from the future was kept while the clock was wrong: it would never expire.
            return known if known.as_of <= self._now + _HOUR else None
        except (ValueError, TypeError):
            return None  # a kept answer that makes no sense is asked again

    def _read(self, connection: sqlite3.Connection, names: list[NormalizedName]) -> list[_Kept]:
        kept = []
        for start in range(0, len(names), _CHUNK):
            chunk = names[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            kept += connection.execute(
                "SELECT scope, name, fact, value, source, as_of FROM answer"  # noqa: S608 - question marks only
                f" WHERE scope IN (?, ?) AND expires > ? AND name IN ({marks})",
                (self._index, self._services, int(self._now.timestamp()), *chunk),
            ).fetchall()
        return kept

    def _write(
        self, connection: sqlite3.Connection, entries: list[tuple[str | int, ...]]
    ) -> list[_Kept]:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_KEEP, entries)
            connection.execute(
                "DELETE FROM answer WHERE expires <= ?", (int(self._now.timestamp()),)
            )
            connection.execute(
                "DELETE FROM answer WHERE expires <= coalesce((SELECT expires FROM answer"
                " ORDER BY expires DESC LIMIT 1 OFFSET ?), 0)",
                (MOST_ENTRIES,),
            )
        return []

    def _try(self, use: Callable[[sqlite3.Connection], list[_Kept]]) -> list[_Kept]:
        """Use the file; rebuild it once if it is damaged; do without it if it cannot be used."""
        for rebuilt in (False, True):
            if self._unusable:
                break
            try:
                if self._connection is None:
                    self._connection = self._open()
                return use(self._connection)
            except (sqlite3.Error, OSError) as error:
                self.close()
                if rebuilt or not _damaged(error) or not self._rebuild():
                    self._give_up(error)
        return []

    def _open(self) -> sqlite3.Connection:
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            if _version(connection) != SCHEMA:
                connection.execute("PRAGMA journal_mode = WAL")
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    self._create(connection)
            # The log survives a crash of the process; after one of the machine, the cache may lack
            # its last answers.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _create(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)  # again, now that nobody else writes
        if version == SCHEMA:
            return
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables:
            raise sqlite3.DatabaseError(f"schema {version} instead of {SCHEMA}")
        connection.execute(_TABLE)
        connection.execute("CREATE INDEX answer_expires ON answer(expires)")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")

    def _rebuild(self) -> bool:
        """Remove the damaged file, one process at a time; tell whether that was done."""
        lock = f"{self.path}.rebuild"
        try:
            age = self._now.timestamp() - os.stat(lock).st_mtime
            if age > _REBUILDING.total_seconds():
                os.unlink(lock)
        except OSError:
            pass  # nobody is rebuilding
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError:
            return False
        try:
            for suffix in ("-wal", "-shm", ""):
                if os.path.lexists(self.path + suffix):
                    os.unlink(self.path + suffix)
        except OSError:
            return False
        finally:
            os.unlink(lock)
        self._note(f"{self.path}: the cache could not be read and was begun anew")
        return True

    def _give_up(self, error: sqlite3.Error | OSError) -> None:
        self._unusable = True
        reason = error.strerror if isinstance(error, OSError) else str(error)
        self._note(f"{self.path}: the cache cannot be used ({reason}); every answer is asked anew")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _damaged(error: sqlite3.Error | OSError) -> bool:
    """Tell a damaged file from one that is locked, out of reach, or on a full disk."""
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith("no such")
    return isinstance(error, sqlite3.DatabaseError)
