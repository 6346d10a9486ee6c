"""Which two states a check compares, or which files it judges whole."""

from __future__ import annotations

import os
from collections.abc import Mapping

from vetgate.errors import GateError, GitError, UsageError
from vetgate.manifests.pathspecs import PATHSPECS
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # the parsers are imported while git works, see `_compared`
    from vetgate.git.repository import Comparison, Repository
    from vetgate.manifests.closure import Forest
    from vetgate.model.change import Change

_NO_COMMIT = "0" * 40
"""What git and CI services write for "no commit"."""


class Asked(Record):
    """What a command line asks to be judged."""

    files: tuple[str, ...] = ()
    from_ref: str | None = None
    to_ref: str | None = None
    everything: bool = False


class Found(Record):
    """The changes to judge, the errors that keep the gate from judging, and the project's root."""

    changes: tuple[Change, ...]
    errors: tuple[GateError, ...]
    root: str


def find(asked: Asked, folder: str, environment: Mapping[str, str]) -> Found:
    """Read what is asked for; raises `GateError` where nothing can be read at all."""
    if asked.everything:
        if asked.from_ref is not None or asked.to_ref is not None:
            raise UsageError(
                "--all judges whole files: it does not go with --from-ref and --to-ref"
            )
        return _whole(asked.files, folder, environment)
    return _compared(asked, folder, environment)


def whole_files(files: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """Return the files to judge whole: those named, else every manifest of the project."""
    if files:
        return tuple(path.replace(os.sep, "/") for path in files)
    from vetgate.disk import Disk
    from vetgate.git.repository import find_repository
    from vetgate.manifests.formats import holds_manifests, is_manifest

    try:
        repository = find_repository(folder)
    except GitError:
        return tuple(Disk(folder).find(is_manifest, holds_manifests))
    top = Disk(repository.top)
    present = [
        found
        for path in repository.present()
        for found in (path, *top.behind(path, is_manifest, holds_manifests))
        if is_manifest(found)
    ]
    full = (os.path.join(repository.top, path) for path in present)
    shown = (os.path.relpath(path, folder).replace(os.sep, "/") for path in full)
    # What git still lists but the disk no longer has is not there to be judged.
    return tuple(path for path in shown if os.path.lexists(os.path.join(folder, path)))


def project_root(folder: str) -> str | None:
    """Return the nearest folder upwards that git calls a work tree, without asking git."""
    at = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(at, ".git")):
            return at
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above


def read_disk(files: tuple[str, ...], folder: str, environment: Mapping[str, str]) -> Forest:
    """Read files from the disk, with all that they include out of each one's own project."""
    from vetgate.disk import Disk
    from vetgate.manifests.closure import Forest, read

    projects: dict[str | None, list[str]] = {}
    for path in files:
        root = project_root(os.path.dirname(os.path.join(folder, path)))
        projects.setdefault(root, []).append(path)
    forests = [
        read(Disk(folder, limit=root), paths, environment) for root, paths in projects.items()
    ]
    return Forest(
        {path: one for forest in forests for path, one in forest.manifests.items()},
        tuple(error for forest in forests for error in forest.errors),
    )


def _whole(files: tuple[str, ...], folder: str, environment: Mapping[str, str]) -> Found:
    from vetgate.model.change import Added

    forest = read_disk(whole_files(files, folder), folder, environment)
    changes = tuple(Added(dependency) for dependency in forest.dependencies())
    return Found(changes, forest.errors, project_root(folder) or folder)


def _compared(asked: Asked, folder: str, environment: Mapping[str, str]) -> Found:
    from vetgate.git.repository import find_repository

    old, new = _range(asked, environment)
    repository = find_repository(folder, begin=() if old else PATHSPECS)
    try:
        # Here and not above: git is at work meanwhile, and takes as long as these imports.
        from vetgate.manifests.formats import is_manifest

        comparison = _comparison(old, new, repository)
        if any(map(is_manifest, comparison.changed)):
            repository.blobs.begin()
        from vetgate.commands.comparing import compared

        changes, errors = compared(comparison, asked.files, folder, repository.top, environment)
        return Found(changes, errors, repository.top)
    finally:
        repository.close()


def _range(asked: Asked, environment: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the commits to compare: those named, else those that pre-commit names, else none."""
    old, new = asked.from_ref, asked.to_ref
    if old is None and new is not None:
        raise UsageError("--to-ref needs --from-ref")
    if "" in (old, new):
        # A variable that a CI job did not set: taken for no option, it would let everything pass.
        raise UsageError("--from-ref and --to-ref need the name of a commit, and one is empty")
    if old is not None:
        return old, new
    old, new = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
    pushed = environment.get("PRE_COMMIT_LOCAL_BRANCH")
    if not (old and new) and pushed:
        # pre-commit names no range when a whole history is pushed: then all of it is new.
        return _NO_COMMIT, pushed
    return old, new


def _comparison(old: str | None, new: str | None, repository: Repository) -> Comparison:
    """Compare two commits, or the index with HEAD."""
    if not old:
        return repository.staged(PATHSPECS)
    if not old.strip("0"):
        return repository.since_nothing(new or "HEAD")
    return repository.between(old, new or "HEAD")
