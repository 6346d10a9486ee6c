"""The only judge of which names could be taken for far more popular ones.

Stricter than `resembles`, which only suggests: what is found here blocks. Alike are names that
differ

- in separators and in letters that look the same (`l`, `1`, `i`; `o`, `0`), the index's own rule
  for refusing new names; or in pairs that do (`rn` and `m`, `vv` and `w`);
- in the order of their words;
- by one slip of the keyboard, for names of five letters and more: the shorter the name, and the
  less popular what it is alike to, the less is a slip (measured for false alarms on all names of
  PyPI);
- by a word for Python in front or behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, permutations

from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Likeness

MOST = 3
"""More than this are not told."""

_TOP, _KNOWN = 1000, 5000  # ranks up to which many slips count, and some
_SHORT, _SHORTEST = 6, 5  # letters below which few slips count, and none
_LOOKS = str.maketrans({"l": "1", "i": "1", "o": "0", "-": None})
_LONG = 1000  # characters: no name, but many of them
_MOST_WORDS = 4  # of which 24 orders are tried
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_PAIRED = ("m", "w", "rn", "vv")
_FOR_PYTHON = ("python", "py", "python3", "py3")
_PY = "py"  # what each of these begins with
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiou")

_SAME = "it differs in separators or in letters that look the same"
_PAIRS = "it differs in letters that look the same"
_WORDS = "it has the same words in another order"
_PYTHON = "it differs by a word for Python"
_SWAPPED = "two neighbouring letters are swapped"
_DOUBLED = "a letter is doubled"
_BESIDE = "a letter is another one beside it on the keyboard"
_VOWEL = "a vowel is another one"
_ADDED = "a letter is added"
_DROPPED = "a letter is left out"
_CHANGED = "a letter is another one"


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            rows = _ROWS[max(number - 1, 0) : number + 2]
            near = "".join(each[max(place - 1, 0) : place + 2] for each in rows)
            found[key] = near.replace(key, "")
    return found


class Lookalikes:
    """Finds, for names that are not themselves ranked, which of the ranked ones they are like."""

    def __init__(self, ranked: Sequence[NormalizedName], *, many: bool = False) -> None:
        """Take the ranked names, the most downloaded first.

        `many`: names by the thousand will be asked for; then preparing takes longer and each name
        less. The answers are the same.
        """
        self._ranked, self.many = ranked, many
        self._text = "\n".join(("", *ranked, ""))
        self._keys = "\n".join(ranked[:_KNOWN]).replace("-", "").split("\n")
        self._known = _first(self._keys)
        self._top = _first(ranked[:_TOP])
        self._near = _neighbours()
        self._longest = max(map(len, self._keys)) + 1
        self._places: dict[str, dict[str, int]] = {}
        self._cuts = self._all_cuts() if many else None
        self._top_cores = _all_cores(self._top) if many else None
        self._halves = _all_halves(self._known) if many else None
        self._bags = frozenset(map(_bag, ranked)) if many else None

    def of(self, name: NormalizedName) -> tuple[Likeness, ...]:
        """Name what a name is like, the nearest kind first; nothing for a ranked name."""
        if self._place(_itself, name) is not None:
            return ()
        found: dict[int, str] = {}
        for place, how in self._alike(name):
            found.setdefault(place, how)
        return tuple(
            Likeness(self._ranked[place], place + 1, how)
            for place, how in list(found.items())[:MOST]
        )

    def _alike(self, name: NormalizedName) -> Iterator[tuple[int, str]]:
        for form, how in ((_looks, _SAME), (_pairs, _PAIRS)):
            if form is _pairs and not any(letters in name for letters in _PAIRED):
                continue
            if (place := self._place(form, form(name))) is not None:
                yield place, how
        words = name.split("-")
        may_be = self._bags is None or _bag(name) in self._bags
        if 1 < len(words) <= _MOST_WORDS and may_be:
            orders = ("-".join(order) for order in permutations(words))
            places = [self._place(_itself, other) for other in orders]
            yield from ((place, _WORDS) for place in sorted({p for p in places if p is not None}))
        cores = _cores(name)
        if self._top_cores is None or not self._top_cores.isdisjoint(cores):
            for other in _other_affixes(cores):
                if (place := self._top.get(other)) is not None:
                    yield place, _PYTHON
        yield from sorted(self._slips(name.replace("-", "")))

    def _place(self, form: Callable[[str], str], wanted: str) -> int | None:
        """Return the place of the first ranked name that has this form."""
        if self.many:
            if form.__name__ not in self._places:
                self._places[form.__name__] = _first(form(self._text).split("\n")[1:-1])
            return self._places[form.__name__].get(wanted)
        text = form(self._text)
        at = text.find(f"\n{wanted}\n")
        return None if at < 0 else text.count("\n", 0, at)

    def _slips(self, key: str) -> Iterator[tuple[int, str]]:
        if not _SHORTEST - 1 <= len(key) <= self._longest:
            # None is one slip away; and all slips of a name without end would take as long.
            return
        for place in self._one_away(key):
            how = self._slip(key, self._keys[place], place)
            if how is not None:
                yield place, how

    def _one_away(self, key: str) -> set[int]:
        """Return the places of the known keys that are one slip away, and maybe of some more."""
        known = self._known
        if self._halves is not None and self._halves.isdisjoint(_halves_near(key)):
            return set()
        if self._cuts is None:
            return {known[other] for other in known.keys() & set(_edits(key))}
        return {place for cut in (key, *_cut(key)) for place in self._cuts.get(cut, ())}

    def _all_cuts(self) -> dict[str, list[int]]:
        cuts: dict[str, list[int]] = {}
        for key, place in self._known.items():
            for cut in {key, *_cut(key)}:
                cuts.setdefault(cut, []).append(place)
        return cuts

    def _slip(self, key: str, other: str, place: int) -> str | None:
        """Tell which slip makes one name of the other, None if it is none that counts."""
        if len(other) < _SHORTEST or key == other:
            return None
        start = 0
        while start < len(key) and start < len(other) and key[start] == other[start]:
            start += 1
        ours, theirs = key[start:], other[start:]
        if len(key) == len(other):
            how = self._same_length(ours, theirs)
        elif len(key) > len(other):
            how = self._added(key, start) if ours[1:] == theirs else None
        else:
            how = self._dropped(other, start) if ours == theirs[1:] else None
        return how if how is not None and _counts(how, other, place) else None

    def _same_length(self, ours: str, theirs: str) -> str | None:
        if ours[1::-1] == theirs[:2] and ours[2:] == theirs[2:] and len(ours) > 1:
            return _SWAPPED
        if ours[1:] != theirs[1:] or ours[0].isdigit() or theirs[0].isdigit():
            return None
        if theirs[0] in self._near[ours[0]]:
            return _BESIDE
        return _VOWEL if {ours[0], theirs[0]} <= _VOWELS else _CHANGED

    def _added(self, key: str, at: int) -> str | None:
        letter = key[at]
        if letter.isdigit():
            return None
        if letter in {key[at - 1 : at], key[at + 1 : at + 2]}:
            return _DOUBLED
        return _ADDED

    def _dropped(self, other: str, at: int) -> str | None:
        return None if other[at].isdigit() else _DROPPED


def _counts(how: str, other: str, place: int) -> bool:
    """Whether a slip is one too likely to be chance: fewer count the shorter and less known."""
    if len(other) < _SHORT:
        return place < _TOP and how in {_SWAPPED, _DOUBLED}
    if place < _TOP:
        return True
    return place < _KNOWN and how in {_SWAPPED, _DOUBLED, _DROPPED}


def _first(forms: Sequence[str]) -> dict[str, int]:
    """Return the place of each form, the first of them if it is there several times."""
    return dict(zip(reversed(forms), range(len(forms) - 1, -1, -1), strict=True))


def _itself(name: str) -> str:
    return name


def _looks(name: str) -> str:
    """Return what the index compares when a name is to be registered."""
    if len(name) > _LONG:
        return name.translate(_LOOKS)
    # For a short text this is many times as quick, for a long one it is not.
    return name.replace("l", "1").replace("i", "1").replace("o", "0").replace("-", "")


def _pairs(name: str) -> str:
    return _looks(name.replace("rn", "m").replace("vv", "w"))


def _cores(name: NormalizedName) -> set[str]:
    """Return the name, and what it is without a word for Python."""
    cores = {str(name)}
    begun_or_ended = name.startswith(_PY) or name.endswith(_FOR_PYTHON)
    for word in _FOR_PYTHON if begun_or_ended else ():
        cores.update((name.removeprefix(f"{word}-"), name.removesuffix(f"-{word}")))
        if len(name) > len(word) + _SHORTEST:
            cores.update((name.removeprefix(word), name.removesuffix(word)))
    return {core for each in cores if len(core := each.strip("-")) >= _SHORTEST - 1}


def _other_affixes(cores: set[str]) -> Iterator[NormalizedName]:
    """Yield the cores of a name, and each with a word for Python."""
    for core in sorted(cores):
        yield NormalizedName(core)
        for word in _FOR_PYTHON:
            for other in (f"{word}-{core}", f"{core}-{word}", f"{word}{core}"):
                yield NormalizedName(other)


def _all_cores(names: Iterable[str]) -> frozenset[str]:
    """Return every core from which `_other_affixes` makes one of these names."""
    found = set(names)
    for name in tuple(found):
        for word in _FOR_PYTHON:
            found.update((name.removeprefix(f"{word}-"), name.removesuffix(f"-{word}")))
            found.add(name.removeprefix(word))
    return frozenset(found)


def _bag(name: str) -> tuple[str, ...]:
    """Return what a name shares with all that have its words in another order."""
    return tuple(sorted(name.split("-")))


def _all_halves(keys: Iterable[str]) -> frozenset[tuple[int, str]]:
    """Return the halves of all keys, each with its length; one letter in the middle is in none.

    One slip, which is of two neighbouring letters at most, leaves one of the halves as it is.
    """
    found: set[tuple[int, str]] = set()
    for key in keys:
        length = len(key)
        middle = (length - 1) // 2
        found.update(((length, key[:middle]), (-length, key[middle + 1 :])))
    return frozenset(found)


def _halves_near(key: str) -> Iterator[tuple[int, str]]:
    """Yield the halves that a key has where it is one slip away from another."""
    own = len(key)
    for length in (own, own - 1, own + 1):
        middle = (length - 1) // 2
        yield length, key[:middle]
        yield -length, key[own - (length - middle - 1) :]


def _cut(key: str) -> Iterator[str]:
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]


def _edits(key: str) -> Iterator[str]:
    """Yield all keys that are one slip away."""
    yield from _cut(key)
    for at, (one, two) in enumerate(pairwise(key)):
        yield f"{key[:at]}{two}{one}{key[at + 2 :]}"
    for at in range(len(key) + 1):
        before, after, rest = key[:at], key[at:], key[at + 1 :]
        for letter in _ALPHABET:
            yield f"{before}{letter}{after}"
            yield f"{before}{letter}{rest}"
