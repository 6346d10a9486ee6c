"""Which release to pin: the newest that the constraint, the project and the policy admit.

What a block advises and what `vetgate pin` writes are both chosen here, each from what it knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory, Known, PackageFacts, Release
from vetgate.model.policy import Level
from vetgate.model.pythons import may_run, runs_on_all
from vetgate.model.record import Record
from vetgate.model.releases import parsed
from vetgate.model.reports import About
from vetgate.model.specifiers import admits
from vetgate.model.typed import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # costs several interpreter starts to import
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

_NAMED = 3


class Wish(Record):
    """What a release has to fit."""

    specifier: str
    """The constraint that stands there now (PEP 440; empty: any version)."""
    python: str | None = None
    """The project's own `requires-python`, None where it says none."""
    pre: bool = False
    """Pre-releases too."""


class Waiver(Record):
    """An allowance in force that exempts from a rule on reports."""

    name: NormalizedName
    rule: str
    """`malware` or `vulnerable`."""
    where: str
    """The file and line that it stands on."""
    versions: str | None = None
    """None: all."""


class Demands(Record):
    """What a policy asks of a release that is to be pinned."""

    settled: datetime | None = None
    """What was uploaded later (aware) is too young; None: nothing is."""
    days: int = 0
    """How many days before now that is."""
    vulnerable: Level = Level.WARN
    """Block: it has to be free of known vulnerabilities; warn: if one is."""
    waivers: tuple[Waiver, ...] = ()


class Candidate(Record):
    """A release that may be pinned."""

    version: Version
    uploaded: datetime | None
    """Aware; None where it is not told."""
    yanked: bool
    pythons: tuple[str, ...] = ()
    """What each of its files asks for as `requires-python`; empty: it is not known."""


Passed: TypeAlias = "tuple[tuple[Version, str], ...]"
"""Versions that were passed over, the highest first, and why."""


class Picked(Record):
    """The release to pin."""

    candidate: Candidate
    newer: Passed
    """What the constraint admits and is newer."""
    notes: tuple[str, ...] = ()
    """What is to be known of it."""


class NonePicked(Record):
    """None will do."""

    passed: Passed


class _Judged(Record):
    candidate: Candidate
    flaws: tuple[str | None, str | None]
    """What speaks against it while there is another: Pythons first, then vulnerabilities."""
    notes: tuple[str, ...]


def pick(
    candidates: Sequence[Candidate],
    admitted: SpecifierSet,
    wish: Wish,
    demands: Demands,
    reports: Sequence[Advisory],
    name: NormalizedName | None,
    *,
    timed: bool,
) -> Picked | NonePicked:
    """Pick among candidates, the highest first; `admitted` is the wish's own specifier, read.

    `reports` are all that are known about any version of what `name` names. `timed`: the time of
    some upload is told. An index without times (the standard leaves them out) gets its releases
    unchecked; where some have a time and others not, those without could be of this minute.

    The newest without a flaw comes first; else the newest that every Python of the project can
    install; else the newest that is free of known vulnerabilities; else the newest.
    """
    bench = _Bench(admitted, wish, demands, reports, name, timed=timed)
    passed: list[tuple[Version, str]] = []
    usable: list[_Judged] = []
    for candidate in candidates:
        why = bench.why_not(candidate)
        if why is not None:
            passed.append((candidate.version, why))
            continue
        usable.append(_Judged(candidate, bench.flaws(candidate), bench.notes(candidate)))
        if usable[-1].flaws == (None, None):
            break
    if not usable:
        return NonePicked(tuple(passed))
    best = min(usable, key=lambda one: [flaw is not None for flaw in one.flaws])
    for one in usable:
        if one is not best:
            said = [flaw for flaw in one.flaws if flaw is not None]
            passed.append((one.candidate.version, " and ".join(said)))
    newer = [
        (version, why)
        for version, why in passed
        if version > best.candidate.version and admitted.contains(version, prereleases=True)
    ]
    affected = best.flaws[1]
    notes = best.notes
    if affected is not None:
        every = all(one.flaws[1] is not None for one in usable)
        end = ", and no release that would do is free of what is known" if every else ""
        notes = (*notes, f"it is {affected}{end}")
    return Picked(best.candidate, tuple(sorted(newer, reverse=True)), notes)


def in_turn(own: str, all_: Iterable[str]) -> Iterator[str]:
    """Yield what all requirements of a package admit together, and then what one does by itself.

    They get one version, if there is one that all of them admit.
    """
    clauses = {clause for one in all_ for clause in one.split(",") if clause}
    joint = ",".join(sorted(clauses))
    if joint != own:
        yield joint
    yield own


