"""How often each rule fires on the packages of an index: no I/O, no clock.

A rule fires on a package if it sees something when the package is added without a version, under
the default policy. What it cannot see is counted apart, also where the gate would not ask: of the
most downloaded packages. A test holds this to what `judge` finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.facts import Known, PackageFacts
from vetgate.model.policy import Policy
from vetgate.model.prevalence import Among, Count, Prevalence
from vetgate.rules.base import Limits, Rule

GROUPS = (100, 1000, 10_000, None)
"""The most downloaded packages up to these ranks; None: all of them."""

_DEFAULTS = Policy()
_PLACE = Location("requirements.txt", 1)
_ANY = FromIndex("")


def count(
    packages: Iterable[PackageFacts], rules: tuple[Rule, ...], *, now: datetime
) -> Prevalence:
    """Count on how many packages of each group each rule fires; `now` is when the facts are of.

    Takes some ten microseconds for each package; what it is given it reads once.
    """
    last = len(GROUPS) - 1
    sizes = [0] * len(GROUPS)
    fired = [[0] * len(GROUPS) for _ in rules]
    unknown = [[0] * len(GROUPS) for _ in rules]
    seers = [(at, rule, _limits(rule, now)) for at, rule in enumerate(rules)]
    for facts in packages:
        rank = facts.rank.value if isinstance(facts.rank, Known) else None
        group = _group(rank, last)
        sizes[group] += 1
        change = _addition(facts.name)
        trusted = rank is not None and rank <= _DEFAULTS.trust_rank
        for at, rule, limits in seers:
            if trusted and rule.trusts_popularity:
                continue
            seen = _sees(rule, facts, change, limits)
            if seen is not None:
                (fired if seen else unknown)[at][group] += 1
    counts = {
        rule.id: tuple(map(Count, _running(fired[at]), _running(unknown[at])))
        for at, rule in enumerate(rules)
    }
    return Prevalence(tuple(map(Among, GROUPS, _running(sizes))), counts)


def firing(
    packages: Iterable[PackageFacts], rule: Rule, *, now: datetime
) -> Iterator[tuple[PackageFacts, str]]:
    """Yield each package that a rule fires on, and what it says of it."""
    limits = _limits(rule, now)
    for facts in packages:
        trusted = isinstance(facts.rank, Known) and facts.rank.value <= _DEFAULTS.trust_rank
        if trusted and rule.trusts_popularity:
            continue
        for signal in rule.check(_addition(facts.name), facts, limits):
            if not signal.unknown:
                yield facts, signal.message
                break


def _sees(rule: Rule, facts: PackageFacts, change: Added, limits: Limits) -> bool | None:
    """Whether the rule fires; False: it cannot tell; None: it is silent."""
    doubt = None
    for signal in rule.check(change, facts, limits):
        if not signal.unknown:
            return True
        doubt = False
    return doubt


def _addition(name: NormalizedName) -> Added:
    return Added(Dependency(name, name, name, _ANY, _PLACE))


def _limits(rule: Rule, now: datetime) -> Limits:
    return Limits(rule.limits, now, max_age=_DEFAULTS.max_age)


def _group(rank: int | None, last: int) -> int:
    """Return the place of the smallest group that a rank belongs to."""
    if rank is None:
        return last
    return next((at for at, most in enumerate(GROUPS) if most is not None and rank <= most), last)


def _running(numbers: list[int]) -> list[int]:
    total, sums = 0, []
    for number in numbers:
        total += number
        sums.append(total)
    return sums
