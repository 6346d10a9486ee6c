"""The only reader of one requirement by the standard (PEP 508)."""

from __future__ import annotations

import re

from vetgate.manifests import grammar, markers
from vetgate.manifests.place import Place
from vetgate.model.dependency import Dependency, FromIndex, FromPath, Location, Origin, normalize
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING
from vetgate.model.urls import redacted

if TYPE_CHECKING:  # a plain requirement does without
    from vetgate.manifests.variables import Text


class Parsed(Record):
    """A requirement as `packaging` reads it, in our spelling."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    url: str | None


def parse_requirement(
    text: str,
    *,
    location: Location,
    root: str,
    table: str | None = None,
    constraint: bool = False,
) -> Dependency:
    """Read a requirement of PEP 508, marker included.

    `root` is the folder of the manifest in the project: relative paths are told by it to be
    inside or outside. A URL may be Hatch's `{root:uri}/...`. Raises `ManifestError`.
    """
    found = plain(text.strip(" \t"), location) or _by_the_book(text, Place(location, root))
    if table is None and not constraint:
        return found
    return found._replace(table=table, constraint=constraint)


def plain(text: str, location: Location, hashes: tuple[str, ...] = ()) -> Dependency | None:
    """Read a plain requirement from an index; None for whatever is not plain."""
    match = grammar.PLAIN.match(text)
    if match is None:
        return None
    name, extras, specifier, marker = match.groups()
    if marker is not None and markers.why_not(marker) is not None:
        return None
    return Dependency(
        normalize(name),
        name,
        text,
        FromIndex(grammar.specifier(specifier) if specifier else ""),
        location,
        grammar.extras(extras) if extras else (),
        marker,
        hashes,
    )


def may_be_file(found: Dependency) -> bool:
    """Tell whether pip would look for a file of that name, such as `name.zip`.

    Of what is plain, only a name or a local version can end like an archive.
    """
    origin = found.origin
    specifier = origin.specifier if isinstance(origin, FromIndex) else ""
    return "+" in specifier if specifier else "." in found.spelled


def _by_the_book(text: str, place: Place) -> Dependency:
    parsed = packaged(text, place)
    shown = redacted(text.strip())
    origin: Origin
    if parsed.url is None:
        origin, marker = FromIndex(parsed.specifier), text.partition(";")[2].strip()
    else:
        start = text.index(parsed.url, text.index("@") + 1)
        marker = text[start + len(parsed.url) :].strip().removeprefix(";").strip()
        from vetgate.manifests.variables import Text

        origin = _at_hatch_root(parsed.url, place) or at_url(Text(parsed.url), place)
    return Dependency(
        normalize(parsed.name),
        parsed.name,
        shown,
        origin,
        place.location,
        parsed.extras,
        marker or None,
    )


def _at_hatch_root(url: str, place: Place) -> FromPath | None:
    """Read `{root:uri}/folder`, which Hatch replaces by the folder of the manifest.

    What another field of the path will hold is not known: it may lead out.
    """
    rooted = re.match(r"\{root((?::parent)*):uri\}(?=/|\Z)", url)
    if rooted is None:
        return None
    path = url.partition("#")[0]
    from vetgate.manifests.links import unquoted

    up = "/.." * rooted[1].count(":parent")
    below = unquoted(path[rooted.end() :])
    return FromPath(path, "{" not in below and place.holds(f".{up}{below}"))


def at_url(url: Text, place: Place) -> Origin:
    """Return the origin that stands after the `@` of a requirement. Raises `ManifestError`."""
    from vetgate.manifests import links

    if links.scheme_of(url.real) is None:
        raise place.refusal(
            "the URL after @ has no scheme that pip knows",
            "write `https://...`, `git+https://...` or `file:...`",
        )
    return links.read(url.real, url.shown_url(), place).origin


def packaged(text: str, place: Place, *, secret: bool = False) -> Parsed:
    """Ask `packaging`. `secret`: the text holds what must not be shown. Raises `ManifestError`."""
    import warnings

    from packaging.requirements import InvalidRequirement, Requirement

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Requirement(text)
    except (ValueError, RecursionError) as error:
        told = isinstance(error, InvalidRequirement) and not secret
        reason = redacted(markers.first_line(error)) if told else "not a requirement"
        raise place.refusal(reason, _hint(text)) from error
    specifier = ",".join(sorted({f"{one.operator}{one.version}" for one in found.specifier}))
    if "/" in specifier or "\\" in specifier:
        # `name===1/../../folder` is a version to some, and a folder to pip if there is one.
        raise place.refusal("a version with a slash", "a path begins with ./")
    if re.search("[0-9]{1000}", specifier):  # Python refuses to read more than some 4,300 digits
        raise place.refusal("a version with a number that is too long to be one")
    extras = tuple(sorted({normalize(extra) for extra in found.extras}))
    return Parsed(found.name, extras, specifier, found.url)


def _hint(text: str) -> str:
    head = re.match(rf"[ \t]*{grammar.NAME}[ \t]*(?:\[[^\]]*\])?", text)
    rest = text[head.end() :].lstrip() if head else ""
    if rest.startswith("=") and not rest.startswith("=="):
        return "= is not an operator; did you mean =="
    return "see the packaging guide on dependency specifiers (PEP 508)"
