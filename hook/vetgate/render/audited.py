"""What an audit tells: packages from bad to good, and rule by rule how many each befell.

The reference figures are those of the design, section 5: a commercial scanner's public page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from vetgate.model.policy import Level
from vetgate.model.record import Record
from vetgate.model.verdict import Judged, Outcome
from vetgate.render.groups import Group, grouped, package
from vetgate.render.ordered import by_place


class Reference(Record):
    """On how many packages of PyPI another scanner's rule of this kind fires."""

    top_100: int
    top_1000: int
    top_10000: int
    all: int


REFERENCE = MappingProxyType(
    {
        "removed": Reference(0, 1, 20, 83_870),
        "unpopular": Reference(1, 13, 37, 443_060),
        "rarely-used": Reference(1, 11, 910, 717_090),
        "no-repository": Reference(70, 472, 4207, 413_790),
        "suspicious-tld": Reference(12, 90, 503, 15_920),
        "malware": Reference(2, 18, 110, 1990),
    }
)
"""By rule; the last figure of each is rounded to tens, as it was published."""


class Count(Record):
    """How many packages one rule befell; a package counts once, in the first that fits."""

    rule: str
    fired: int
    """It saw something, and nothing exempts the package."""
    exempted: int
    """It saw something, and a pin or an allowance exempts the package."""
    unknown: int
    """It could not tell."""


class Audit(Record):
    """What was judged, and under what heading."""

    judged: tuple[Judged, ...]
    rules: tuple[str, ...]
    """Every rule, in the order that they are told in."""
    environment: str | None = None
    """The environment as it was named; None: the manifests."""

    @property
    def packages(self) -> int:
        """How many different packages were judged."""
        return len({package(each) for each in self.judged})


def by_badness(judged: Iterable[Judged]) -> list[Judged]:
    """Sort by outcome, worst first, number of blocking findings, name, and place."""
    return sorted(by_place(judged), key=lambda one: (*_badness(one), package(one)))


def rows(judged: Sequence[Judged]) -> list[Group]:
    """Return what is told in one row each, in the same order."""
    groups = [group for outcome in Outcome for group in grouped(judged, outcome)]
    return sorted(groups, key=lambda group: (*_badness(group.members[0]), group.package))


def counts(audit: Audit) -> list[Count]:
    """Count, for each rule, the packages that it befell."""
    return [_count(audit.judged, rule) for rule in audit.rules]


def _badness(one: Judged) -> tuple[int, int]:
    blocking = sum(
        finding.level is Level.BLOCK and finding.exempted_by is None for finding in one.findings
    )
    return -one.outcome, -blocking


def _count(judged: Iterable[Judged], rule: str) -> Count:
    fired: set[str] = set()
    exempted: set[str] = set()
    unknown: set[str] = set()
    for one in judged:
        for finding in one.findings:
            if finding.rule != rule or finding.level is Level.OFF:
                continue
            if finding.unknown:
                unknown.add(package(one))
            elif finding.exempted_by is not None:
                exempted.add(package(one))
            else:
                fired.add(package(one))
    exempted -= fired
    return Count(rule, len(fired), len(exempted), len(unknown - fired - exempted))
