"""The only reader of snapshot files: facts about many packages, without a network."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from vetgate.errors import SnapshotError
from vetgate.facts import codec, prevalence_page, row, schema
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, Known, NeverSeen, PackageFacts, Unknown
from vetgate.model.prevalence import Prevalence
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # of use for new names only
    from vetgate.facts.lookalikes import Lookalikes

if TYPE_CHECKING:  # what only a build and a publisher need
    from vetgate.facts.stated import Source

STARTER = os.path.join(os.path.dirname(__file__), "starter.sqlite")
"""The snapshot that comes with vetgate."""

_REPORTS: frozenset[FactName] = frozenset({"advisories"})
_CHUNK = 500  # below the 999 variables that old SQLites allow in one statement
_HINT = "get another with `vetgate update`, or unset VETGATE_SNAPSHOT to use the one of vetgate"
_SOURCES = "SELECT kind, told, licence, as_of, serial, rows FROM source ORDER BY kind"
_EVERY = f"SELECT {', '.join(schema.PACKAGE)} FROM package"  # noqa: S608 - our own words
_PACKAGES = f"{_EVERY} WHERE name IN "
_ADVISORIES = "SELECT name, body FROM advisory WHERE name IN "
_DETAILS = f"SELECT {', '.join(schema.DETAIL)} FROM detail WHERE name IN "  # noqa: S608 - our own words


class Snapshot:
    """A snapshot, open for reading. It knows no network and changes nothing."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        """Take an open connection; `Snapshot.open` is the way in."""
        self.path, self._connection = path, connection
        self._sha256: str | None = None
        self._ranked: tuple[NormalizedName, ...] | None = None
        self._newest: dict[str, str] | None = None
        self._lookalikes: Lookalikes | None = None
        self._check_kind()
        meta = {str(key): str(value) for key, value in self._all("SELECT key, value FROM meta")}
        origins = self._all("SELECT fact, source, as_of FROM origin")
        try:
            self._origins = {
                str(fact): (row.moment(as_of), str(source)) for fact, source, as_of in origins
            }
            self.built = datetime.fromisoformat(meta["built"])
            """When it was built, aware UTC."""
            self.packages = int(meta["packages"])
            """How many names it has a row for."""
            self._floor = int(meta["downloads-floor"]) if "downloads-floor" in meta else None
        except (KeyError, ValueError) as error:
            raise self._refused("is damaged: its own description makes no sense") from error
        self._suspicious_only = meta.get("urls") == "suspicious"
        self.complete = meta.get("complete") == "yes"
        """Whether it has every name that the index had: then absence proves something."""
        self.attribution = meta.get("attribution", "")  # whose data it is built from
        day = self.built.date().isoformat()
        self._absent = Unknown(f"not in the snapshot of {day}")
        self._unranked = Unknown(f"not among the most downloaded in the snapshot of {day}")
        self._unrecorded = {
            fact: Unknown(f"the snapshot of {day} does not record {fact.replace('_', ' ')}")
            for fact in codec.NAMES
        }
        unranked = Unknown(f"the snapshot of {day} has no ranks, and so nothing to compare with")
        self._unrecorded.update(dict.fromkeys(("imitates", "resembles"), unranked))

    @classmethod
    def open(cls, path: str) -> Snapshot:
        """Open the file at `path`; raise `SnapshotError` if it is not a whole snapshot."""
        if not os.path.isfile(path):
            raise SnapshotError("there is no such snapshot", path=path, hint=_HINT)
        # Files are replaced whole, never changed: `immutable` spares the locks, works on read-only
        # media, and lets no stray journal beside the file change what is read.
        uri = f"file:{_quoted(os.path.abspath(path))}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise SnapshotError(f"cannot be opened: {error}", path=path, hint=_HINT) from error
        try:
            return cls(path, connection)
        except SnapshotError:
            connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    @property
    def sha256(self) -> str:
        """The digest of the file, read when first asked."""
        if self._sha256 is None:
            import hashlib

            digest = hashlib.sha256()
            try:
                with open(self.path, "rb") as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
            except OSError as error:
                raise self._refused(f"cannot be read: {error.strerror}") from error
            self._sha256 = digest.hexdigest()
        return self._sha256

    def facts(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer all that the file records, whether wanted or not; that costs nothing more.

        `resembles` and `imitates` alone are computed, and only where wanted. Raises
        `SnapshotError` if the file is damaged.
        """
        packages = self._rows(_PACKAGES, schema.PACKAGE, wanted)
        details = self._rows(_DETAILS, schema.DETAIL, _wanting(wanted, row.DETAILS))
        reports = _wanting(wanted, _REPORTS) if "advisories" in self._origins else ()
        advisories = self._rows(_ADVISORIES, schema.ADVISORY, reports)
        return {
            name: self._package(
                name, packages.get(name), details.get(name), facts, advisories.get(name)
            )
            for name, facts in wanted.items()
        }

    def cells(self) -> Iterator[row.Cells]:
        """Give the row of every package as it is written down, in the order of their names."""
        for cells in self.select(f"{_EVERY} ORDER BY name"):
            yield dict(zip(schema.PACKAGE, cells, strict=True))

    def select(self, statement: str, values: Iterable[str] = ()) -> Iterator[tuple[row.Cell, ...]]:
        """Give the rows that a statement selects, one at a time."""
        try:
            yield from self._connection.execute(statement, tuple(values))
        except sqlite3.Error as error:
            raise self._refused(f"is damaged: {error}") from error

    def sources(self) -> tuple[Source, ...]:
        """Tell what it was built from, by kind."""
        return tuple(map(row.source, self._all(_SOURCES)))

    def seen(self, name: NormalizedName) -> bool:
        """Tell whether the index is on record as having had this name."""
        presence = self.facts({name: frozenset()})[name].presence
        return isinstance(presence, Known) and not isinstance(presence.value, NeverSeen)

    def ranked(self) -> tuple[NormalizedName, ...]:
        """Name the ranked packages, the most downloaded first."""
        if self._ranked is None:
            pages = self._all("SELECT body FROM page WHERE key = 'ranked'")
            lines = str(pages[0][0]).split("\n") if pages else []
            self._ranked = tuple(NormalizedName(line) for line in lines if line)
        return self._ranked

    def finder(self, *, many: bool = False) -> Lookalikes:
        """Return what finds popular names that others are like; `many`: for names by thousands."""
        if self._lookalikes is None or (many and not self._lookalikes.many):
            from vetgate.facts.lookalikes import Lookalikes

            self._lookalikes = Lookalikes(self.ranked(), many=many)
        return self._lookalikes

    def prevalence(self) -> Prevalence | None:
        """Return how often each rule fires, as the build counted it; None: it did not."""
        pages = self._all("SELECT body FROM page WHERE key = ?", (prevalence_page.PAGE,))
        try:
            return prevalence_page.read(str(pages[0][0])) if pages else None
        except ValueError as error:
            raise self._refused(f"is damaged: {error}") from error

    def _package(
        self,
        name: NormalizedName,
        cells: row.Cells | None,
        details: row.Cells | None,
        wanted: frozenset[FactName],
        reports: row.Cells | None,
    ) -> PackageFacts:
        facts: dict[FactName, codec.AnyFact]
        if cells is None:
            facts = dict.fromkeys(codec.NAMES, self._absent)
            facts["rank"] = self._unranked
            if self.complete:
                facts["presence"] = self._known("presence", NeverSeen())
        else:
            facts = dict(self._unrecorded)
            facts["rank"] = self._unranked
            try:
                for fact, value in row.values(name, cells, details or {}, self._floor):
                    facts[fact] = self._known(fact, value)
            except (ValueError, KeyError) as error:
                raise self._nonsense(name) from error
            declares = self._suspicious_only and cells["repository"] is not None
            if declares and "urls" in wanted and details is None:
                facts["urls"] = self._known("urls", ())
        if "advisories" in wanted and "advisories" in self._origins:
            # The reports of all packages were looked through: no row, no report.
            facts["advisories"] = self._known("advisories", self._advisories(name, reports))
            if reports is not None and (newest := self._newest_of(name)) is not None:
                facts["newest"] = self._known("newest", newest)
        if "resembles" in wanted:
            facts["resembles"] = self._resembles(name, ranked=isinstance(facts["rank"], Known))
        ranked = isinstance(facts["rank"], Known)
        if ranked or "imitates" in wanted:
            facts["imitates"] = self._imitates(name, ranked=ranked)
        return codec.assemble(name, facts)

    def _advisories(self, name: NormalizedName, reports: row.Cells | None) -> codec.FactValue:
        try:
            return () if reports is None else codec.decode("advisories", str(reports["body"]))
        except ValueError as error:
            raise self._nonsense(name) from error

    def _newest_of(self, name: NormalizedName) -> str | None:
        if self._newest is None:
            pages = self._all("SELECT body FROM page WHERE key = 'newest'")
            lines = str(pages[0][0]).split("\n") if pages else []
            pairs = (line.partition(" ")[::2] for line in lines)
            self._newest = {name: version for name, version in pairs if version}
        return self._newest.get(name)

    def _known(self, fact: FactName, value: codec.FactValue) -> codec.AnyFact:
        origin = self._origins.get(fact)
        if origin is None:
            return self._unrecorded[fact]
        return Known(value, *origin)

    def _resembles(self, name: NormalizedName, *, ranked: bool) -> codec.AnyFact:
        origin = self._origins.get("rank")
        if origin is None or not self.ranked():
            return self._unrecorded["resembles"]
        if ranked:
            return Known((), *origin)
        from vetgate.facts.resembles import resembles

        return Known(resembles(name, self.ranked()), *origin)

    def _imitates(self, name: NormalizedName, *, ranked: bool) -> codec.AnyFact:
        origin = self._origins.get("rank")
        if origin is None or not (ranked or self.ranked()):
            return self._unrecorded["imitates"]
        if ranked:
            return Known((), *origin)
        return Known(self.finder().of(name), *origin)

    def _rows(
        self, statement: str, columns: tuple[str, ...], names: Iterable[NormalizedName]
    ) -> dict[NormalizedName, dict[str, row.Cell]]:
        found = {}
        pending = list(names)
        for start in range(0, len(pending), _CHUNK):
            chunk = pending[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            for cells in self._all(f"{statement}({marks})", chunk):
                found[NormalizedName(str(cells[0]))] = dict(zip(columns, cells, strict=True))
        return found

    def _all(self, statement: str, values: Iterable[str] = ()) -> list[tuple[row.Cell, ...]]:
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise self._refused(f"is damaged: {error}") from error

    def _check_kind(self) -> None:
        if self._all("PRAGMA application_id") != [(schema.APPLICATION_ID,)]:
            raise self._refused("is a database, but not a snapshot")
        version = row.count(self._all("PRAGMA user_version")[0][0])
        if version != schema.SCHEMA:
            raise self._refused(
                f"is a snapshot of schema {version}, and this vetgate reads schema {schema.SCHEMA}"
            )
        # SQLite reads what is missing of a last page as zeros.
        pages, size = (
            row.count(self._all(f"PRAGMA {pragma}")[0][0]) for pragma in ("page_count", "page_size")
        )
        if os.stat(self.path).st_size != pages * size:
            raise self._refused("is damaged: it is not as long as it says")

    def _nonsense(self, name: NormalizedName) -> SnapshotError:
        return self._refused(f"is damaged: the row of {name} makes no sense")

    def _refused(self, problem: str) -> SnapshotError:
        return SnapshotError(problem, path=self.path, hint=_HINT)


def _wanting(
    wanted: Mapping[NormalizedName, frozenset[FactName]], facts: frozenset[FactName]
) -> list[NormalizedName]:
    return [name for name, questions in wanted.items() if questions & facts]


def _quoted(path: str) -> str:
    path = path.replace(os.sep, "/").replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return path if path.startswith("/") else f"/{path}"
