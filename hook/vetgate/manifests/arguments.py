"""The only reader of what pip takes for a requirement: on a line of its own, or after `-e`.

What pip does: `pip/_internal/req/constructors.py`. pip looks at the disk to tell a path from a
name; we open no file, so whatever pip could take for a path by its looks is one here.
"""

from __future__ import annotations

import posixpath
import re

from vetgate.errors import ManifestError
from vetgate.manifests import grammar, links, markers
from vetgate.manifests.place import Place
from vetgate.manifests.requirement import at_url, may_be_file, packaged, plain
from vetgate.manifests.variables import Text
from vetgate.model.dependency import Dependency, FromIndex, FromPath, Origin, normalize
from vetgate.model.pattern import pattern

_ARCHIVES = frozenset(
    [
        *(".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar"),
        *(".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"),
    ]
)
_PLAIN_EXTRAS = pattern(rf"{grammar.EXTRAS}\Z")
_SEPARATORS = pattern(r"[/\\]")
# No path that anybody would write has these; a mistyped requirement, URL or remote does.
_NO_PATH = pattern(r"""[<>=!;"'*?|\0-\x1f]|://|^[^/\\]*@[^/\\]*:""")
_BLANK_FIRST = "write a blank before the ; that follows a URL"
_EDITABLE = "write `-e ./folder` or `-e name @ git+https://...`"


def from_line(text: Text, place: Place) -> Dependency:
    """Read a requirement as pip's `install_req_from_line` does. Raises `ManifestError`."""
    text = text.strip()
    if not text.spans and (found := plain(text.real, place.location)) and not may_be_file(found):
        return found
    separator = "; " if links.scheme_of(text.real) else ";"
    head, marker = text, Text("")
    if (at := text.real.find(separator)) >= 0:
        head, marker = text.part(0, at), text.part(at + len(separator)).strip()
        _check_marker(marker, place)
    head = head.strip()
    found = _from_url(head, place) if links.scheme_of(head.real) else _from_words(head, place)
    return found._replace(requirement=text.written, marker=marker.written or None)


def from_editable(text: Text, place: Place) -> Dependency:
    """Read the value of `-e` as pip's `install_req_from_editable` does. Raises `ManifestError`."""
    found = _named_editable(text, place) or _unnamed_editable(text, place)
    return found._replace(requirement=f"-e {text.written}")


def _check_marker(text: Text, place: Place) -> None:
    why = markers.why_not(text.real) if text.real else None
    if why is not None:
        raise place.refusal("not a marker" if text.spans else why, _BLANK_FIRST)


def _dependency(
    name: str | None,
    spelled: str,
    origin: Origin,
    place: Place,
    extras: tuple[str, ...] = (),
) -> Dependency:
    normalized = None if name is None else normalize(name)
    return Dependency(normalized, spelled, spelled, origin, place.location, extras)


def _from_url(url: Text, place: Place) -> Dependency:
    """Read a bare URL: its name is in the name of a wheel or in the fragment, or nowhere."""
    shown = url.shown_url()
    link = links.read(url.real, shown, place)
    name = _of_wheel(link.file_name, place) or link.egg
    return _dependency(name, name or shown, link.origin, place)


def _of_wheel(file_name: str, place: Place) -> str | None:
    """Return the project that the file name of a wheel names; None for another file."""
    if posixpath.splitext(file_name)[1] != ".whl":
        return None
    from packaging.utils import parse_wheel_filename

    refusal = place.refusal(
        "not the file name of a wheel", "a wheel is `name-version-...-any.whl` (PEP 427)"
    )
    try:
        name = parse_wheel_filename(file_name)[0]
    except ValueError as error:
        raise refusal from error
    if not re.fullmatch(grammar.NAME, name):
        raise refusal
    return file_name.partition("-")[0]


def _from_words(head: Text, place: Place) -> Dependency:
    """Read what is no URL by itself: a name, `name @ URL`, or a path."""
    real = head.real
    if not real:
        raise place.refusal("a requirement without a name")
    path = posixpath.normpath(posixpath.join("/", real))
    base, extras = _without_extras(path, place)
    archive = _extension(base) in _ARCHIVES
    named = "@" in real and not _looks_like_path(real.partition("@")[0])
    if not named and (archive or _looks_like_path(real)):
        return _from_path(head, extras, place)
    return _named(head, extras, place)


