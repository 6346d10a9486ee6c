"""Which release a pin names: the newest that everything asked for lets in, and why no newer one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from vetgate.facts.live.simple_page import File
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory
from vetgate.model.pinnable import Candidate, Demands, NonePicked, Wish, pick
from vetgate.model.record import Record

if TYPE_CHECKING:
    from packaging.version import Version

_INSTALLABLE = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".tar")
"""The files that pip installs from; eggs and installers are none."""

_NEWER_TOLD = 3


class Chosen(Record):
    """A release to pin."""

    version: str
    uploaded: datetime | None
    """Its first file's upload (aware UTC), None where the index does not tell."""
    releases: int
    """How many releases the index has."""
    hashes: tuple[str, ...] = ()
    """`sha256:hex` of each file that pip may install, sorted."""
    unhashed: tuple[str, ...] = ()
    """Files whose hash the index does not tell."""
    notes: tuple[str, ...] = ()


class NoRelease(Record):
    """There is none to pin."""

    why: str


Choice: TypeAlias = "Chosen | NoRelease"


def choose(
    files: Sequence[File],
    wish: Wish,
    demands: Demands,
    reports: Sequence[Advisory] = (),
    name: NormalizedName | None = None,
) -> Choice:
    """Choose among the files of a package; `reports` are all that are known about it.

    `name` is whose: allowances in the demands are for a name.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    releases = _releases(files)
    if not releases:
        return NoRelease("the index has no file of it that pip could install")
    try:
        admitted = SpecifierSet(wish.specifier)
    except InvalidSpecifier:
        return NoRelease(f"{wish.specifier} is no specifier of PEP 440")
    found = [_candidate(version, group) for version, group in releases.items()]
    timed = any(file.uploaded is not None for file in files)
    picked = pick(found, admitted, wish, demands, reports, name, timed=timed)
    if isinstance(picked, NonePicked):
        return NoRelease(_told(picked.passed, len(found)))
    notes = [f"passed over {version}: {why}" for version, why in picked.newer[:_NEWER_TOLD]]
    if len(picked.newer) > _NEWER_TOLD:
        notes.append(f"passed over {len(picked.newer) - _NEWER_TOLD} more that are newer")
    if demands.settled is not None and not timed:
        notes.append("its age was not checked: the index does not tell when files were uploaded")
    kept = _kept(releases[picked.candidate.version])
    notes += [*_python_notes(kept, wish), *picked.notes]
    return _chosen(picked.candidate.version, kept, len(found), notes)


def _releases(files: Sequence[File]) -> dict[Version, list[File]]:
    """Return the files of what has a version that can be compared, the newest first."""
    from packaging.version import InvalidVersion, Version

    by_version: dict[Version, list[File]] = {}
    for file in files:
        if not file.name.endswith(_INSTALLABLE):
            continue
        try:
            version = Version(file.version)
        except (InvalidVersion, ValueError):  # also for a number of 5 000 digits
            continue
        by_version.setdefault(version, []).append(file)
    return {version: by_version[version] for version in sorted(by_version, reverse=True)}


def _kept(files: Sequence[File]) -> tuple[File, ...]:
    return tuple(file for file in files if not file.yanked)


def _candidate(version: Version, files: Sequence[File]) -> Candidate:
    kept = _kept(files)
    # The youngest file counts: one that was added to an old release is as new as any.
    times = [file.uploaded for file in kept if file.uploaded is not None]
    youngest = max(times) if kept and len(times) == len(kept) else None
    return Candidate(version, youngest, not kept, tuple(file.requires_python for file in kept))


def _chosen(version: Version, files: Sequence[File], releases: int, notes: Sequence[str]) -> Chosen:
    return Chosen(
        str(version),
        min((file.uploaded for file in files if file.uploaded), default=None),
        releases,
        tuple(sorted({f"sha256:{file.sha256}" for file in files if file.sha256})),
        tuple(sorted(file.name for file in files if not file.sha256)),
        tuple(notes),
    )


def _python_notes(files: Sequence[File], wish: Wish) -> list[str]:
    """Tell if a release runs on some only of the Pythons that the project admits."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    told = sorted({file.requires_python for file in files if file.requires_python})
    if wish.python is None or not told:
        return []
    try:
        enough = any(SpecifierSet(wish.python).is_subset(SpecifierSet(one)) for one in told)
    except (InvalidSpecifier, ValueError):
        enough = False
    if enough or len({file.requires_python for file in files}) > len(told):
        return []
    return [f"it needs Python {' or '.join(told)}, and the project admits {wish.python}"]


def _told(passed: Sequence[tuple[Version, str]], releases: int) -> str:
    """Sum up why none of the releases will do."""
    whys: dict[str, list[Version]] = {}
    for version, why in passed:
        whys.setdefault(why, []).append(version)
    said = []
    for why, versions in whys.items():
        shown = ", ".join(str(version) for version in versions[:_NEWER_TOLD])
        more = len(versions) - _NEWER_TOLD
        said.append(f"{shown}{f' and {more} more' if more > 0 else ''}: {why}")
    none = "its one release will not do" if releases == 1 else f"none of its {releases} will do"
    return f"{none} ({'; '.join(said)})"
