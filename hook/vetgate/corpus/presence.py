"""Whether the index has a name, had it, or has it again, as an expression.

*Reborn* is what was removed and is there again, unless the facts say that it is what it was: the
journal has somebody who owned it before register it again, or every file of before the removal is
still there. Dates alone never make a name reborn (maintainers delete old releases); that all files
are younger than the last one known of before does so only where the declared repository changed.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import ibis

from vetgate.corpus import tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NO_SERIAL = -1
_NO = ibis.literal(False)  # noqa: FBT003 - a value in SQL


def all_names() -> ir.Table:
    """Name every package that any source knows to be, or to have been: `name`."""
    kinds = ("index_names", "names_seen", "removed", "downloads", "ranks", "metadata")
    named = [tables.table(kind).select("name") for kind in kinds]
    named += [tables.table(kind).select("name") for kind in ("advisories", "journal", "previous")]
    return reduce(lambda one, other: one.union(other), named).distinct()


def presences(*, partial: bool, index_serial: int) -> ir.Table:
    """Tell of each name: `name`, `presence`, `since`, `again`.

    `partial`: the list of names is not all of the index, so that absence from it proves nothing;
    the presence may then be NULL. `index_serial` is the journal entry that the list goes up to, -1
    where that is unknown.
    """
    facts = _gathered()
    listed = facts.in_index.notnull()
    journal_again = (facts.created > facts.removed) & facts.same_owner.isnull()
    gone = ibis.coalesce(facts.gone_day, facts.noted_day)
    was_gone = (facts.before == "removed") | facts.noted.notnull()
    restored = (facts.created > facts.removed) & facts.same_owner.notnull()
    kept = facts.live_day.notnull() & gone.notnull() & (facts.live_day <= gone)
    moved = (
        (facts.live_day > facts.before_latest)
        & (facts.before_repository != "")
        & facts.held.notnull()
        & (facts.before_repository != ibis.coalesce(facts.repository, ""))
    )
    held = facts.held == 1
    still_held = (facts.before == "held") & facts.held.isnull()
    returned = (
        (was_gone & ~kept & ~restored.fill_null(_NO))
        | (facts.before == "reborn")
        | ((facts.before == "held") & (facts.held == 0))
        | moved
    )
    quarantined = (facts.quarantined > facts.cleared) & (facts.quarantined > facts.changed)
    quarantined = quarantined | (facts.status == "quarantined")
    kept_away = (facts.before == "quarantined") & (facts.changed == _NO_SERIAL)
    newer = (facts.created > facts.removed) & (facts.created > index_serial)
    newer = newer & ibis.literal(index_serial != _NO_SERIAL)
    absent = ibis.null("string") if partial else ibis.literal("removed")
    there = ibis.cases(
        (quarantined.fill_null(_NO), "quarantined"),
        (listed & (held | still_held).fill_null(_NO), "held"),
        (listed & (journal_again | returned).fill_null(_NO), "reborn"),
        (listed, "listed"),
        (newer.fill_null(_NO), "listed"),
        (kept_away.fill_null(_NO), "quarantined"),
        (was_gone.fill_null(_NO) | (facts.removed > facts.created), "removed"),
        else_=absent,
    )
    told = facts.mutate(presence=there)
    return _dated(told, journal_again.fill_null(_NO))


def _dated(facts: ir.Table, journal_again: ir.BooleanValue) -> ir.Table:
    """Add the days of a removal and of a return."""
    reborn, removed = facts.presence == "reborn", facts.presence == "removed"
    recorded = ibis.coalesce(facts.gone_day, facts.noted_day)
    # What the last snapshot had, and the index has no longer, was last seen on its day.
    vanished = facts.before.notnull() & (facts.before != "removed")
    last_seen = vanished.ifelse(facts.before_as_of, facts.seen_day)
    since = ibis.coalesce(
        (facts.removed > facts.created).ifelse(facts.removed_day, ibis.null("int64")),
        recorded,
        last_seen,
    )
    left = journal_again.ifelse(facts.removed_day, recorded)
    again = journal_again.ifelse(
        facts.created_day, ibis.coalesce(facts.before_again, facts.live_day)
    )
    nothing = ibis.null("int64")
    return facts.select(
        "name",
        "presence",
        since=ibis.cases((removed, since), (reborn, left), else_=nothing),
        again=reborn.ifelse(again, nothing),
    )


def _gathered() -> ir.Table:
    """Bring together what each source says of a name, NULL where it says nothing."""
    index, seen = tables.table("index_names"), tables.table("names_seen")
    noted, before = tables.table("removed"), tables.table("previous")
    latest = tables.table("latest").select("name", "held", "status")
    live = tables.table("metadata").group_by("name").aggregate(live_day=_.first_day.min())
    recorded_gone = before.presence.isin(["removed", "reborn"])
    parts = (
        index.select("name", in_index=ibis.literal(1)),
        seen.select("name", seen_day=ibis.coalesce(seen.last_day, seen.seen_day)),
        noted.select("name", noted=ibis.literal(1), noted_day="day"),
        before.select(
            "name",
            before="presence",
            before_as_of="as_of",
            gone_day=recorded_gone.ifelse(before.since, ibis.null("int64")),
            before_again="again",
            before_latest="latest_day",
            before_repository="repository",
        ),
        live,
        latest,
        tables.table("repositories"),
    )
    facts = all_names()
    for part in (*parts, _journal(), _same_owner()):
        facts = facts.left_join(part, "name").drop("name_right")
    none = {each: facts[each].fill_null(_NO_SERIAL) for each in _SERIALS}
    return facts.mutate(**none)


_SERIALS = ("created", "removed", "quarantined", "cleared", "changed")


def _journal() -> ir.Table:
    """Sum a name's journal up: the serial and the day of the last entry of each kind."""
    journal = tables.table("journal")

    def last(*actions: str) -> ir.IntegerValue:
        return journal.serial.max(where=journal.action.isin(list(actions)))

    serials = journal.group_by("name").aggregate(
        created=last("create"),
        removed=last("remove"),
        quarantined=last("quarantine"),
        cleared=last("clear"),
        changed=last("create", "remove"),
    )
    days = journal.select("name", "serial", "day").distinct()
    for event in ("created", "removed"):
        at = days.select("name", **{f"{event}_serial": "serial", f"{event}_day": "day"})
        serials = serials.left_join(at, [("name", "name"), (event, f"{event}_serial")]).drop(
            "name_right", f"{event}_serial"
        )
    return serials


def _same_owner() -> ir.Table:
    """Name what was removed, and registered again by somebody who owned it before."""
    journal = tables.table("journal")
    ends = (
        journal.filter(journal.action == "remove").group_by("name").aggregate(ended=_.serial.max())
    )
    owners = journal.filter(journal.action == "owner").inner_join(ends, "name")
    before = owners.filter(owners.serial < owners.ended).select("name", "who").distinct()
    after = owners.filter(owners.serial > owners.ended).select("name", "who").distinct()
    same = before.inner_join(after, ["name", "who"]).select("name").distinct()
    return same.mutate(same_owner=ibis.literal(1))


_ = ibis._
