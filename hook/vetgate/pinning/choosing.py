"""Which release a pin names: the newest that everything asked for lets in, and why no newer one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from vetgate.facts.live.simple_page import File
from vetgate.model.record import Record
from vetgate.rules import too_new

if TYPE_CHECKING:
    from packaging.version import Version

SETTLED = timedelta(days=too_new.RULE.limits["days"])
"""How long a release must have been there: what the rule `too-new` asks by default."""

_INSTALLABLE = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".tar")
"""The files that pip installs from; eggs and installers are none."""

_NEWER_TOLD = 3


class Wish(Record):
    """What a release has to fit."""

    specifier: str
    """The constraint that stands there now (PEP 440; empty: any version)."""
    python: str | None = None
    """The project's own `requires-python`, None where it says none."""
    pre: bool = False
    """Pre-releases too."""


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


class _Release(Record):
    version: Version
    files: tuple[File, ...]
    """Those that pip may install."""
    yanked: bool


Choice: TypeAlias = "Chosen | NoRelease"


def choose(files: Sequence[File], wish: Wish, now: datetime) -> Choice:
    """Choose among the files of a package; `now` is aware."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    releases = _releases(files)
    if not releases:
        return NoRelease("the index has no file of it that pip could install")
    try:
        admitted = SpecifierSet(wish.specifier)
    except InvalidSpecifier:
        return NoRelease(f"{wish.specifier} is no specifier of PEP 440")
    # An index without times (the standard leaves them out) gets its releases unchecked, and told
    # so; where some have a time and others not, those without could be of this minute.
    timed = any(file.uploaded is not None for file in files)
    passed: list[tuple[Version, str]] = []
    for release in releases:
        if not admitted.contains(release.version, prereleases=True):
            passed.append((release.version, f"outside of {wish.specifier}"))
            continue
        why = _why_not(release, wish, now, timed=timed)
        if why is None:
            newer = [(version, said) for version, said in passed if not said.startswith("outside")]
            return _chosen(release, wish, len(releases), newer, timed=timed)
        passed.append((release.version, why))
    return NoRelease(_told(passed, len(releases)))


def _releases(files: Sequence[File]) -> list[_Release]:
    """Return what has a version that can be compared, the newest first."""
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
    found = []
    for version, group in by_version.items():
        kept = tuple(file for file in group if not file.yanked)
        found.append(_Release(version, kept, yanked=not kept))
    return sorted(found, key=lambda release: release.version, reverse=True)


def _why_not(release: _Release, wish: Wish, now: datetime, *, timed: bool) -> str | None:
    """Tell why a release that the constraint admits is not taken, None if it is."""
    if release.yanked:
        return "yanked"
    if release.version.is_prerelease and not wish.pre:
        return "a pre-release, which only --pre takes"
    if wish.python is not None and not any(_may_run(file, wish.python) for file in release.files):
        wanted = release.files[0].requires_python
        return f"needs Python {wanted}, and the project has {wish.python}"
    return _too_young(release, now) if timed else None


def _too_young(release: _Release, now: datetime) -> str | None:
    # The youngest file counts: one that was added to an old release is as new as any.
    times = [file.uploaded for file in release.files if file.uploaded is not None]
    if len(times) < len(release.files):
        return "without a time of upload"
    if max(times) > now - SETTLED:
        return f"uploaded on {max(times).date().isoformat()}, less than {SETTLED.days} days ago"
    return None


def _may_run(file: File, python: str) -> bool:
    """Whether some Python that the project admits can install a file."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(file.requires_python)
    except InvalidSpecifier:
        return True  # pip passes over what it cannot read, too
    return not wanted.is_disjoint(SpecifierSet(python))


def _chosen(
    release: _Release,
    wish: Wish,
    releases: int,
    newer: Sequence[tuple[Version, str]],
    *,
    timed: bool,
) -> Chosen:
    notes = [f"passed over {version}: {why}" for version, why in newer[:_NEWER_TOLD]]
    if len(newer) > _NEWER_TOLD:
        notes.append(f"passed over {len(newer) - _NEWER_TOLD} more that are newer")
    if not timed:
        notes.append("its age was not checked: the index does not tell when files were uploaded")
    notes += _python_notes(release, wish)
    return Chosen(
        str(release.version),
        min((file.uploaded for file in release.files if file.uploaded), default=None),
        releases,
        tuple(sorted({f"sha256:{file.sha256}" for file in release.files if file.sha256})),
        tuple(sorted(file.name for file in release.files if not file.sha256)),
        tuple(notes),
    )


def _python_notes(release: _Release, wish: Wish) -> list[str]:
    """Tell if a release runs on some only of the Pythons that the project admits."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    told = sorted({file.requires_python for file in release.files if file.requires_python})
    if wish.python is None or not told:
        return []
    try:
        enough = any(SpecifierSet(wish.python).is_subset(SpecifierSet(one)) for one in told)
    except (InvalidSpecifier, ValueError):
        enough = False
    if enough or len({file.requires_python for file in release.files}) > len(told):
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
