"""A manifest with all the files that it brings in, read from one state of the project."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Mapping

from vetgate.errors import ManifestError
from vetgate.manifests.formats import is_toml, only_constrains, parse
from vetgate.model.dependency import Dependency, FromIndex, FromOption, FromPath
from vetgate.model.manifest import Include, Manifest, State
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

_OWN_COPY = "put a copy of the file into the project"
_MAX_DEPTH = 50
_LISTS = (".txt", ".in", ".pip", ".toml")
_SCHEME = pattern(r"(?i)[a-z][a-z0-9+.-]+:")
_INSTEAD = frozenset({"--index-url"})
_PLACES = frozenset({"--extra-index-url", "--find-links"}) | _INSTEAD


class Forest(Record):
    """Manifests by path, with everything that they include, and what could not be read."""

    manifests: Mapping[str, Manifest]
    errors: tuple[ManifestError, ...] = ()
    touched: Mapping[str, frozenset[str]] = {}
    """For each root: the paths that were read for it, links and where they lead included."""
    about: Mapping[str, frozenset[str]] = {}
    """For each error, as it reads: the paths on which it depends."""

    def dependencies(self) -> tuple[Dependency, ...]:
        """Return the dependencies of all files, by file and line."""
        return tuple(
            dependency
            for path in sorted(self.manifests)
            for dependency in self.manifests[path].dependencies
        )


def read(state: State, roots: Iterable[str], environment: Mapping[str, str]) -> Forest:
    """Read manifests and, from the same state, all that they include.

    A root that the state does not have is an error like any other; errors do not stop the reading,
    so that all of them are told at once.
    """
    reader = _Reader(state, environment)
    named = sorted(set(roots))
    touched: dict[str, frozenset[str]] = {}
    for root in named:
        reader.begin()
        reader.walk(root, constraint=only_constrains(root), chain=())
        touched[root] = frozenset(reader.touched)
    trees = {root: reader.tree(root) for root in named}
    return Forest(reader.finished(trees), tuple(reader.errors), touched, reader.about)


class _Reader:
    """One reading: what was read already, by path."""

    def __init__(self, state: State, environment: Mapping[str, str]) -> None:
        self._state, self._environment = state, environment
        self._manifests: dict[str, Manifest] = {}
        self._required: set[str] = set()
        """Files that some other file or root brings in for real, and not as constraints."""
        self._edges: dict[str, tuple[str, ...]] = {}
        self._unread: set[str] = set()
        self._walked: set[tuple[str, bool]] = set()
        self.errors: list[ManifestError] = []
        self.about: dict[str, frozenset[str]] = {}
        self.touched: set[str] = set()

    def begin(self) -> None:
        """Begin with another root."""
        self.touched, self._walked = set(), set()

    def walk(self, path: str, *, constraint: bool, chain: tuple[str, ...]) -> None:
        """Read a file and what it includes; raises nothing."""
        if (path, constraint) in self._walked:
            return
        self._walked.add((path, constraint))
        self.touched |= self._state.passed(path)
        if not constraint:
            self._required.add(path)
        if path not in self._manifests and path not in self._unread:
            try:
                self._read(path)
            except ManifestError as error:
                self._unread.add(path)
                self._fail(error, path)
        if path in self._unread:
            return
        self._edges.setdefault(path, ())
        self._touch_targets(path)
        for include in self._manifests[path].includes:
            target = posixpath.join(posixpath.dirname(path), include.path)
            try:
                target = _target(path, include, chain)
                self._require(target, include, path)
            except ManifestError as error:
                self.touched |= self._fail(error, path, target)
                continue
            if target not in self._edges[path]:
                self._edges[path] = (*self._edges[path], target)
            # pip's rule: what `-r` names is required, also where a constraints file says so.
            self.walk(target, constraint=include.constraint, chain=(*chain, path))
            if include.plain:
                self._check_plain(target)

    def tree(self, root: str) -> frozenset[str]:
        """Name all files that a root brings in, itself included."""
        seen: set[str] = set()
        todo = [root]
        while todo:
            path = todo.pop()
            if path not in seen:
                seen.add(path)
                todo.extend(self._edges.get(path, ()))
        return frozenset(seen)

    def finished(self, trees: Mapping[str, frozenset[str]]) -> dict[str, Manifest]:
        """Return what was read, with the indexes in force, what only constrains, and what is there.

        pip takes its index options from every file of a run, wherever they stand.
        """
        places: dict[str, set[str]] = {path: set() for path in self._manifests}
        instead: dict[str, list[set[str]]] = {path: [] for path in self._manifests}
        for tree in trees.values():
            named = {url for path in tree for url in _named(self._manifests.get(path), _PLACES)}
            default = {url for path in tree for url in _named(self._manifests.get(path), _INSTEAD)}
            for path in tree & places.keys():
                places[path] |= named
                instead[path].append(default)
        return {
            path: manifest._replace(
                dependencies=tuple(
                    _in_force(
                        self._seen(dependency),
                        tuple(sorted(places[path])),
                        # In a run without such an option, the default index is asked.
                        tuple(sorted(set().union(*instead[path]))) if all(instead[path]) else (),
                        constraint=path not in self._required,
                    )
                    for dependency in manifest.dependencies
                )
            )
            for path, manifest in self._manifests.items()
        }

    def _touch_targets(self, path: str) -> None:
        # A folder that becomes a submodule or a link is a change of what is installed from it.
        for dependency in self._manifests[path].dependencies:
            if isinstance(dependency.origin, FromPath):
                from vetgate.manifests import inside

                for target in inside.targets(dependency):
                    self.touched |= self._state.passed(target)

    def _seen(self, dependency: Dependency) -> Dependency:
        if not isinstance(dependency.origin, FromPath):
            return dependency
        from vetgate.manifests import inside

        return inside.seen(dependency, self._state)

    def _read(self, path: str) -> None:
        try:
            content = self._state.read(path)
        except FileNotFoundError:
            raise ManifestError("no such file", path=path) from None
        self._check_link(path)
        self._manifests[path] = parse(content, path, self._environment)

    def _check_link(self, path: str) -> None:
        """Refuse a link whose text is a manifest too: without links, git writes it into a file.

        A name that ends as a list's does is what an honest link in one folder says.
        """
        text = self._state.link(path)
        if text is None or (text.endswith(_LISTS) and not text.startswith("-")):
            return
        try:
            read = parse(os.fsencode(text), path, self._environment)
        except ManifestError:
            return  # and so does whoever installs from it
        own = all(isinstance(one.origin, FromPath) for one in read.dependencies)
        if read.includes or not own:
            raise ManifestError(
                f"is a symbolic link, and where there are none a requirement: {text!r}",
                path=path,
                hint=f"let the link lead to ./{text}",
            )

    def _check_plain(self, path: str) -> None:
        if path not in self._manifests:
            return
        from vetgate.manifests import plain_list

        try:
            plain_list.check(self._state.read(path), self._manifests[path])
        except ManifestError as error:
            self._fail(error, path)

    def _require(self, target: str, include: Include, path: str) -> None:
        """Refuse what is not there, and what pip's versions do not agree on."""
        as_written = posixpath.join(posixpath.dirname(path), include.path)
        try:
            agreed = self._state.resolve(target) == self._state.resolve(as_written)
        except FileNotFoundError:
            raise ManifestError(
                f"names {include.path!r}, which is not there",
                path=path,
                line=include.line,
                hint="a file that is included has to be part of the same commit",
            ) from None
        except ManifestError as error:
            raise ManifestError(
                f"names {include.path!r}, which {error.problem}",
                path=path,
                line=include.line,
                hint=error.hint() or _OWN_COPY,
            ) from error
        if not agreed:
            raise ManifestError(
                f"names {include.path!r}, with a `..` behind a symbolic link",
                path=path,
                line=include.line,
                hint="name the file without going through the link: some versions of pip read "
                "another file",
            )

    def _fail(self, error: ManifestError, *paths: str) -> frozenset[str]:
        """Write an error down once; return the paths on which it depends."""
        told = str(error)
        if told not in self.about:
            self.errors.append(error)
        passed = frozenset().union(*(self._state.passed(path) for path in paths))
        self.about[told] = self.about.get(told, frozenset()) | passed
        return passed


