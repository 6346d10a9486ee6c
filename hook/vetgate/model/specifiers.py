"""Comparing version specifiers (PEP 440): whether one lets in no more than another."""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern

# What may be a pre-release in a specifier; the import below knows for certain.
_PRE_RELEASE = pattern(r"\d[._-]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)", re.IGNORECASE)


def admits(outer: str, inner: str) -> bool:
    """Whether `outer` lets in every version that `inner` lets in; False where that is not certain.

    A specifier that names a pre-release lets pre-releases in, and one that does not keeps them out
    (PEP 440, "Handling of pre-releases").
    """
    if outer == inner:
        return True
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
