"""How many packages depend on each, as an expression.

Distinct projects whose latest release requires it, under whatever marker or extra; not the project
itself (`pkg[all]`), and only projects that the index still has: a ring of removed packages must not
make one look needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from vetgate.corpus import tables, texts

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NAME = "^[ (]*([A-Za-z0-9][A-Za-z0-9._-]*)"


def dependents() -> ir.Table:
    """Count: `name`, `dependents`; a name that nothing depends on has no row."""
    requires = tables.table("requires")
    latest = _latest(requires)
    rows = requires.inner_join(latest, ["name", "version"])
    pairs = rows.select(
        dependent=rows.name, name=texts.normal(texts.first(rows.requirement, _NAME))
    )
    pairs = pairs.filter((pairs.name != "") & (pairs.name != pairs.dependent)).distinct()
    there = tables.table("index_names").select(dependent="name")
    return (
        pairs.inner_join(there, "dependent")
        .group_by("name")
        .aggregate(dependents=_.count().cast("int32").cast("int64"))
    )


def _latest(requires: ir.Table) -> ir.Table:
    """Choose the newest release of each name, stable before pre-releases: `name`, `version`."""
    versions = requires.group_by("name", "version").aggregate(
        pre=requires.pre.min(), uploaded=requires.uploaded.fill_null(0).max()
    )
    newest = ibis.window(
        group_by="name",
        order_by=[versions.pre.asc(), versions.uploaded.desc(), versions.version.desc()],
    )
    numbered = versions.mutate(place=ibis.row_number().over(newest))
    return numbered.filter(numbered.place == 0).select("name", "version")


_ = ibis._
