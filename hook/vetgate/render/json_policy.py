"""`explain --policy --format json`: the third kind of `explain.schema.json`'s documents."""

from __future__ import annotations

import json

from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance
from vetgate.render.fields import Fields
from vetgate.render.json_explain import VERSION
from vetgate.render.policy_page import PolicyPage, Setting


def policy_document(page: PolicyPage) -> str:
    """Return the policy in force as JSON in ASCII."""
    document: Fields = {
        "version": VERSION,
        "kind": "policy",
        "files": list(page.files),
        "settings": [_setting(setting) for setting in page.settings],
        "allow": [_allowance(one) for one in page.allow],
    }
    return json.dumps(document, indent=2)


def _setting(setting: Setting) -> Fields:
    value = setting.value
    return {
        "key": f"{setting.table}.{setting.key}" if setting.table else setting.key,
        "value": list(value) if isinstance(value, tuple) else value,
        "said_at": [_place(place) for place in setting.said if place is not None],
        "locked_by": None if setting.lock is None else _place(setting.lock),
    }


def _allowance(one: Allowance) -> Fields:
    return {
        "name": one.name,
        "versions": one.versions,
        "rules": None if one.rules is None else sorted(one.rules),
        "reason": one.reason,
        "by": one.by,
        "on": None if one.on is None else one.on.isoformat(),
        "expires": None if one.expires is None else one.expires.isoformat(),
        **_place(one.location),
    }


def _place(location: Location) -> Fields:
    return {"file": location.file, "line": location.line}
