"""From what pip was given, or is about to take, to the dependencies that are judged."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from vetgate.errors import ManifestError
from vetgate.installer.meeting import Root, Taking
from vetgate.manifests import links
from vetgate.manifests.place import Place
from vetgate.manifests.requirement import parse_requirement
from vetgate.manifests.variables import Text
from vetgate.model import urls
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    NormalizedName,
    Origin,
    normalize,
)
from vetgate.model.urls import redacted

NOWHERE = Location("", 0)
"""The place of what stands in no file: it was typed, or a package's own metadata says it."""

_BUILD = ("a build",)
_SOURCE = re.compile(r"-[rc] (?P<file>.+) \(line (?P<line>[0-9]+)\)\Z", re.DOTALL)
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]+:")
_DROPPED = re.compile(r"[\t\r\n]")
_BLANKS = "".join(map(chr, range(33)))
_WHEEL = re.compile(r"(?i)(?P<name>[a-z0-9][a-z0-9._]*)-[^-]+(-[^-]+)?-[^-]+-[^-]+-[^-]+\.whl\Z")
_LOCK = re.compile(r"(?:.*[/\\])?pylock(?:\.[^./\\]+)?\.toml(?:\[.*\])?\Z", re.DOTALL)
_SUBDIRECTORY = re.compile(r"[#&]subdirectory=(?P<folder>[^&]*)")
_INSTALLABLE = re.compile(r"[A-Za-z]:[\\/]")


def dependency(
    root: Root, folder: str, project: str, *, nested: bool, of: str | None = None
) -> Dependency:
    """Return what a requirement that pip was given declares; raises `ManifestError`.

    `folder` is where pip runs, `project` the folder of the project that it runs in. What a build
    (`of` that URL) asks for, and what a list from the web says, no person here chose: it is no pin.
    """
    where = NOWHERE if nested else _location(root.source, folder)
    place = Place(where, "")
    named = None if root.text is None else _named(root.text, where)
    if root.link is None:
        if named is None:
            raise place.refusal("a requirement without a name and without a link")
        found = named
    else:
        found = _linked(root.link, named, place, project)
    if root.editable:
        found = found._replace(requirement=f"-e {found.requirement}")
    locked = root.source is not None and _LOCK.match(root.source) is not None
    chosen_here = not nested and not _SCHEME.match(where.file)
    if not chosen_here and not is_inside(of, project):
        found = _outside(found)
    return found._replace(
        needed_by=_BUILD if nested else (),
        hashes=root.hashes,
        constraint=root.constraint,
        locked=locked,
        installed=not (chosen_here or locked),
    )


def taken(
    asked: Taking, places: Iterable[str], known: Dependency | None, project: str
) -> tuple[Dependency, ...]:
    """Return what taking a file means, each to be judged: raises `ManifestError`.

    `places` are pip's find-links: what comes from one comes as from an index of that address.
    `known` is what a person asked for under the same name. Anything else is what a package's own
    metadata names, which is no person's choice.
    """
    name = asked.name
    in_a_lock = asked.page is not None and _LOCK.match(asked.page)
    for place in () if in_a_lock or (asked.by and asked.addressed) else places:
        if name is not None and _lies_at(asked, place):
            return (_from_place(asked.url, name, place, known),)
    found = _linked(asked.url, None, Place(NOWHERE, ""), project)
    if found.name is None and name is not None:
        found = found._replace(name=normalize(name), spelled=name)
    if known is not None and known.locked and in_a_lock:
        hashed = found.origin
        if isinstance(hashed, FromUrl):
            hashed = hashed._replace(hashes=known.hashes)
        return (known, found._replace(origin=hashed, locked=True, location=known.location))
    if not is_inside(asked.of, project):
        found = _outside(found)
    return (found._replace(installed=True, needed_by=(asked.by,) if asked.by else ()),)