def _target(path: str, include: Include, chain: tuple[str, ...]) -> str:
    """Return the path that an include means, by pip's rule: relative to the file that names it."""
    written = include.path
    if _SCHEME.match(written) and not re.match(r"(?i)[a-z]:[\\/]", written):
        raise ManifestError(
            f"names {written!r}, which is not part of the project",
            path=path,
            line=include.line,
            hint=_OWN_COPY,
        )
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
    if is_toml(target):
        # Read by us as tables and by pip as lines, it could say one thing to each.
        raise ManifestError(
            f"names {written!r}, which is not a list of requirements", path=path, line=include.line
        )
    if target in (*chain, path):
        raise ManifestError(
            f"includes itself through {written!r}",
            path=path,
            line=include.line,
            hint="move what they share to a file that both include",
        )
    if len(chain) >= _MAX_DEPTH:
        raise ManifestError("is included too deep", path=path, line=include.line)
    return target


def _named(manifest: Manifest | None, options: frozenset[str]) -> set[str]:
    """Return the URLs that a manifest's options add to where packages come from."""
    if manifest is None:
        return set()
    return {
        dependency.origin.url
        for dependency in manifest.dependencies
        if isinstance(dependency.origin, FromOption) and dependency.origin.option in options
    }


def _in_force(
    dependency: Dependency, places: tuple[str, ...], instead: tuple[str, ...], *, constraint: bool
) -> Dependency:
    origin = dependency.origin
    if constraint and not dependency.constraint:
        dependency = dependency._replace(constraint=True)
    if places and isinstance(origin, FromIndex) and dependency.table is None:
        origin = origin._replace(indexes=places, instead=instead)
        dependency = dependency._replace(origin=origin)
    return dependency
