"""The fields that the JSON documents share: a dependency, a finding, an error, a time.

Written out key by key, so that renaming a field of the model cannot change what programs read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import TypeAlias

from vetgate.errors import GateError
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Origin,
)
from vetgate.model.policy import Level
from vetgate.model.verdict import Finding
from vetgate.render.never import assert_never

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = "dict[str, Json]"


def timestamp(moment: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC, to the second: `2026-11-20T08:00:00Z`."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def dependency_head(dependency: Dependency) -> Fields:
    """Return the fields of a dependency that stand before a change's `before`."""
    return {
        "name": dependency.name,
        "spelled": dependency.spelled,
        "requirement": dependency.requirement,
    }


def dependency_tail(dependency: Dependency) -> Fields:
    """Return the fields of a dependency that stand after a change's `before`."""
    return {
        "extras": list(dependency.extras),
        "marker": dependency.marker,
        "origin": origin_fields(dependency.origin),
        "hashes": list(dependency.hashes),
        "file": dependency.location.file,
        "line": dependency.location.line,
        "table": dependency.table,
        "pinned": dependency.pinned,
    }


def origin_fields(origin: Origin) -> Fields:
    """Return where a dependency comes from; `kind` tells which other fields there are."""
    fields: Fields
    match origin:
        case FromIndex():
            fields = {"kind": "index", "specifier": origin.specifier}
            if origin.only_index is not None:
                fields["index"] = origin.only_index
        case FromUrl():
            fields = {"kind": "url", "url": origin.url, "hashes": list(origin.hashes)}
        case FromVcs():
            fields = {"kind": "vcs", "url": origin.url, "reference": origin.reference}
        case FromPath():
            fields = {"kind": "path", "path": origin.path, "inside": origin.inside}
        case FromOption():
            fields = {"kind": "option", "option": origin.option, "url": origin.url}
        case _:
            assert_never(origin)
    return fields


def findings_fields(findings: Iterable[Finding], *, constraint: bool = False) -> list[Fields]:
    """Return findings, sorted by rule; a rule that is off says nothing.

    `constraint`: they are about a dependency that only constrains.
    """
    heard = [finding for finding in findings if finding.level is not Level.OFF]
    return [
        {
            "rule": finding.rule,
            "level": finding.level.value,
            "message": finding.message,
            "evidence": _evidence(finding, constraint=constraint),
            "exempted_by": None if finding.exempted_by is None else finding.exempted_by.value,
        }
        for finding in sorted(heard, key=lambda finding: (finding.rule, finding.message))
    ]


def _evidence(finding: Finding, *, constraint: bool) -> Fields:
    """Return what was seen, with what the text tells beside a finding."""
    evidence: Fields = {**finding.evidence}
    if constraint:
        evidence["constraint"] = True
    if finding.exempted_why:
        evidence["exempted_why"] = finding.exempted_why
    if finding.notes:
        evidence["notes"] = list(finding.notes)
    return {name: evidence[name] for name in sorted(evidence)}


def error_fields(error: GateError) -> Fields:
    """Return an error; `file` and `line` are null where it has no place."""
    return {
        "file": error.path,
        "line": error.line,
        "message": error.problem,
        "hint": error.hint(),
    }