def is_inside(url: str | None, project: str) -> bool:
    """Whether a package is a folder of the project: then its metadata was reviewed with it."""
    if url is None or not url.lower().startswith("file:"):
        return False
    return _path(url, project).inside


def _outside(found: Dependency) -> Dependency:
    """Take for no part of the project what nobody who works on it chose, wherever it lies."""
    origin = found.origin
    if not isinstance(origin, FromPath):
        return found
    return found._replace(origin=origin._replace(inside=False))


def as_written(found: Dependency, written: Iterable[Dependency]) -> Dependency:
    """Return what a person pinned to just the address that a file is from, else what was found."""
    same = (one for one in written if is_direct(one) and one.pinned and one.origin == found.origin)
    return next(same, found)


def is_chosen(one: Dependency) -> bool:
    """Whether a person here asked for just this: typed it, or wrote it or keeps it in a file here.

    A list, a constraint or a lock file from the web nobody here has read.
    """
    from_the_web = _SCHEME.match(one.location.file) and not _INSTALLABLE.match(one.location.file)
    return not (one.installed or one.needed_by or from_the_web)


def same_file(url: str) -> str:
    """Return what two links to one package have in common: all but the name that is given to it.

    With another hash, or another folder of the file, it is another package.
    """
    file, _, fragment = url.partition("#")
    told = [one for one in fragment.split("&") if one and not one.startswith("egg=")]
    return "#".join(filter(None, (file, "&".join(sorted(told)))))


def _bare(url: str) -> str:
    return url.partition("#")[0]


def _location(source: str | None, folder: str) -> Location:
    if source is None:
        return NOWHERE
    found = _SOURCE.match(source)
    if found is None:
        return Location(redacted(source), 0)
    file = _fetched(found["file"])
    if not _SCHEME.match(file) or _INSTALLABLE.match(file):
        inside = os.path.relpath(os.path.join(folder, file), folder)
        file = (file if inside.startswith(os.pardir) else inside).replace(os.sep, "/")
    return Location(redacted(file), int(found["line"]))


def _fetched(written: str) -> str:
    """Return the URL that pip fetches where a list is written like this; else what is written.

    It goes by `urllib.parse.urlsplit`, which drops blanks before a URL and line ends within.
    """
    url = _DROPPED.sub("", written).lstrip(_BLANKS)
    return url if _SCHEME.match(url) else written


def _named(text: str, where: Location) -> Dependency:
    try:
        return parse_requirement(text, location=where, root="")
    except ManifestError as error:
        problem = f"{redacted(text)}: {error.problem}"
        raise ManifestError(
            problem, path=where.file or None, line=where.line or None, hint=error.hint()
        ) from error


def _linked(url: str, named: Dependency | None, place: Place, project: str) -> Dependency:
    shown = Text(url).shown_url()
    if links.scheme_of(url) is None:
        raise place.refusal(f"{shown}: not a URL that pip knows")
    link = links.read(url, shown, place)
    origin: Origin = link.origin
    if isinstance(origin, FromPath):
        origin = _path(url, project)
        shown = origin.path
    if named is not None:
        # `name @ URL` as it was written; a name that pip took from the URL was not.
        written = named.requirement if "@" in named.requirement else shown
        return named._replace(origin=origin, requirement=written)
    wheel = _WHEEL.match(link.file_name)
    name = wheel["name"] if wheel else link.egg
    return Dependency(
        None if name is None else normalize(name), name or shown, shown, origin, place.location
    )


