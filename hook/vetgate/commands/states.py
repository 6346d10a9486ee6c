"""Which two states a check compares, or which files it judges whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vetgate.errors import GateError, GitError, ManifestError, UsageError
from vetgate.manifests.affected import Side, affected, elsewhere
from vetgate.manifests.closure import Forest, read
from vetgate.manifests.formats import PATHSPECS, holds_manifests, is_manifest
from vetgate.model.change import Added, Change
from vetgate.model.record import Record

if TYPE_CHECKING:
    from vetgate.git.repository import Comparison, Repository
    from vetgate.git.tree import Tree

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
    forest = read_disk(whole_files(files, folder), folder, environment)
    changes = tuple(Added(dependency) for dependency in forest.dependencies())
    return Found(changes, forest.errors, project_root(folder) or folder)


def _compared(asked: Asked, folder: str, environment: Mapping[str, str]) -> Found:
    from vetgate.diff import diff
    from vetgate.git.repository import find_repository

    repository = find_repository(folder)
    try:
        comparison = _comparison(asked, environment, repository)
        wanted = _restricted(asked.files, folder, repository.top)
        before = _side(comparison.before, wanted)
        after = _side(comparison.after, wanted)
        _refuse_absent(wanted, before, after)
        if not comparison.changed:
            return Found((), (), repository.top)
        seen = affected(before, after, comparison.changed, environment)
        tip = None
        if comparison.tip is not None and not seen.errors:
            tip, _ = elsewhere(_side(comparison.tip, None), frozenset(), environment)
        changes = diff(seen.before, seen.after, runs=seen.runs, tip=tip)
        if changes and not seen.errors:
            # Only now: what else the project declares matters to nothing but a change.
            rest, runs = elsewhere(_side(comparison.before, None), seen.roots, environment)
            changes = diff(
                (*seen.before, *rest),
                (*seen.after, *rest),
                runs=({**runs, **seen.runs[0]}, {**runs, **seen.runs[1]}),
                tip=tip,
            )
        return Found(changes, seen.errors, repository.top)
    finally:
        repository.close()


def _comparison(asked: Asked, environment: Mapping[str, str], repository: Repository) -> Comparison:
    """Compare what the command line names, else what pre-commit names, else the index and HEAD."""
    old, new = asked.from_ref, asked.to_ref
    if old is None and new is not None:
        raise UsageError("--to-ref needs --from-ref")
    if "" in (old, new):
        # A variable that a CI job did not set: taken for no option, it would let everything pass.
        raise UsageError("--from-ref and --to-ref need the name of a commit, and one is empty")
    if old is None:
        old, new = environment.get("PRE_COMMIT_FROM_REF"), environment.get("PRE_COMMIT_TO_REF")
        pushed = environment.get("PRE_COMMIT_LOCAL_BRANCH")
        if not (old and new) and pushed:
            # pre-commit names no range when a whole history is pushed: then all of it is new.
            old, new = _NO_COMMIT, pushed
    if not old:
        return repository.staged(PATHSPECS)
    if not old.strip("0"):
        return repository.since_nothing(new or "HEAD")
    return repository.between(old, new or "HEAD")


def _side(tree: Tree, wanted: frozenset[str] | None) -> Side:
    """Return a tree with its manifests: those named, else all that their names tell."""
    if wanted is None:
        found = {path for path in tree.matching() if is_manifest(path)}
        found.update(tree.behind(holds_manifests, is_manifest))
        return Side(tree, tuple(sorted(found)))
    return Side(tree, tuple(path for path in sorted(wanted) if _has(tree, path)))


def _has(tree: Tree, path: str) -> bool:
    try:
        tree.resolve(path)
    except FileNotFoundError:
        return False
    except ManifestError:
        # It is there, and reading it tells what is wrong with it.
        return True
    return True


def _restricted(files: tuple[str, ...], folder: str, top: str) -> frozenset[str] | None:
    """Return the named files as paths from the top of the work tree."""
    if not files:
        return None
    wanted = set()
    for path in files:
        full = os.path.join(os.path.realpath(folder), path)
        # The folder's links are followed, the file's own are not: git tracks the link.
        real = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
        inside = os.path.relpath(real, os.path.realpath(top)).replace(os.sep, "/")
        if inside == ".." or inside.startswith("../"):
            raise ManifestError("is outside of the repository", path=path)
        wanted.add(inside)
    return frozenset(wanted)


def _refuse_absent(wanted: frozenset[str] | None, before: Side, after: Side) -> None:
    """Refuse a name that neither state has: passing it would look like a verdict."""
    for path in sorted((wanted or frozenset()) - {*before.roots, *after.roots}):
        raise ManifestError(
            "git has no such file", path=path, hint="git add it, or judge the disk with --all"
        )