def pinnable(
    facts: PackageFacts | None, specifiers: Iterable[str], demands: Demands
) -> Candidate | NonePicked | None:
    """Pick by what is on record, within the first of the specifiers that admits one that will do.

    None: the releases are not known, or the last specifier cannot be read. The files of each
    release are not on record: what they ask of Python is not looked at, and the first upload stands
    for all.
    """
    if facts is None or not isinstance(facts.releases, Known):
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    reports = facts.advisories.value if isinstance(facts.advisories, Known) else ()
    candidates = _recorded(facts.releases.value)
    timed = any(one.uploaded is not None for one in facts.releases.value)
    none: NonePicked | None = None
    for specifier in specifiers:
        none = None
        with suppress(InvalidSpecifier):
            admitted, wish = SpecifierSet(specifier), Wish(specifier)
            picked = pick(candidates, admitted, wish, demands, reports, facts.name, timed=timed)
            if isinstance(picked, Picked):
                return picked.candidate
            none = picked
    return none


def _recorded(releases: Iterable[Release]) -> list[Candidate]:
    found: dict[Version, Candidate] = {}
    for release in releases:
        version = parsed(release.version)
        if version is not None:
            found.setdefault(version, Candidate(version, release.uploaded, release.yanked))
    return [found[version] for version in sorted(found, reverse=True)]


class _Bench:
    """What every candidate is judged by, made ready once."""

    def __init__(
        self,
        admitted: SpecifierSet,
        wish: Wish,
        demands: Demands,
        reports: Sequence[Advisory],
        name: NormalizedName | None,
        *,
        timed: bool,
    ) -> None:
        self._admitted, self._wish, self._demands = admitted, wish, demands
        self._abouts = [About(report) for report in reports]
        self._waivers = [one for one in demands.waivers if one.name == name]
        self._timed = timed

    def why_not(self, one: Candidate) -> str | None:
        """Tell why a release is not taken whatever else there is, None if it may be."""
        if not self._admitted.contains(one.version, prereleases=True):
            return f"outside of {self._wish.specifier}"
        if one.yanked:
            return "yanked"
        if one.version.is_prerelease and not self._wish.pre:
            return "a pre-release, which only --pre takes"
        python = self._wish.python
        if python is not None and one.pythons and not may_run(one.pythons, python):
            return f"needs Python {one.pythons[0]}, and the project has {python}"
        return self._reported(one) or self._too_young(one)

    def flaws(self, one: Candidate) -> tuple[str | None, str | None]:
        """Tell what speaks against a release while there is another."""
        python, affected = self._wish.python, ""
        some = None
        if python is not None and one.pythons and not runs_on_all(one.pythons, python):
            some = f"needs Python {' or '.join(sorted(set(one.pythons)))}, and the project admits "
            some += python
        if self._demands.vulnerable is not Level.OFF:
            affected = self._named(one, malicious=False)
        return some, f"affected by {affected}" if affected else None

    def notes(self, one: Candidate) -> tuple[str, ...]:
        """Tell what is let pass of a release."""
        malicious = self._named(one, malicious=True)
        if not malicious:
            return ()
        return (f"reported malicious ({malicious}): {self._waived(one, 'malware')} lets it pass",)

    def _reported(self, one: Candidate) -> str | None:
        malicious = self._named(one, malicious=True)
        if malicious and self._waived(one, "malware") is None:
            return f"reported malicious ({malicious})"
        if self._demands.vulnerable is Level.BLOCK and self._waived(one, "vulnerable") is None:
            affected = self._named(one, malicious=False)
            return f"affected by {affected}" if affected else None
        return None

    def _named(self, one: Candidate, *, malicious: bool) -> str:
        found = [
            about.advisory.id
            for about in self._abouts
            if about.advisory.malicious is malicious and about.covers(str(one.version))
        ]
        more = len(found) - _NAMED
        return ", ".join(found[:_NAMED]) + (f" and {more} more" if more > 0 else "")

    def _waived(self, one: Candidate, rule: str) -> str | None:
        """Return the place of the allowance by which a rule passes a release over."""
        for waiver in self._waivers:
            covered = waiver.versions is None or admits(waiver.versions, f"=={one.version}")
            if waiver.rule == rule and covered:
                return waiver.where
        return None

    def _too_young(self, one: Candidate) -> str | None:
        settled, days = self._demands.settled, self._demands.days
        if settled is None or not self._timed:
            return None
        if one.uploaded is None:
            return "without a time of upload"
        if one.uploaded > settled:
            day = one.uploaded.date().isoformat()
            return f"uploaded on {day}, less than {days} {'day' if days == 1 else 'days'} ago"
        return None