def _path(url: str, project: str) -> FromPath:
    """Return a path as seen from the project; an archive is never a part of it.

    A folder is reviewed with the project that it lies in. What is packed nobody reads, and what has
    a repository of its own is reviewed there, if anywhere.
    """
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        # As pip does it (`url_to_path`): a query counts for nothing, another host is refused there.
        parts = urlsplit(url)
    except ValueError:
        return FromPath(url, inside=False)
    path = url2pathname(parts.path)
    if parts.netloc.lower() not in {"", "localhost"}:
        return FromPath(f"//{parts.netloc}{path}", inside=False)
    within = _SUBDIRECTORY.search(url)
    full, top = os.path.realpath(path), os.path.realpath(project)
    built = os.path.realpath(os.path.join(full, within["folder"])) if within else full
    below = [one == top or one.startswith(os.path.join(top, "")) for one in (full, built)]
    outside = built if within else path
    shown = os.path.relpath(built, top) if all(below) else outside
    inside = all(below) and os.path.isdir(full) and os.path.isdir(built)
    inside = inside and not _has_repository(built, top)
    return FromPath(shown.replace(os.sep, "/"), inside)


def _has_repository(folder: str, top: str) -> bool:
    """Whether a folder below the top of the project belongs to a repository nearer than that."""
    while folder != top:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        folder = os.path.dirname(folder)
    return False


def _lies_at(asked: Taking, place: str) -> bool:
    """Whether pip found a file at one of its find-links: by the page, or in the folder."""
    here = _as_url(place)
    if asked.page is not None:
        page = _as_url(_bare(asked.page))
        return page.rstrip("/") == here.rstrip("/") or page.startswith(f"{here.rstrip('/')}/")
    if not here.startswith("file:"):
        return _bare(asked.url) == _bare(here)
    file = _bare(asked.url)
    return file == here or file.rpartition("/")[0] == here.rstrip("/")


def _as_url(place: str) -> str:
    """Return where something lies as pip writes it: a path that is there, else a `file:` URL."""
    from pathlib import Path
    from urllib.request import url2pathname

    path = place
    if _SCHEME.match(place) and not os.path.exists(place):
        parts = urls.split(place)
        if parts is None or not place.startswith("file:"):
            return place
        if parts.authority not in (None, "", "localhost"):
            return place
        path = url2pathname(parts.path)
    return Path(os.path.abspath(path)).as_uri()


def _from_place(url: str, name: str, place: str, known: Dependency | None) -> Dependency:
    """Return a file of pip's find-links as the one version that its own name says it is.

    It is a pin only where a person wrote just that version. Raises `ManifestError` where the file
    does not say that it is the package that it is taken for, or which version.
    """
    from vetgate.model.releases import is_just

    shown = redacted(place)
    version = _version_of(url, normalize(name))
    if version is None:
        raise Place(NOWHERE, "").refusal(
            f"{redacted(_bare(url))} is taken for {name}, which its file name does not say, "
            "or not in which version",
            f"it is among what {shown} has: take it out there, or name it by what it is",
        )
    exact = FromIndex(f"=={version}", only_index=shown)
    if known is None or not isinstance(known.origin, FromIndex):
        requirement = f"{name}=={version}"
        return Dependency(normalize(name), name, requirement, exact, NOWHERE, installed=True)
    if is_just(known.origin.specifier, version):
        return known._replace(origin=known.origin._replace(only_index=shown))
    requirement = f"{known.spelled}=={version}"
    return known._replace(origin=exact, requirement=requirement, locked=False, installed=True)


def _version_of(url: str, name: NormalizedName) -> str | None:
    """Tell which version of a package a file is by its name, None where that cannot be told.

    A name that is still escaped, or one in the fragment (`#egg=`), pip may read as another.
    """
    from urllib.parse import unquote

    from packaging.version import InvalidVersion, Version

    from vetgate.facts.live.simple_page import version_in

    parts = urls.split(url)
    if parts is None or "egg=" in parts.fragment:
        return None
    file_name = unquote(parts.path.rstrip("/").rpartition("/")[2])
    version = None if "%" in file_name else version_in(file_name, name)
    try:
        return None if version is None else str(Version(version))
    except InvalidVersion:
        return None


def is_direct(one: Dependency) -> bool:
    """Whether a dependency says itself where it comes from."""
    return isinstance(one.origin, FromUrl | FromVcs | FromPath)
