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


def numbered() -> ir.Table:
    """Give each name a number, by which millions of pairs are told apart sooner: `name`, `id`."""
    names = tables.table("presences").select("name")
    place = ibis.row_number().over(ibis.window(order_by=names.name.asc()))
    return names.select("name", id=place.cast("int32").cast("int64"))


def depending() -> ir.Table:
    """Choose the newest release, stable before pre-releases, of what the index has.

    Columns: `name`, `version`, and `id` as in `numbered`.
    """
    there = tables.table("index_names").inner_join(tables.table("numbered"), "name")
    newest = _latest(tables.table("requires"))
    return newest.inner_join(there.select("name", "id"), "name").select("name", "version", "id")


def dependents() -> ir.Table:
    """Count: `name`, `dependents`; a name that nothing depends on has no row."""
    numbers, latest = tables.table("numbered"), tables.table("depending")
    rows = tables.table("requires").inner_join(latest, ["name", "version"])
    required = texts.normal(texts.first(rows.requirement, _NAME))
    named = rows.select(dependent=rows.id, required=required)
    known = numbers.inner_join(named, [("name", "required")]).select("dependent", "id")
    pairs = known.filter(known.dependent != known.id).distinct()
    counted = pairs.group_by("id").aggregate(dependents=_.count().cast("int32").cast("int64"))
    return numbers.inner_join(counted, "id").select("name", "dependents")


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
