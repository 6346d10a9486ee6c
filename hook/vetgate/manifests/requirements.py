"""The only parser of requirements and constraints files, with pip for its oracle.

Whatever pip would install from a file is found; what pip refuses is refused. Most lines of most
files are plain, and cost one match; only the others load what reads every line that there can be.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from vetgate.manifests.lines import decoded, logical_lines
from vetgate.manifests.place import Place
from vetgate.manifests.requirement import may_be_file, plain
from vetgate.model.dependency import Dependency, Location
from vetgate.model.manifest import Include, Manifest
from vetgate.model.pattern import pattern

FORMAT = "requirements"

_HASHES = pattern(r"(?: *--hash=sha(?:256|384|512):[0-9a-fA-F]+)+\Z")


def parse(content: bytes, path: str, environment: Mapping[str, str]) -> Manifest:
    """Read a requirements file. `environment` fills in `${NAME}`. Raises `ManifestError`."""
    dependencies: list[Dependency] = []
    includes: list[Include] = []
    for number, line in logical_lines(decoded(content, path), path):
        location = Location(path, number)
        if (found := _plain(line, location)) is not None:
            dependencies.append(found)
            continue
        from vetgate.manifests.directives import directives

        for one in directives(line, Place(location, posixpath.dirname(path)), environment):
            if isinstance(one, Include):
                includes.append(one)
            else:
                dependencies.append(one)
    return Manifest(path, FORMAT, tuple(dependencies), tuple(includes))


def _plain(line: str, location: Location) -> Dependency | None:
    """Read a plain requirement with plain hashes; None for every other line."""
    if "$" in line:
        return None
    at = line.find(" -")
    if at < 0:
        found = plain(line, location)
    elif _HASHES.match(line, at):
        words = line[at:].lower().replace("--hash=", "").split()
        hashes = tuple(sorted(set(words))) if len(words) > 1 else tuple(words)
        found = plain(line[:at].rstrip(" "), location, hashes)
    else:
        return None
    return None if found is None or may_be_file(found) else found
