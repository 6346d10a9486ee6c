"""The only judge of likeness between names: which popular package may have been meant.

Alike are: the same letters with other separators, the same words in another order
(`nmap-python`), a word for Python more or less in front or behind, one or two slips of the
keyboard. All of it is computed from the names alone, in a few milliseconds, and only for a name
that is not itself popular.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from vetgate.model.dependency import NormalizedName

LIMIT = 3
"""More suggestions than this are noise."""

_FOR_PYTHON = ("python", "py", "python3", "py3")
_MOST_WORDS = 4  # of which 24 orders are tried
_ONE_SLIP, _TWO_SLIPS = 3, 8  # letters from which on: in shorter names all resemble all


def resembles(name: NormalizedName, ranked: Sequence[NormalizedName]) -> tuple[NormalizedName, ...]:
    """Name the ranked packages that `name` may be taken for: the nearest first, at most three.

    `ranked` is in the order of popularity, which decides between the equally near.
    """
    key = name.replace("-", "")
    keys = "\n".join(ranked).replace("-", "").split("\n")
    nearest: dict[NormalizedName, int] = {}
    if key in keys:
        nearest.update((ranked[place], 0) for place, k in enumerate(keys) if k == key)
    known = frozenset(ranked)
    for other in _rearranged(name):
        if other in known:
            nearest.setdefault(other, 1)
    for place, slips in _slips(key, keys):
        nearest.setdefault(ranked[place], 1 + slips)
    nearest.pop(name, None)
    found = sorted(nearest, key=lambda other: (nearest[other], ranked.index(other)))
    return tuple(found[:LIMIT])


def _rearranged(name: NormalizedName) -> Iterator[NormalizedName]:
    words = name.split("-")
    if len(words) <= _MOST_WORDS:
        yield from (NormalizedName("-".join(order)) for order in permutations(words))
    cores: set[str] = {name}
    for word in _FOR_PYTHON:
        cores.update((name.removeprefix(f"{word}-"), name.removesuffix(f"-{word}")))
        if len(name) > len(word) + _ONE_SLIP:
            cores.update((name.removeprefix(word), name.removesuffix(word)))
    for core in sorted(each.strip("-") for each in cores):
        yield NormalizedName(core)
        for word in _FOR_PYTHON:
            for around in (f"{word}-{core}", f"{core}-{word}", f"{word}{core}", f"{core}{word}"):
                yield NormalizedName(around)


def _slips(key: str, keys: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the place and the number of slips of each key that is one or two slips away.

    Each step looks at what the one before left over; only the last is dear.
    """
    length = len(key)
    if length < _ONE_SLIP:
        return
    most = 1 if length < _TWO_SLIPS else 2
    lengths = frozenset(range(length - most, length + most + 1))
    near = [(place, k) for place, k in enumerate(keys) if len(k) in lengths]
    # Of n + 2 parts, n slips leave one in its place, give or take n letters. (Two swaps of letters
    # across two borders harm four: so few that they are let go.)
    cuts = [length * part // (most + 2) for part in range(most + 3)]
    parts = [(key[a:b], max(a - most, 0), b + most) for a, b in pairwise(cuts)]
    left: dict[int, str] = {}
    for part, low, high in parts:
        left.update([(place, k) for place, k in near if part in k and part in k[low:high]])
    differ = frozenset(key).symmetric_difference
    for place, k in left.items():
        if len(differ(k)) <= 2 * most and 0 < (slips := distance(key, k, most)) <= most:
            yield place, slips


def distance(one: str, two: str, most: int) -> int:
    """Count the slips between two words: letters added, dropped, changed, neighbours swapped.

    The optimal string alignment distance; anything above `most` is answered as `most + 1`.
    """
    if abs(len(one) - len(two)) > most:
        return most + 1
    far = most + 1
    before = [far] * (len(two) + 1)
    row = [min(j, far) for j in range(len(two) + 1)]
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [far] * (len(two) + 1)
        if i <= most:
            row[0] = i
        # Outside of this band, the letters added or dropped alone are too many.
        for j in range(max(1, i - most), min(len(two), i + most) + 1):
            other = two[j - 1]
            cost = (
                before[j - 1] if letter == other else 1 + min(before[j - 1], before[j], row[j - 1])
            )
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row[j] = min(cost, far)
        if min(row) == far and min(before) == far:
            return far
    return row[-1]
