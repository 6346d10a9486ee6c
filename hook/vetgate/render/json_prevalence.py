"""`prevalence --format json`, version 1: the only writer of its schema's documents."""

from __future__ import annotations

import json

from vetgate.render.counted import Report, among
from vetgate.render.fields import Fields
from vetgate.render.json_audit import reference_fields
from vetgate.render.json_check import snapshot_fields

VERSION = 1


def prevalence_document(report: Report) -> str:
    """Return the table, and the sample if there is one, as JSON in ASCII."""
    table = report.table
    document: Fields = {
        "version": VERSION,
        "snapshot": snapshot_fields(report.snapshot),
        "groups": [
            {"among": among(group), "rank": group.rank, "packages": group.packages}
            for group in table.groups
        ],
        "rules": [
            {
                "rule": rule,
                "fires_on": [one.fires_on for one in counts],
                "unknown": [one.unknown for one in counts],
                "reference": reference_fields(rule),
            }
            for rule, counts in table.counts.items()
        ],
        "sample": None
        if report.sample is None
        else [
            {"name": one.name, "rank": one.rank, "message": one.message} for one in report.sample
        ],
    }
    return json.dumps(document, indent=2)
