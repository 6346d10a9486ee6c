"""What a constraint lets in of the releases that there are, as pip would choose among them."""

from __future__ import annotations

from collections.abc import Iterable

from vetgate.model.facts import Release
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # costs several interpreter starts to import
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version


def exact(specifier: str) -> str | None:
    """Return the one version that a specifier names (`==1.0`, `===1.0`), None if it is no pin."""
    text = specifier.strip()
    if not text.startswith("=="):
        return None
    version = text[3 if text.startswith("===") else 2 :].strip()
    return None if not version or any(mark in version for mark in ",*= \t") else version


def is_just(specifier: str, version: str) -> bool:
    """Whether a specifier is exact and names this version alone.

    By PEP 440 `==1.0` lets `1.0+evil` in too: that is another version, of which nobody spoke.
    """
    wanted = exact(specifier)
    of = None if wanted is None else parsed(wanted)
    return of is not None and of == parsed(version)


def parsed(version: str) -> Version | None:
    """Return a version that can be compared, None for what pip passes over."""
    from packaging.version import Version

    try:
        return Version(version)
    except ValueError:  # none of PEP 440, or with numbers of 5 000 digits
        return None


def bounds(specifier: str) -> SpecifierSet:
    """Return a specifier that can be asked; one that PEP 440 does not have lets in everything."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        found = SpecifierSet(specifier)
        for clause in found:
            # Numbers of 5,000 digits are refused only now.
            clause.contains("0")
    except (InvalidSpecifier, ValueError):
        return SpecifierSet()
    return found


def admitted(specifier: str, releases: Iterable[Release]) -> list[tuple[Version, Release]]:
    """Return the releases that pip may take, the highest first.

    A yanked one only where a pin names it, a pre-release only where the specifier does or there is
    nothing else (PEP 440 and PEP 592).
    """
    pin = exact(specifier)
    found: dict[Version, Release] = {}
    for release in releases:
        if not release.yanked or pin is not None:
            version = parsed(release.version)
            if version is not None:
                found.setdefault(version, release)
    fitting = bounds(specifier).filter(found)
    return [(version, found[version]) for version in sorted(fitting, reverse=True)]
