"""`check --format json`, version 1: the only writer of `check.schema.json`'s documents."""

from __future__ import annotations

import json
from collections.abc import Sequence

from vetgate.errors import GateError
from vetgate.model.change import Updated
from vetgate.model.dependency import Dependency
from vetgate.model.verdict import Judged, SnapshotSummary, Verdict
from vetgate.render.fields import (
    Fields,
    dependency_head,
    dependency_tail,
    error_fields,
    findings_fields,
    timestamp,
)
from vetgate.render.ordered import by_place, subject

VERSION = 1


def check_document(
    verdict: Verdict, errors: Sequence[GateError], snapshot: SnapshotSummary | None
) -> str:
    """Return the verdict as JSON in ASCII, changes sorted by place and findings by rule.

    With any error the verdict is `undecided` and no change is told: a program that reads only
    `changes` must not take half an answer for a whole one.
    """
    document: Fields = {
        "version": VERSION,
        "verdict": "undecided" if errors else verdict.outcome.name.lower(),
        "snapshot": None if snapshot is None else snapshot_fields(snapshot),
        "changes": [] if errors else [change_fields(each) for each in by_place(verdict.changes)],
        "errors": [error_fields(error) for error in errors],
    }
    return json.dumps(document, indent=2)


def change_fields(judged: Judged) -> Fields:
    """Return one judged change."""
    change = judged.change
    dependency = subject(change)
    return {
        "kind": change.kind,
        **dependency_head(dependency),
        "before": change.before.requirement if isinstance(change, Updated) else None,
        **dependency_tail(dependency),
        **_place(dependency),
        "verdict": judged.outcome.name.lower(),
        "findings": findings_fields(judged.findings, constraint=dependency.constraint),
    }


def _place(dependency: Dependency) -> Fields:
    """Return where it stands: what was typed, or a package's metadata asks for, is in no file."""
    file, line = dependency.location
    place: Fields = {"file": file or None, "line": line or None}
    if dependency.needed_by:
        place["needed_by"] = list(dependency.needed_by)
    return place


def snapshot_fields(snapshot: SnapshotSummary) -> Fields:
    """Return which snapshot a verdict rests on."""
    return {
        "built": timestamp(snapshot.built),
        "packages": snapshot.packages,
        "sha256": snapshot.sha256,
    }
