"""What published reports are about: which of the versions that a constraint lets in.

Versions are compared as PEP 440 has it. Where the releases of a package are not known, the versions
that the reports and the constraint name, and those next to them, stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vetgate.model.facts import Advisory, Release, Span
from vetgate.model.record import Record
from vetgate.model.releases import admitted, bounds, exact, parsed
from vetgate.model.typed import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # costs several interpreter starts to import
    from packaging.version import Version

    _Ends: TypeAlias = "tuple[Version | None, Version | None, Version | None]"

_HIGHEST = "999999999"


class Reach(Record):
    """Which of the admitted versions reports are about."""

    hit: tuple[Advisory, ...] = ()
    """Those that are about a version that is admitted."""
    versions: tuple[str, ...] = ()
    """The admitted versions that they are about, the highest first, as far as they are known."""
    admitted: int = 0
    """How many versions are admitted, as far as they are known."""
    every: bool = False
    """Each version that is admitted is in one of the reports, and there is at least one."""
    known: bool = True
    """The releases are known, or a pin names the version."""


def reach(
    advisories: Sequence[Advisory], specifier: str, releases: Sequence[Release] | None
) -> Reach:
    """Tell what reports say of the versions that a specifier lets in; None: releases unknown."""
    abouts = [About(advisory) for advisory in advisories]
    pin = exact(specifier)
    known = pin is not None or releases is not None
    names = _admitted(pin, specifier, releases, abouts)
    struck = {name: [about for about in abouts if about.covers(name)] for name in names}
    versions = tuple(name for name, by in struck.items() if by)
    by_any = {about.advisory for by in struck.values() for about in by}
    listed = {version for about in abouts for version in about.advisory.versions}
    return Reach(
        tuple(advisory for advisory in advisories if advisory in by_any),
        versions if known else tuple(name for name in versions if name in listed),
        len(names) if known else 0,
        bool(names) and len(versions) == len(names),
        known,
    )


def free(
    advisories: Sequence[Advisory], above: str | None, releases: Sequence[Release] | None
) -> str | None:
    """Return the lowest release above a version that no report is about; None: none is known."""
    abouts = [About(advisory) for advisory in advisories]
    if releases is None:
        fixes = {span.fixed for each in advisories for span in each.spans if span.fixed}
        names = sorted(filter(parsed, fixes), key=_version)
    else:
        names = [release.version for _, release in reversed(admitted("", releases))]
    least = parsed(above) if above is not None else None
    for name in names:
        if least is not None and _version(name) <= least:
            continue
        if not any(about.covers(name) for about in abouts):
            return name
    return None


def free_before(
    advisories: Sequence[Advisory], below: str | None, releases: Sequence[Release] | None
) -> str | None:
    """Return the highest release below a version that no report is about; None: none is known."""
    most = parsed(below) if below is not None else None
    if releases is None or most is None:
        return None
    abouts = [About(advisory) for advisory in advisories]
    for version, release in admitted("", releases):
        if version < most and not any(about.covers(release.version) for about in abouts):
            return release.version
    return None


def _admitted(
    pin: str | None,
    specifier: str,
    releases: Sequence[Release] | None,
    abouts: Sequence[About],
) -> list[str]:
    """Name the admitted versions, the highest first."""
    if pin is not None:
        return [pin]
    if releases is not None:
        return [release.version for _, release in admitted(specifier, releases)]
    lets_in = bounds(specifier)
    points = dict.fromkeys(_points(specifier, abouts))
    told = [name for name in points if lets_in.contains(name, prereleases=True)]
    return sorted(told, key=_version, reverse=True)


def _points(specifier: str, abouts: Iterable[About]) -> Iterator[str]:
    """Yield versions that stand for all: each that is named, and the next one after it."""
    named = [clause.version.removesuffix(".*") for clause in bounds(specifier)]
    for about in abouts:
        named += about.advisory.versions
        for span in about.advisory.spans:
            named += [end for end in span if end is not None]
    yield from ("0", _HIGHEST)
    for name in named:
        version = parsed(name)
        if version is not None:
            yield name
            yield f"{version.epoch}!{'.'.join(map(str, version.release))}.0.1"


def _version(name: str) -> Version:
    from packaging.version import Version

    return Version(name)


class About:
    """A report, its versions made comparable once."""

    __slots__ = ("_listed", "_names", "_spans", "advisory")

    def __init__(self, advisory: Advisory) -> None:
        self.advisory = advisory
        self._names = frozenset(advisory.versions)
        self._listed = frozenset(filter(None, map(parsed, advisory.versions)))
        self._spans = [_ends(span) for span in advisory.spans]

    def covers(self, name: str) -> bool:
        """Whether the report is about a version."""
        if name in self._names:
            return True
        whole = parsed(name)
        if whole is None:
            # What has no order may be in any span.
            return bool(self._spans)
        # Who builds a version anew (`1.0+acme`) may have mended nothing.
        version = _version(whole.public) if whole.local else whole
        if version in self._listed or whole in self._listed:
            return True
        return any(_is_within(version, *ends) for ends in self._spans)


def _ends(span: Span) -> _Ends:
    """Make a span comparable; an end that cannot be compared is none, and the span is longer."""
    introduced = None if span.introduced == "0" else parsed(span.introduced)
    return (
        introduced,
        parsed(span.fixed) if span.fixed is not None else None,
        parsed(span.last) if span.last is not None else None,
    )


def _is_within(
    version: Version, introduced: Version | None, fixed: Version | None, last: Version | None
) -> bool:
    if introduced is not None and version < introduced:
        return False
    if fixed is not None and version >= fixed:
        return False
    return last is None or version <= last
