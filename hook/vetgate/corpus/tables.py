"""The tables that the sources lay down and that the expressions are about: names and types.

Every table is there in every build, if need be empty. Days are counted from 1970-01-01, moments are
seconds since then; names are normalised (PEP 503). Integers and texts only: engines differ on
everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

SCHEMAS: dict[str, dict[str, str]] = {
    "index_names": {"name": "string"},
    "names_seen": {
        "name": "string",
        "first_day": "int64",
        "last_day": "int64",
        "seen_day": "int64",
    },
    "removed": {"name": "string", "day": "int64"},
    "downloads": {"name": "string", "downloads": "int64"},
    "ranks": {"name": "string", "rank": "int64"},
    "requires": {
        "name": "string",
        "version": "string",
        "pre": "int64",
        "uploaded": "int64",
        "requirement": "string",
    },
    "metadata": {
        "row": "int64",
        "name": "string",
        "version": "string",
        "pre": "int64",
        "uploaded": "int64",
        "first_day": "int64",
        "latest_day": "int64",
        "status": "string",
        "held": "int64",
        "description": "string",
        "contacts": "string",
    },
    "urls": {
        "row": "int64",
        "name": "string",
        "place": "int64",
        "label": "string",
        "url": "string",
    },
    "advisories": {"name": "string"},
    "journal": {
        "name": "string",
        "serial": "int64",
        "day": "int64",
        "action": "string",
        "who": "string",
    },
    "previous": {
        "name": "string",
        "presence": "string",
        "since": "int64",
        "again": "int64",
        "first_day": "int64",
        "latest_day": "int64",
        "repository": "string",
        "as_of": "int64",
    },
}
"""`pre`: 1 for a pre-release. `held`: 1 for a name that a security team holds. `journal.action`:
create, remove, quarantine, clear, owner (`who` became one)."""

STEPS: dict[str, dict[str, str]] = {
    "latest": {**SCHEMAS["metadata"]},
    "words": {"name": "string", "word": "string"},
    "candidates": {
        "name": "string",
        "kind": "string",
        "place": "int64",
        "label": "string",
        "host": "string",
        "path": "string",
    },
    "on_forges": {
        "name": "string",
        "kind": "string",
        "place": "int64",
        "label": "string",
        "host": "string",
        "path": "string",
        "kept": "string",
    },
    "repositories": {"name": "string", "repository": "string"},
    "presences": {
        "name": "string",
        "presence": "string",
        "since": "int64",
        "again": "int64",
    },
    "numbered": {"name": "string", "id": "int64"},
    "depending": {"name": "string", "version": "string", "id": "int64"},
    "depended": {"name": "string", "dependents": "int64"},
}
"""What is computed on the way, once, and then a table like the others."""


def table(name: str) -> ir.Table:
    """Return one of the tables, bound to no engine."""
    return ibis.table({**SCHEMAS, **STEPS}[name], name=name)
