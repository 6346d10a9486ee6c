"""The only place that knows how a repository's URL is written short.

Half of all packages declare one, most of them on a few forges, under their own name: in a snapshot
of every package, that spares two thirds of the column. What has no short form stands as it is.
"""

from __future__ import annotations

from vetgate.model.dependency import NormalizedName

_FORGES = {
    "H": "https://github.com/",
    "L": "https://gitlab.com/",
    "B": "https://bitbucket.org/",
    "C": "https://codeberg.org/",
}
"""URLs are never written with an upper-case scheme: the letter tells the two forms apart."""


def shortened(url: str, name: NormalizedName) -> str:
    """Write the URL of the repository that a package declares."""
    for letter, forge in _FORGES.items():
        if url.startswith(forge):
            path = url.removeprefix(forge)
            owner, _, repository = path.partition("/")
            short = owner if owner and repository == name else path
            # A path without a slash would be read as an owner.
            if "/" in path and lengthened(letter + short, name) == url:
                return letter + short
    return url


def lengthened(short: str, name: NormalizedName) -> str:
    """Read back what `shortened` wrote."""
    forge = _FORGES.get(short[:1])
    if forge is None:
        return short
    path = short[1:]
    return f"{forge}{path}" if "/" in path else f"{forge}{path}/{name}"
