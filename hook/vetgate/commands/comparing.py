"""From two states of a repository to the changes of what they declare."""

from __future__ import annotations

import os
from collections.abc import Mapping

from vetgate.diff import diff
from vetgate.errors import GateError, ManifestError
from vetgate.manifests.affected import Side, affected, elsewhere
from vetgate.manifests.formats import holds_manifests, is_manifest
from vetgate.model.change import Change
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from vetgate.git.repository import Comparison
    from vetgate.git.tree import Tree


def compared(
    comparison: Comparison,
    files: tuple[str, ...],
    folder: str,
    top: str,
    environment: Mapping[str, str],
) -> tuple[tuple[Change, ...], tuple[GateError, ...]]:
    """Return what changed between two states, and the errors that keep the gate from telling.

    `files`: these manifests only, as seen from `folder`; none: all. `top` is the work tree's
    folder. Raises `GateError` where nothing can be read at all.
    """
    wanted = _restricted(files, folder, top)
    before = _side(comparison.before, wanted)
    after = _side(comparison.after, wanted)
    _refuse_absent(wanted, before, after)
    if not comparison.changed:
        return (), ()
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
    return changes, seen.errors


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
