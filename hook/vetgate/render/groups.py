"""Changes of one package that the same findings befell, told as one."""

from __future__ import annotations

from collections.abc import Iterable

from vetgate.model.policy import Exemption, Level
from vetgate.model.record import Record
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.render.ordered import by_place, subject


class Group(Record):
    """One package, the places it stands in, and what befell it there."""

    package: str
    """Its name, or what stands for it."""
    members: tuple[Judged, ...]
    """At least one, sorted by place."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What blocks, then what warns, then what is exempted, each sorted by rule."""
        heard = (each for each in self.members[0].findings if each.level is not Level.OFF)
        return tuple(sorted(heard, key=_weight))


def grouped(changes: Iterable[Judged], outcome: Outcome) -> list[Group]:
    """Group the changes with this outcome, sorted by the first place of each group."""
    found: dict[tuple[str, tuple[str, ...]], list[Judged]] = {}
    for judged in by_place(changes):
        if judged.outcome is outcome:
            said = tuple(sorted(repr(finding) for finding in judged.findings))
            found.setdefault((package(judged), said), []).append(judged)
    return [Group(name, tuple(members)) for (name, _), members in found.items()]


def package(judged: Judged) -> str:
    """Return the name of what a change is about, or what stands for it."""
    dependency = subject(judged.change)
    return dependency.name or dependency.spelled.strip() or "(no name)"


_EXEMPTED_BY = {
    Exemption.PIN: "pin",
    Exemption.LOCK: "lock",
    Exemption.ALLOW: "allowance",
    Exemption.PRIVATE: "private name",
}


def exempted(finding: Finding) -> str:
    """Tell what exempts a finding (`exempted by pin ==1.4.2`), or nothing if nothing does."""
    if finding.exempted_by is None:
        return ""
    return f"exempted by {_EXEMPTED_BY[finding.exempted_by]} {finding.exempted_why}".rstrip()


def _weight(finding: Finding) -> tuple[bool, bool, str, str]:
    return (
        finding.exempted_by is not None,
        finding.level is not Level.BLOCK,
        finding.rule,
        finding.message,
    )
