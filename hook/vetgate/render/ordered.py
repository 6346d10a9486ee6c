"""The one place that says what is shown in which order and under which path.

Same input, same output: nothing is shown in the order that it happened to be found.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from vetgate.model.change import Change, Removed
from vetgate.model.dependency import Dependency
from vetgate.model.manifest import Include, Manifest
from vetgate.model.verdict import Judged


def subject(change: Change) -> Dependency:
    """Return the dependency that a change is about: what comes in, or what went."""
    return change.before if isinstance(change, Removed) else change.after


def by_place(changes: Iterable[Judged]) -> list[Judged]:
    """Sort by file, line, and what is written there."""
    return sorted(changes, key=_place)


def _place(judged: Judged) -> tuple[str, int, str, str, str, str]:
    dependency = subject(judged.change)
    return (
        dependency.location.file,
        dependency.location.line,
        dependency.table or "",
        dependency.spelled,
        dependency.requirement,
        judged.change.kind,
    )


def resolved(manifest: Manifest, include: Include) -> str:
    """Return the path of an include as the files of the project are named."""
    if "://" in include.path:
        return include.path
    return posixpath.normpath(posixpath.join(posixpath.dirname(manifest.path), include.path))
