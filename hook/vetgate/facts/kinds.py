"""The packages of a snapshot by kinds: those of which it says the same, as far as some facts go.

An index has a million packages and some thousands of kinds of them: what is asked of each kind, and
not of each package, is answered a hundred times sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from vetgate.facts.row import Cell
from vetgate.facts.snapshot import Snapshot
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts

_Kind: TypeAlias = "tuple[object, ...]"

_LIKE = "imitates"  # no cell: it is computed
_NOTHING = "NULL"
_CELLS: dict[FactName, tuple[str, ...]] = {
    "presence": ("p.presence", "p.since", "p.again"),
    "downloads": ("p.downloads",),
    "dependents": ("p.dependents",),
    # Rules ask whether there is one, and not which.
    "repository": ("p.repository IS NULL", "p.repository = ''"),
    "first_upload": ("p.first_upload", "p.latest_upload"),
    "latest_upload": ("p.latest_upload",),
    "status": ("p.status",),
    "urls": ("p.repository IS NULL", "d.name IS NULL", "d.urls"),
    "releases": ("d.releases",),
    "owners": ("d.owners",),
    "advisories": ("a.body",),
    "imitates": (_LIKE,),
}
"""The cells that tell kinds apart; `resembles` no kind goes by."""

_LAST = "\U0010ffff"  # after every name


class Kinds:
    """The packages after a name and up to one, or all of them."""

    def __init__(
        self, snapshot: Snapshot, ranks: Iterable[int], after: str = "", to: str | None = None
    ) -> None:
        """Take an open snapshot; of the ranked, those up to one of `ranks` are alike."""
        self._snapshot = snapshot
        bounds = " ".join(f"WHEN p.rank <= {rank} THEN {rank}" for rank in sorted(ranks))
        self._rank = f"CASE {bounds} WHEN p.rank IS NOT NULL THEN 0 END"
        self._within = (after, _LAST if to is None else to)

    def each(
        self, questions: Sequence[frozenset[FactName]]
    ) -> Iterator[Iterator[tuple[PackageFacts, int]]]:
        """Give the kinds that there are as far as some facts go, for each of the `questions`.

        Of each kind one package, with what is recorded of it, and how many the kind has. All
        packages are read once.
        """
        cells, places = self._cells(frozenset().union(*questions)), []
        numbers: list[dict[_Kind, int]] = [{} for _ in questions]
        first: list[list[NormalizedName]] = [[] for _ in questions]
        for facts in questions:
            own = self._cells(facts)
            # A getter of one place gives no tuple.
            places.append(itemgetter(0, 0, *(cells.index(cell) for cell in own)))
        tallies = tuple(zip(places, numbers, first, strict=True))
        for name, row in self._rows(cells):
            for kind_of, number, names in tallies:
                kind = kind_of(row)
                if kind in number:
                    number[kind] += 1
                else:
                    number[kind] = 1
                    names.append(name)
        for facts, number, names in zip(questions, numbers, first, strict=True):
            yield zip(self._recorded(names, facts), number.values(), strict=True)

    def members(
        self, facts: frozenset[FactName], chosen: Callable[[PackageFacts], bool]
    ) -> Iterator[NormalizedName]:
        """Name all packages of the kinds that are chosen by one of each, in order."""
        found: dict[_Kind, list[NormalizedName]] = {}
        for name, kind in self._rows(self._cells(facts)):
            found.setdefault(kind, []).append(name)
        first = (names[0] for names in found.values())
        told = zip(found.values(), self._recorded(first, facts), strict=True)
        yield from sorted(name for names, one in told if chosen(one) for name in names)

    def _recorded(
        self, names: Iterable[NormalizedName], facts: frozenset[FactName]
    ) -> Iterator[PackageFacts]:
        return iter(self._snapshot.facts(dict.fromkeys(names, facts)).values())

    def _cells(self, facts: frozenset[FactName]) -> list[str]:
        """Name what tells packages apart: the rank, and the cells of these facts."""
        return [self._rank, *dict.fromkeys(cell for fact in sorted(facts) for cell in _CELLS[fact])]

    def _rows(self, cells: Sequence[str]) -> Iterator[tuple[NormalizedName, _Kind]]:
        asked = (_NOTHING if cell == _LIKE else cell for cell in cells)
        statement = f"SELECT {', '.join(asked)}, p.name FROM package p"  # noqa: S608 - our own words and numbers
        for table, letter in (("detail", "d"), ("advisory", "a")):
            if any(cell.startswith(f"{letter}.") for cell in cells):
                statement += f" LEFT JOIN {table} {letter} ON {letter}.name = p.name"
        rows = self._snapshot.select(
            f"{statement} WHERE p.name > ? AND p.name <= ? ORDER BY p.name", self._within
        )
        if _LIKE not in cells:
            return ((NormalizedName(str(row[-1])), row[:-1]) for row in rows)
        return self._likened(rows, cells.index(_LIKE))

    def _likened(
        self, rows: Iterable[tuple[Cell, ...]], place: int
    ) -> Iterator[tuple[NormalizedName, _Kind]]:
        finder = self._snapshot.finder(many=True)
        for row in rows:
            name = NormalizedName(str(row[-1]))
            yield name, (*row[:place], finder.of(name), *row[place + 1 : -1])
