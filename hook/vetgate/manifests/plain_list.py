"""The only judge of whether a list of requirements is to build tools what it is to pip.

setuptools (`tool.setuptools.dynamic`) and Hatch's plug-in hatch-requirements-txt put such a list
into a package's metadata. They read UTF-8, one requirement (PEP 508) a line, without variables;
options are refused or passed over, what stands alone is a name where pip may see a file, and lines
that end in a backslash are joined in another way than pip's, or not at all.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from vetgate.errors import ManifestError
from vetgate.manifests.lines import decoded, without_comment
from vetgate.manifests.requirement import parse_requirement
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName, Origin
from vetgate.model.manifest import Manifest
from vetgate.model.pattern import pattern

_HASHES = pattern(r"(?:(?:^|[ \t]+)--hash=[^\s\\]+)+\Z")
_HINT = "build tools take this file for a plain list: one requirement (PEP 508) a line, no options"


def check(content: bytes, manifest: Manifest) -> None:
    """Refuse a list that build tools read otherwise than pip, whose reading `manifest` is.

    Hashes are lost on the way into the metadata: what comes from a URL would be no pin there.
    Raises `ManifestError`.
    """
    path = manifest.path
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if text != decoded(content, path):
        raise ManifestError("not plain UTF-8, as which build tools read it", path=path, hint=_HINT)
    by_pip = {one.location.line: one for one in manifest.dependencies}
    for line, requirement in _lines(text, path):
        try:
            found = parse_requirement(
                requirement, location=Location(path, line), root=posixpath.dirname(path)
            )
        except ManifestError as error:
            raise ManifestError(error.problem, path=path, line=line, hint=_HINT) from error
        other = by_pip.pop(line, None)
        if other is None or _read(other) != _read(found):
            raise _differs(path, line)
        if other.hashes and not isinstance(found.origin, FromIndex):
            raise _differs(path, line)
    for line in by_pip:
        raise _differs(path, line)


def _differs(path: str, line: int) -> ManifestError:
    return ManifestError(
        "one thing to pip and another to build tools", path=path, line=line, hint=_HINT
    )


def _read(dependency: Dependency) -> tuple[NormalizedName | None, tuple[str, ...], Origin]:
    return dependency.name, dependency.extras, dependency.origin


def _lines(text: str, path: str) -> Iterator[tuple[int, str]]:
    """Yield the requirements with their lines, hashes and what continues to them taken off.

    Raises `ManifestError` for any other line that is continued.
    """
    continued = False
    for number, line in enumerate(text.splitlines(), 1):
        bare = without_comment(line)
        joined = bare.removesuffix(" \\").rstrip()
        found = _HASHES.search(joined)
        requirement = joined if found is None else joined[: found.start()].rstrip()
        if joined.endswith("\\") or continued is not (bool(joined) and not requirement):
            raise _differs(path, number)
        continued = joined != bare
        if requirement:
            yield number, requirement
    if continued:
        raise _differs(path, number)
