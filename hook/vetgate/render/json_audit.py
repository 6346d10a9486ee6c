"""`audit --format json`, version 1: the only writer of `audit.schema.json`'s documents."""

from __future__ import annotations

import json
from collections.abc import Sequence

from vetgate.errors import GateError
from vetgate.model.verdict import Judged, SnapshotSummary, Verdict
from vetgate.render.audited import REFERENCE, Audit, Count, by_badness, counts
from vetgate.render.fields import (
    Fields,
    dependency_head,
    dependency_tail,
    error_fields,
    findings_fields,
)
from vetgate.render.json_check import snapshot_fields
from vetgate.render.ordered import subject

VERSION = 1


def audit_document(
    audit: Audit,
    verdict: Verdict,
    errors: Sequence[GateError],
    snapshot: SnapshotSummary | None,
) -> str:
    """Return the audit as JSON in ASCII, the worst first.

    As in `check`'s document, with any error the verdict is `undecided` and nothing is told.
    """
    told = not errors
    document: Fields = {
        "version": VERSION,
        "environment": audit.environment,
        "verdict": verdict.outcome.name.lower() if told else "undecided",
        "snapshot": None if snapshot is None else snapshot_fields(snapshot),
        "packages": audit.packages if told else 0,
        "dependencies": [_dependency(each) for each in by_badness(audit.judged)] if told else [],
        "rules": [_rule(count) for count in counts(audit)] if told else [],
        "errors": [error_fields(error) for error in errors],
    }
    return json.dumps(document, indent=2)


def _dependency(judged: Judged) -> Fields:
    dependency = subject(judged.change)
    return {
        **dependency_head(dependency),
        **dependency_tail(dependency),
        "installed": dependency.installed,
        "verdict": judged.outcome.name.lower(),
        "findings": findings_fields(judged.findings),
    }


def _rule(count: Count) -> Fields:
    return {
        "rule": count.rule,
        "fired": count.fired,
        "exempted": count.exempted,
        "unknown": count.unknown,
        "reference": reference_fields(count.rule),
    }


def reference_fields(rule: str) -> Fields | None:
    """Return the reference figures of a rule, None where there are none."""
    figures = REFERENCE.get(rule)
    if figures is None:
        return None
    return {
        "top_100": figures.top_100,
        "top_1000": figures.top_1000,
        "top_10000": figures.top_10000,
        "all": figures.all,
    }
