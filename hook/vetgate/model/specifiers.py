"""Comparing version specifiers (PEP 440): whether one lets in no more than another."""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern

# What may be a pre-release in a specifier; the import below knows for certain.
_PRE_RELEASE = pattern(r"\d[._-]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)", re.IGNORECASE)


def admits(outer: str, inner: str) -> bool:
    """Whether `outer` lets in every version that `inner` lets in; False where that is not certain.

    By PEP 440 `==1.0` lets `1.0+local` in, and so may an installer. Here it does not: whoever
    vouches for a version has not seen what somebody else made of it.
    A specifier that names a pre-release lets pre-releases in, and one that does not keeps them out
    (PEP 440, "Handling of pre-releases").
    """
    if outer == inner:
        return True
    if "+" in inner and "+" not in outer and _names_one(outer):
        return False
    anything = not outer.strip()
    if anything and not _PRE_RELEASE.search(inner):
        return True
    # Costs several interpreter starts to import, and most comparisons do not come here.
    from packaging.specifiers import SpecifierSet

    try:
        narrow, wide = SpecifierSet(inner), SpecifierSet(outer)
        if narrow.prereleases and not wide.prereleases:
            return False
        return anything or narrow.is_subset(wide)
    except ValueError:
        # Invalid, or with `===`, which has no order.
        return False


def _names_one(specifier: str) -> bool:
    exact = specifier.strip().startswith("==")
    return exact and not any(mark in specifier for mark in ",*")