def _named(head: Text, extras: tuple[str, ...], place: Place) -> Dependency:
    """Read a requirement that names its project; `extras` are those at its very end, if any."""
    if "@" in head.real and ".." in _SEPARATORS.split(head.real):
        # pip first tries all of it as a path: `name @ https://host/../../../folder` is one.
        raise place.refusal("a URL with .. in its path", "write the path that it leads to")
    found = grammar.at_url().match(head.real)
    if found is not None:
        name, url = found["name"], found["url"]
        extras = extras or grammar.extras(found["extras"])
    else:
        parsed = packaged(head.real, place, secret=bool(head.spans))
        name, extras = parsed.name, extras or parsed.extras
        if parsed.url is None:
            return _dependency(name, name, FromIndex(parsed.specifier), place, extras)
        url = parsed.url
    start = head.real.index(url, head.real.index("@") + 1)
    origin = at_url(head.part(start, start + len(url)), place)
    return _dependency(name, name, origin, place, extras)


def _looks_like_path(text: str) -> bool:
    # pip heeds the backslash on Windows only, but we judge for every platform.
    return "/" in text or "\\" in text or text.startswith(".")


def _extension(path: str) -> str:
    base, extension = posixpath.splitext(path.lower())
    return f".tar{extension}" if base.endswith(".tar") else extension


def _without_extras(text: str, place: Place) -> tuple[str, tuple[str, ...]]:
    """Take the extras off the end of a path, as pip's `strip_extras` does."""
    at = _extras_at_end(text)
    if at is None:
        return text, ()
    base, extras = text[:at].rstrip(), text[at:]
    if _PLAIN_EXTRAS.match(extras):
        return base, grammar.extras(extras)
    return base, packaged(f"placeholder{extras}", place, secret=True).extras


def _extras_at_end(text: str) -> int | None:
    r"""Return where the second group of `(.+)(\[[^\]]+\])$` would begin, in linear time."""
    if not text.endswith("]"):
        return None
    # Between the brackets there is something, and no other bracket that closes.
    at = text.partition("\n")[0].rfind("[", 0, len(text) - 2)
    return at if at > 0 and "]" not in text[at:-1] else None


def _from_path(text: Text, extras: tuple[str, ...], place: Place) -> Dependency:
    path = text.part(0, len(_without_extras(text.real, place)[0]))
    if _NO_PATH.search(path.real):
        raise place.refusal(
            "neither a requirement nor a path",
            "a requirement is `name`, `name>=1` or `name @ URL`; a path begins with ./",
        )
    if "/" in path.real and "\\" in path.real:
        raise place.refusal("a path with slashes of both kinds", "write / only")
    file_name = posixpath.basename(posixpath.normpath(path.real.replace("\\", "/")))
    name = _of_wheel(file_name, place)
    origin = FromPath(path.written, place.holds(path.real))
    return _dependency(name, name or path.written, origin, place, extras)


def _named_editable(text: Text, place: Place) -> Dependency | None:
    """Read `name[extras] @ URL ; marker`; None where it is no requirement with a URL."""
    found = grammar.at_url().match(text.real)
    if found is None:
        if "@" in text.real and _is_requirement_at_url(text.real, place):
            raise place.refusal("a requirement that is oddly written after -e", _EDITABLE)
        return None
    url = text.part(*found.span("url"))
    if not url.real.startswith("file:") and links.scheme_of(url.real) not in links.VCS:
        raise place.refusal("-e takes a folder or a version control URL", _EDITABLE)
    marker = text.part(*found.span("marker")).strip() if found["marker"] else Text("")
    _check_marker(marker, place)
    name, extras = found["name"], grammar.extras(found["extras"])
    return _dependency(name, name, at_url(url, place), place, extras)._replace(
        marker=marker.written or None
    )


def _is_requirement_at_url(text: str, place: Place) -> bool:
    try:
        return packaged(text, place).url is not None
    except ManifestError:
        return False


def _unnamed_editable(text: Text, place: Place) -> Dependency:
    """Read a folder, a `file:` URL, or a version control URL that names its project."""
    base, extras = _without_extras(text.real, place)
    if text.real.lower().startswith("file:"):
        url = text.part(0, len(base))
        if not url.real.startswith("file:"):
            raise place.refusal("file: is in capitals after -e", _EDITABLE)
        shown = url.shown_url()
        link = links.read(url.real, shown, place)
        return _dependency(link.egg, link.egg or shown, link.origin, place, extras)
    url = text
    if text.real.lower().startswith(("git:", "hg:", "svn:", "bzr:")):
        url = text.behind(f"{text.real.partition(':')[0].lower()}+")
    if links.scheme_of(url.real) in links.VCS:
        link = links.read(url.real, url.shown_url(), place)
        if link.egg is None:
            raise place.refusal("the URL does not name its project", _EDITABLE)
        return _dependency(link.egg, link.egg, link.origin, place)
    return _from_path(text, extras, place)._replace(name=None)
