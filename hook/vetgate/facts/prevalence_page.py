"""The table of prevalence as text: what a snapshot keeps as its page `prevalence`, and reads back.

A line for the groups (`among`, then rank or `-` for all, and number of packages), and one for each
rule (its id, then how often it fires and on how many it could not tell), fields by tabs.
"""

from __future__ import annotations

from vetgate.model.prevalence import Among, Count, Prevalence

PAGE = "prevalence"
"""The key of the page."""

_ALL = "-"


def written(table: Prevalence) -> str:
    """Write a table as text; raise `ValueError` if it could not be read back."""
    lines = [
        "\t".join(
            ("among", *(f"{_ALL if g.rank is None else g.rank}/{g.packages}" for g in table.groups))
        )
    ]
    lines += [
        "\t".join((rule, *(f"{one.fires_on}/{one.unknown}" for one in counts)))
        for rule, counts in table.counts.items()
    ]
    text = "\n".join(lines)
    if read(text) != table._replace(counts=dict(table.counts)):
        raise ValueError("this is no table of prevalence")
    return text


def read(text: str) -> Prevalence:
    """Read what `written` wrote; raise `ValueError` on anything else."""
    head, *rest = text.split("\n")
    word, *groups = head.split("\t")
    if word != "among":
        raise ValueError(f"{word!r} is not where a table of prevalence begins")
    among = tuple(map(_group, groups))
    counts: dict[str, tuple[Count, ...]] = {}
    for line in rest:
        rule, *cells = line.split("\t")
        if len(cells) != len(among) or not rule or rule in counts:
            raise ValueError(f"{line!r} is no row of a table of prevalence")
        counts[rule] = tuple(Count(*_pair(cell)) for cell in cells)
    return Prevalence(among, counts)


def _group(cell: str) -> Among:
    rank, _, packages = cell.partition("/")
    return Among(None if rank == _ALL else _number(rank), _number(packages))


def _pair(cell: str) -> tuple[int, int]:
    fires_on, _, unknown = cell.partition("/")
    return _number(fires_on), _number(unknown)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no count")
    return int(text)
