"""The rows of a snapshot, put together from all expressions: two tables, `package` and `urls`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from vetgate.corpus import tables
from vetgate.corpus.declared import (
    candidates,
    described_words,
    latest_metadata,
    on_forges,
    repositories,
    suspicious_urls,
)
from vetgate.corpus.dependents import dependents, depending, numbered
from vetgate.corpus.presence import presences
from vetgate.facts.schema import PACKAGE
from vetgate.model.record import Record

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_RANKED = 15_000
"""Names that get a rank: as many as the public list has, and all that is ever compared with."""

COLUMNS = (*PACKAGE, "newest")


class Scope(Record):
    """What a build is of: which sources it has, and what follows from that."""

    kinds: frozenset[str]
    """The kinds of the sources that it has."""
    today: int
    """The day of the build; what is dated later is not believed."""
    partial: bool = False
    """The list of names is not all of the index."""
    all_downloads: bool = False
    """What the downloads leave out was not downloaded."""
    index_serial: int = -1
    own_hosts: frozenset[str] = frozenset()


def expressions(scope: Scope) -> Mapping[str, ir.Table]:
    """Say what the rows are: the tables to compute, in this order, each under its name."""
    return {
        "latest": latest_metadata(),
        "words": described_words(),
        "candidates": candidates(),
        "on_forges": on_forges(),
        "repositories": repositories(scope.own_hosts),
        "presences": presences(partial=scope.partial, index_serial=scope.index_serial),
        "numbered": numbered(),
        "depending": depending(),
        "depended": dependents(),
        "package": _packages(scope),
        "suspicious": suspicious_urls(),
    }


def _packages(scope: Scope) -> ir.Table:
    rows, declared = tables.table("presences"), tables.table("repositories")
    latest = tables.table("latest")
    described = latest.select("name", described=ibis.literal(1))
    status = latest.select(
        "name",
        status=(latest.status == "").ifelse(ibis.null("string"), latest.status),
        newest=(latest.version == "").ifelse(ibis.null("string"), latest.version),
    )
    counted = tables.table("downloads").select("name", "downloads")
    depended, uploads = tables.table("depended"), _uploads(scope.today)
    # Not of the joined rows: an expression that stands in two places is computed twice.
    ranks = _ranks(rows.inner_join(counted, "name"))
    for part in (declared, described, status, counted, depended, uploads, ranks):
        rows = rows.left_join(part, "name").drop("name_right")
    there = rows.presence.isin(["listed", "reborn", "held", "quarantined"])
    downloads = rows.downloads
    if scope.all_downloads:
        downloads = ibis.coalesce(
            downloads, there.ifelse(ibis.literal(0, "int64"), ibis.null("int64"))
        )
    needed = ibis.null("int64")
    if "requires" in scope.kinds:
        needed = ibis.coalesce(
            rows.dependents, there.ifelse(ibis.literal(0, "int64"), ibis.null("int64"))
        )
    # An empty text says that it declares none; NULL, that nobody knows.
    repository = rows.described.notnull().ifelse(
        ibis.coalesce(rows.repository, ""), ibis.null("string")
    )
    return rows.mutate(
        downloads=downloads.cast("int64"), dependents=needed.cast("int64"), repository=repository
    ).select(*COLUMNS)


def _uploads(today: int) -> ir.Table:
    """Tell the first and the latest upload of each name, of what is not dated after the build."""
    metadata, seen = tables.table("metadata"), tables.table("names_seen")
    day = (metadata.uploaded / 86400).floor().cast("int64")
    days = metadata.select(
        "name",
        live="first_day",
        one=ibis.coalesce(metadata.first_day, day),
        last=ibis.coalesce(metadata.latest_day, day),
    )
    former = seen.select("name", live=ibis.null("int64"), one="first_day", last="last_day")
    every = days.union(former)

    def believed(days: ir.IntegerValue) -> ir.IntegerValue:
        return ((days >= 0) & (days <= today)).ifelse(days, ibis.null("int64"))

    every = every.mutate(
        live=believed(every.live), one=believed(every.one), last=believed(every["last"])
    )
    summed = every.group_by("name").aggregate(
        live_first=every.live.min(), seen_first=every.one.min(), latest=every["last"].max()
    )
    first = ibis.coalesce(summed.live_first, summed.seen_first)
    latest = (first > summed.latest).ifelse(first, ibis.coalesce(summed.latest, first))
    return summed.select(
        "name",
        # Of the files that are there today, where that is known: it may be another's life before.
        first_upload=first,
        latest_upload=latest,
    )


def _ranks(rows: ir.Table) -> ir.Table:
    """Rank what is there by downloads, the most downloaded first; given ranks go before."""
    given = tables.table("ranks")
    there = rows.filter(rows.presence.isin(["listed", "reborn"]) & (rows.downloads > 0))
    ordered = there.order_by(there.downloads.desc(), there.name.asc()).limit(MOST_RANKED)
    window = ibis.window(order_by=[ordered.downloads.desc(), ordered.name.asc()])
    counted = ordered.select(
        "name", counted=(ibis.row_number().over(window) + 1).cast("int32").cast("int64")
    )
    return counted.outer_join(given, "name").select(
        name=ibis.coalesce(counted.name, given.name),
        rank=ibis.coalesce(given["rank"], counted.counted),
    )
