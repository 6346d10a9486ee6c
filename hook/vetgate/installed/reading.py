"""The only reader of what a distribution left behind: its name, version, and where it came from.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from errno import ENOENT
from typing import TYPE_CHECKING

from vetgate.errors import GateError, ManifestError
from vetgate.installed.listing import pip_list
from vetgate.installed.places import Environment, added_folders
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    Origin,
    normalize,
)
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.model.urls import split

if TYPE_CHECKING:
    from packaging.direct_url import DirectUrl

_NAME = pattern(r"(?i)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z")
_MOST = 1024 * 1024
"""Bytes of a file that are read: the names come first."""
_METADATA = ("METADATA", "PKG-INFO", os.path.join("EGG-INFO", "PKG-INFO"))
_ENDINGS = (".dist-info", ".egg-info", ".egg", ".egg-link")


class Installed(Record):
    """What an environment has; nothing of it is told if any of it could not be read."""

    dependencies: tuple[Dependency, ...]
    errors: tuple[GateError, ...]


def installed(environment: Environment, shown: str, root: str) -> Installed:
    """List what an environment has: `shown` is what it is called, `root` the project's folder.

    Each distribution is a dependency on exactly that version, or on what it was installed from
    (PEP 610), and no pin: an environment does not tell who chose. Raises `GateError` where pip
    cannot be asked.
    """
    errors: list[GateError] = []
    reader = _Reader(environment.prefix, shown, root)
    own = {folder: list(reader.read(folder, errors)) for folder in environment.folders}
    names = {one.name for found in own.values() for one in found}
    added = dict.fromkeys(
        os.path.realpath(each) for folder in environment.folders for each in added_folders(folder)
    )
    for folder in sorted(added.keys() - {os.path.realpath(each) for each in environment.folders}):
        # A source folder tells again of what is linked to it.
        own[folder] = [one for one in reader.read(folder, errors) if one.name not in names]
    if errors:
        # pip ends with an error of its own on some of these, which would tell less.
        return Installed((), tuple(errors))
    for folder, listed in pip_list(environment.folders).items():
        # pip knows ways to install that leave none of the files that are read here.
        known = {one.name for one in own[folder]}
        own[folder].extend(
            reader.exactly(name, version, folder)
            for name, version in listed
            if normalize(name) not in known
        )
    return Installed(tuple(one for found in own.values() for one in found), ())


class _Reader:
    def __init__(self, prefix: str, shown: str, root: str) -> None:
        self._prefix, self._shown, self._root = prefix, shown, root

    def read(self, folder: str, errors: list[GateError]) -> Iterator[Dependency]:
        """Yield the distributions of a folder, sorted; what cannot be read is an error."""
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            errors.append(self._unread(folder, error))
            return
        for name in names:
            # `foo.egg` may be anything else if it has no metadata, and so may what is hidden.
            if name.lower().endswith(_ENDINGS):
                try:
                    yield self._distribution(os.path.join(folder, name))
                except OSError as error:
                    errors.append(self._unread(os.path.join(folder, name), error))
                except ManifestError as error:
                    errors.append(error)

    def exactly(self, name: str, version: str, path: str) -> Dependency:
        """Return a distribution of the index, at one version."""
        self._check(name, version, path)
        return self._dependency(name, version, FromIndex(_equal(version)), path)

    def _distribution(self, path: str) -> Dependency:
        if path.lower().endswith(".egg-link"):
            # setuptools' old way: the first line is the folder of the source.
            source = _head(path).decode("utf-8", errors="replace").partition("\n")[0].strip()
            name = os.path.basename(path)[: -len(".egg-link")]
            self._check(name, "-", path)
            return self._dependency(name, "", self._path(source), path)
        from email.parser import BytesHeaderParser

        headers = BytesHeaderParser().parsebytes(self._metadata(path))
        name, version = str(headers["Name"] or ""), str(headers["Version"] or "")
        self._check(name, version, path)
        origin = self._direct(path) or FromIndex(_equal(version))
        return self._dependency(name, version, origin, path)

    def _metadata(self, path: str) -> bytes:
        if os.path.isfile(path) and path.lower().endswith(".egg-info"):
            return _head(path)
        for name in _METADATA:
            if os.path.lexists(os.path.join(path, name)):
                return _head(os.path.join(path, name))
        raise ManifestError(
            "has no metadata that tells what it is",
            path=self._place(path),
            hint="remove it if it is left over from an installation that was broken off",
        )

    def _check(self, name: str, version: str, path: str) -> None:
        if _NAME.match(name) is None or not version or any(map(str.isspace, version)):
            raise ManifestError("has no name and version to go by", path=self._place(path))

    def _direct(self, path: str) -> Origin | None:
        file = os.path.join(path, "direct_url.json")
        if not os.path.lexists(file):
            return None
        import json

        from packaging.direct_url import DirectUrl, DirectUrlValidationError

        try:
            written = json.loads(_head(file))
            if not isinstance(written, dict):
                raise ManifestError("is not an object (PEP 610)", path=self._place(file))
            return self._origin(DirectUrl.from_dict(written))
        except (ValueError, RecursionError, DirectUrlValidationError) as error:
            problem = f"does not tell where it came from (PEP 610): {error}"
            raise ManifestError(problem, path=self._place(file)) from error

    def _origin(self, direct: DirectUrl) -> Origin:
        url = _without_credentials(direct.url)
        if direct.vcs_info is not None:
            return FromVcs(f"{direct.vcs_info.vcs}+{url}", direct.vcs_info.commit_id)
        parts = split(url)
        if parts is not None and parts.scheme == "file":
            from urllib.request import url2pathname

            return self._path(url2pathname(parts.path))
        hashes = (direct.archive_info.hashes if direct.archive_info else None) or {}
        return FromUrl(url, tuple(sorted(f"{kind}:{digest}" for kind, digest in hashes.items())))

    def _path(self, path: str) -> FromPath:
        full, root = os.path.realpath(path), os.path.realpath(self._root)
        inside = full == root or full.startswith(os.path.join(root, ""))
        return FromPath(os.path.relpath(full, root) if inside else path, inside)

    def _dependency(self, name: str, version: str, origin: Origin, path: str) -> Dependency:
        requirement = f"{name}{_equal(version)}" if version else name
        where = Location(self._place(path), 1)
        return Dependency(normalize(name), name, requirement, origin, where, installed=True)

    def _place(self, path: str) -> str:
        inside = os.path.relpath(path, self._prefix)
        shown = path if inside.startswith(os.pardir) else os.path.join(self._shown, inside)
        return shown.replace(os.sep, "/")

    def _unread(self, path: str, error: OSError) -> ManifestError:
        return ManifestError(f"cannot be read: {error.strerror}", path=self._place(path))


def _head(path: str) -> bytes:
    if not os.path.isfile(path):
        # A pipe would be waited for without an end.
        raise FileNotFoundError(ENOENT, "no such file, or none that holds anything")
    with open(path, "rb") as file:
        return file.read(_MOST)


def _equal(version: str) -> str:
    """Return the specifier of one version, also where it is none of PEP 440's."""
    from packaging.version import InvalidVersion, Version

    try:
        Version(version)
    except InvalidVersion:
        return f"==={version}"
    return f"=={version}"


def _without_credentials(url: str) -> str:
    parts = split(url)
    if parts is None or parts.authority is None:
        return url
    return parts._replace(authority=parts.authority.rpartition("@")[2]).joined()
