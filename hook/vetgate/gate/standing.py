"""How a project stands, and what follows from that for the releases on its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vetgate.engine import OUTCOMES
from vetgate.gate.listing import Listing, Offered
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.facts import Known, PackageFacts, Release, Unknown
from vetgate.model.policy import Level
from vetgate.model.record import Record
from vetgate.model.releases import exact, is_just
from vetgate.model.verdict import Finding, Judged, Outcome

TOO_NEW = "too-new"
ABOUT_VERSIONS = frozenset({TOO_NEW, "malware", "vulnerable"})
"""The rules that speak of single releases: those are kept off a page, and the others stay."""
UNTOLD = "its name does not tell which version it is of"
_NOT_TYPED = Location("a dependency of a dependency", 1)


class Standing(Record):
    """How a project stands, whichever of its files are asked for."""

    dependency: Dependency
    """The one that was judged."""
    judged: Judged
    facts: PackageFacts
    only: tuple[str, ...] | None = None
    """Specifiers of the versions that may come in, none: nothing may; None: any."""
    reason: str = ""
    """Why not every version may come in."""
    stays: bool = False
    """Where not every version may: one is installed, and pip may leave it at that."""


def any_of(name: NormalizedName, specifier: str = "") -> Dependency:
    """Return the dependency that nobody typed: of any version, or of those somebody vouches for."""
    origin, vouched = FromIndex(specifier), bool(specifier)
    # An exact version in an allowance is no pin: it vouches for what the allowance says.
    return Dependency(name, name, f"{name}{specifier}", origin, _NOT_TYPED, installed=vouched)


def chosen(name: NormalizedName, version: str, typed: Sequence[Dependency]) -> Dependency:
    """Return one release as pip may choose it: a pin only where a person wrote just that."""
    for one in typed:
        if one.pinned and is_just(specifier(one), version):
            return one
    exact = f"=={version}"
    return Dependency(name, name, f"{name}{exact}", FromIndex(exact), _NOT_TYPED, locked=True)


def through(dependency: Dependency, foreign: str) -> Dependency:
    """Tell the dependency that it may come from an index that the policy does not name."""
    if not foreign or not isinstance(dependency.origin, FromIndex):
        return dependency
    indexes = (*dependency.origin.indexes, foreign)
    return dependency._replace(origin=dependency.origin._replace(indexes=indexes))


def against(judged: Judged) -> Finding | None:
    """Return what blocks the project as a whole.

    What is wrong with some releases is no matter of the others; that nothing could be learned of
    any is one of all.
    """
    return blocking(judged, ABOUT_VERSIONS)


def blocking(judged: Judged, besides: frozenset[str]) -> Finding | None:
    for finding in judged.findings:
        blocks = finding.level is Level.BLOCK and finding.exempted_by is None
        if blocks and (finding.unknown or finding.rule not in besides):
            return finding
    return None


def of_the_rest(judged: Judged) -> Judged:
    """Judge what is left of a project, once the releases that a rule blocks are off its page."""
    findings = tuple(
        one
        for one in judged.findings
        if one.level is not Level.BLOCK
        or one.exempted_by is not None
        or one.unknown
        or one.rule not in ABOUT_VERSIONS
    )
    outcomes = (OUTCOMES[one.level] for one in findings if one.exempted_by is None)
    return judged._replace(findings=findings, outcome=max(outcomes, default=Outcome.PASSED))


def specifier(dependency: Dependency) -> str:
    return dependency.origin.specifier if isinstance(dependency.origin, FromIndex) else ""


def lets_in(specifier: str, version: str) -> bool:
    """Whether a version may come in by a specifier: by an exact one, that version alone."""
    if exact(specifier) is not None:
        return is_just(specifier, version)
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


def left_out(standing: Standing, page: Listing) -> dict[str, str]:
    """Name the files of versions that nobody vouched for, where only some may come in."""
    if standing.only is None:
        return {}
    let_in: dict[str, bool] = {}
    left_out: dict[str, str] = {}
    for file in page.offered:
        version = file.version or ""
        if version not in let_in:
            let_in[version] = any(lets_in(one, version) for one in standing.only)
        if not let_in[version]:
            shown = f" (only {', '.join(standing.only)} may come in)" if standing.only else ""
            left_out[file.filename] = f"{standing.reason}{shown}"
    return left_out


def with_releases(
    facts: PackageFacts, files: Sequence[Offered], host: str, now: datetime
) -> PackageFacts:
    """Tell the releases that files make, in the place of those on record, which fill in times."""
    recorded: dict[str, datetime | None] = {}
    if isinstance(facts.releases, Known):
        recorded = {one.version: one.uploaded for one in facts.releases.value}
    first: dict[str, Release] = {}
    for file in files:
        if file.version is None:
            continue
        before = first.get(file.version)
        known = (file.uploaded, before.uploaded if before else None)
        times = [one for one in known if one is not None]
        uploaded = min(times, default=recorded.get(file.version))
        yanked = file.yanked and (before is None or before.yanked)
        first[file.version] = Release(file.version, uploaded, yanked)
    return facts._replace(
        releases=Known(tuple(first.values()), now, host),
        latest_upload=Unknown("the page tells of each release"),
    )
