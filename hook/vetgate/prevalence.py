"""How often each rule fires on the packages of an index: no I/O, no clock.

A rule fires on a package if it sees something when the package is added without a version, under
the default policy. What it cannot see is counted apart, also where the gate would not ask: of the
most downloaded packages. A test holds this to what `judge` finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.facts import FactName, Known, PackageFacts
from vetgate.model.policy import Policy
from vetgate.model.prevalence import Among, Count, Prevalence
from vetgate.model.typed import Protocol
from vetgate.rules.base import Limits, Rule

GROUPS = (100, 1000, 10_000, None)
"""The most downloaded packages up to these ranks; None: all of them."""

_DEFAULTS = Policy()
RANKS = tuple(rank for rank in (*GROUPS, _DEFAULTS.trust_rank) if rank is not None)
"""The ranks up to which packages are told from those below."""

_SIZES: frozenset[FactName] = frozenset()  # the question that needs but the ranks
_PLACE = Location("requirements.txt", 1)
_ANY = FromIndex("")


class Population(Protocol):
    """The packages of an index, by kinds."""

    def each(
        self, questions: Sequence[frozenset[FactName]]
    ) -> Iterable[Iterable[tuple[PackageFacts, int]]]:
        """Give for each question one package of each kind, and how many the kind has.

        Of a kind are packages that differ neither in the facts that the question names, nor in what
        `RANKS` tell apart.
        """


def count(population: Population, rules: tuple[Rule, ...], *, now: datetime) -> Prevalence:
    """Count on how many packages of each group each rule fires; `now` is when the facts are of."""
    questions = tuple(dict.fromkeys((_SIZES, *map(read_by, rules))))
    sizes = [0] * len(GROUPS)
    counts: dict[str, tuple[Count, ...]] = {}
    for question, kinds in zip(questions, population.each(questions), strict=True):
        asking = [_Counting(rule, now) for rule in rules if read_by(rule) == question]
        for facts, number in kinds:
            group = _group(facts)
            if question == _SIZES:
                sizes[group] += number
            for one in asking:
                one.add(facts, group, number)
        counts.update((one.rule.id, one.counts()) for one in asking)
    return Prevalence(
        tuple(map(Among, GROUPS, _running(sizes))), {rule.id: counts[rule.id] for rule in rules}
    )


class _Counting:
    """The packages of each group that one rule fires on, and those that it cannot tell of."""

    def __init__(self, rule: Rule, now: datetime) -> None:
        self.rule, self._limits = rule, _limits(rule, now)
        self._fired, self._unknown = [0] * len(GROUPS), [0] * len(GROUPS)

    def add(self, facts: PackageFacts, group: int, number: int) -> None:
        seen = None if _is_trusted(facts, self.rule) else _sees(self.rule, facts, self._limits)
        if seen is not None:
            (self._fired if seen else self._unknown)[group] += number

    def counts(self) -> tuple[Count, ...]:
        return tuple(map(Count, _running(self._fired), _running(self._unknown)))


def read_by(rule: Rule) -> frozenset[FactName]:
    """Name the facts that tell whether a rule fires."""
    return rule.needs | rule.heeds


def firing(
    packages: Iterable[PackageFacts], rule: Rule, *, now: datetime
) -> Iterator[tuple[PackageFacts, str]]:
    """Yield each package that a rule fires on, and what it says of it."""
    limits = _limits(rule, now)
    for facts in packages:
        if _is_trusted(facts, rule):
            continue
        for signal in rule.check(_addition(facts.name), facts, limits):
            if not signal.unknown:
                yield facts, signal.message
                break


def _is_trusted(facts: PackageFacts, rule: Rule) -> bool:
    """Whether a rule says nothing of a package because it is so popular."""
    trusted = isinstance(facts.rank, Known) and facts.rank.value <= _DEFAULTS.trust_rank
    return trusted and rule.trusts_popularity


def _sees(rule: Rule, facts: PackageFacts, limits: Limits) -> bool | None:
    """Whether the rule fires; False: it cannot tell; None: it is silent."""
    doubt = None
    for signal in rule.check(_addition(facts.name), facts, limits):
        if not signal.unknown:
            return True
        doubt = False
    return doubt


def _addition(name: NormalizedName) -> Added:
    return Added(Dependency(name, name, name, _ANY, _PLACE))


def _limits(rule: Rule, now: datetime) -> Limits:
    return Limits(rule.limits, now, max_age=_DEFAULTS.max_age)


def _group(facts: PackageFacts) -> int:
    """Return the place of the smallest group that a package belongs to."""
    rank = facts.rank.value if isinstance(facts.rank, Known) else None
    last = len(GROUPS) - 1
    if rank is None:
        return last
    return next((at for at, most in enumerate(GROUPS) if most is not None and rank <= most), last)


def _running(numbers: list[int]) -> list[int]:
    total, sums = 0, []
    for number in numbers:
        total += number
        sums.append(total)
    return sums
