"""From what pip was given to the changes that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vetgate.commands.pip_addresses import OFF_INDEX, PRIVATE
from vetgate.commands.pip_front import Held
from vetgate.installer.meeting import Meeting, Root
from vetgate.installer.wanted import NOWHERE, is_direct
from vetgate.model.change import Added, Change, Updated
from vetgate.model.dependency import Dependency, FromIndex
from vetgate.model.policy import Level
from vetgate.model.releases import exact
from vetgate.model.verdict import Finding, Judged, Outcome


def refused(held: Held, *, private: bool) -> Judged:
    """Return as judged what may not come from where it was asked for."""
    name = held.name
    evidence = PRIVATE if private else {}
    finding = Finding(OFF_INDEX, Level.BLOCK, held.reason, evidence)
    subject = Dependency(name, name, name, FromIndex(""), NOWHERE)
    return Judged(Added(subject), Outcome.BLOCKED, (finding,))


def stopping(judged: Judged | None) -> bool:
    """Whether a rule blocks it."""
    found = () if judged is None else judged.findings
    return any(one.level is Level.BLOCK and one.exempted_by is None for one in found)


def coming(
    wanted: Iterable[tuple[Root, Dependency]],
    met: Meeting,
    is_left: Callable[[Dependency], bool],
) -> Iterable[Change]:
    """Return what comes in by what pip was given; what is there already and stays does not.

    `is_left`: what to leave to the judgement of its page, unless it is a pin itself.
    """
    for root, one in wanted:
        if not is_direct(one) and (root.constraint or (not one.pinned and is_left(one))):
            continue
        before = met.installed.get(one.name or "")
        if before is None or is_direct(one):
            yield Added(one)
        elif met.upgrade or not _admits(one, before):
            yield Updated(_there(one, before), one)


def is_for(one: Dependency, pin: Dependency) -> bool:
    """Whether a pin of a version is one of what a requirement of the same name asks for."""
    version = exact(pin.origin.specifier) if isinstance(pin.origin, FromIndex) else None
    return version is not None and _admits(one, version)


def _admits(one: Dependency, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    origin = one.origin
    try:
        return isinstance(origin, FromIndex) and SpecifierSet(origin.specifier).contains(
            version, prereleases=True
        )
    except (InvalidSpecifier, InvalidVersion):
        return False


def _there(one: Dependency, version: str) -> Dependency:
    return one._replace(
        requirement=f"{one.spelled}=={version}",
        origin=FromIndex(f"=={version}"),
        location=NOWHERE,
        installed=True,
    )
