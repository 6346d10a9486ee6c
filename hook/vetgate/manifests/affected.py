"""What a change of files touches: the manifests changed, and those that include what changed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from vetgate.errors import ManifestError
from vetgate.manifests.closure import Forest, read
from vetgate.manifests.formats import may_include
from vetgate.model.dependency import Dependency
from vetgate.model.manifest import Runs, State
from vetgate.model.record import Record
from vetgate.model.twins import Changed


class Side(Record):
    """One of the two states compared, with its manifests by name."""

    state: State
    roots: tuple[str, ...]


class Affected(Record):
    """The dependencies to compare, and what could not be read."""

    before: tuple[Dependency, ...]
    after: tuple[Dependency, ...]
    errors: tuple[ManifestError, ...]
    roots: frozenset[str]
    runs: tuple[Runs, Runs] = ({}, {})
    """Before and after: for each of the manifests, the files that are read for it."""


def affected(
    before: Side, after: Side, changed: frozenset[str], environment: Mapping[str, str]
) -> Affected:
    """Read, on both sides, every manifest that a change of files may have altered.

    An error that stood there before, and that no touched file has a part in, is not this change's.
    """
    news = Changed(changed)
    now, doubts = _touching(after, changed, news, environment)
    then, _ = _touching(before, changed, news, environment)
    roots = frozenset((*now, *then))
    new = read(after.state, roots & {*after.roots}, environment)
    old = read(before.state, roots & {*before.roots}, environment)
    return Affected(
        old.dependencies(),
        new.dependencies(),
        tuple(
            error
            for error in new.errors
            if str(error) not in old.about
            or news.touches(new.about[str(error)] | old.about[str(error)])
        )
        or doubts,
        roots,
        (old.touched, new.touched),
    )


def elsewhere(
    before: Side, roots: frozenset[str], environment: Mapping[str, str]
) -> tuple[tuple[Dependency, ...], Runs]:
    """Return what the manifests declare that a change does not touch, and the files read for each.

    One that cannot be read declares nothing: then more is new, not less.
    """
    forest = read(before.state, {*before.roots} - roots, environment)
    return forest.dependencies(), forest.touched


def _touching(
    side: Side, changed: frozenset[str], news: Changed, environment: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[ManifestError, ...]]:
    """Name the manifests that changed, or that read something that did; and what may have.

    A manifest that cannot be read may include any file that it names: where such a file changed,
    and no other manifest accounts for it, whether it matters cannot be told.
    """
    direct = [root for root in side.roots if news.touches((root,))]
    others = frozenset(side.roots).difference(direct)
    indirect = [root for root in side.roots if root in others and _may_reach(side, root)]
    forest = read(side.state, indirect, environment) if indirect else Forest({})
    touched = [root for root in indirect if news.touches(forest.touched[root])]
    known = frozenset(side.roots).union(*forest.touched.values())
    unread = frozenset(indirect) - forest.manifests.keys()
    loose = {posixpath.basename(path).encode(errors="surrogateescape") for path in changed - known}
    suspects = {path for path in unread if loose and _names(side, path, loose)}
    doubts = tuple(one for one in forest.errors if one.path in suspects)
    return (*direct, *touched), doubts


def _names(side: Side, root: str, names: set[bytes]) -> bool:
    """Whether a manifest has one of some file names somewhere in it."""
    try:
        content = side.state.read(root)
    except (FileNotFoundError, ManifestError):
        return False
    return any(name in content for name in names)


def _may_reach(side: Side, root: str) -> bool:
    """Whether a manifest may read files beside itself."""
    try:
        return side.state.resolve(root) != root or may_include(side.state.read(root), root)
    except (FileNotFoundError, ManifestError):
        # Its error is told if the change has anything to do with it.
        return True


def judged_whole(
    state: State, roots: Iterable[str], environment: Mapping[str, str]
) -> tuple[tuple[Dependency, ...], tuple[ManifestError, ...]]:
    """Read manifests as if everything in them were new."""
    forest = read(state, roots, environment)
    return forest.dependencies(), forest.errors
