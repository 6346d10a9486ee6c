"""`allow --list --format json`, version 1: the only writer of `allow.schema.json`'s documents."""

from __future__ import annotations

import json
from collections.abc import Sequence

from vetgate.errors import GateError
from vetgate.model.dependency import Location
from vetgate.render.fields import Fields, error_fields
from vetgate.render.listed import Listed

VERSION = 1


def allow_document(entries: Sequence[Listed], errors: Sequence[GateError]) -> str:
    """Return the allow-list as JSON in ASCII, one entry a line, in the order of the file."""
    lines = ",\n".join(json.dumps(_fields(one)) for one in entries)
    problems = json.dumps([error_fields(error) for error in errors])
    return f'{{"version": {VERSION}, "allowances": [{lines}], "errors": {problems}}}'


def _fields(one: Listed) -> Fields:
    entry = one.allowance
    return {
        "name": entry.name,
        "versions": entry.versions,
        "rules": None if entry.rules is None else sorted(entry.rules),
        "reason": entry.reason,
        "by": entry.by,
        "on": None if entry.on is None else entry.on.isoformat(),
        "expires": None if entry.expires is None else entry.expires.isoformat(),
        **_place(entry.location),
        "standing": one.standing.value.replace(" ", "-"),
        "used_by": None if one.used_by is None else [_place(each) for each in one.used_by],
        "covered_by": None if one.covered_by is None else _place(one.covered_by),
    }


def _place(location: Location) -> Fields:
    return {"file": location.file, "line": location.line}
