"""The layers: who is asked for what, and what the answers mean together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

import pytest

from facts.making import known, of
from vetgate.facts.codec import AnyFact, FactValue
from vetgate.facts.layers import OFFLINE_INDEX, Layered
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Downloads,
    FactName,
    Held,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Reborn,
    Removed,
    Unknown,
)

EVIL = NormalizedName("evil")
OLD = datetime(2026, 11, 1, tzinfo=timezone.utc)
NEW = datetime(2026, 11, 23, tzinfo=timezone.utc)


def old(value: FactValue) -> Known[FactValue]:
    return known(value, OLD, "snapshot")


def new(value: FactValue, source: str = "live") -> Known[FactValue]:
    return known(value, NEW, source)


class Source:
    """A source that knows what it is given, and remembers what it was asked and given to keep."""

    def __init__(self, why: str, **facts: AnyFact) -> None:
        self._why, self._facts = Unknown(why), facts
        self.asked: list[dict[NormalizedName, frozenset[FactName]]] = []
        self.kept: list[PackageFacts] = []

    def facts(
        self, wanted: Mapping[NormalizedName, frozenset[FactName]]
    ) -> Mapping[NormalizedName, PackageFacts]:
        self.asked.append(dict(wanted))
        return {
            name: of(
                name,
                **{fact: self._facts.get(fact, self._why) for fact in PackageFacts._fields[1:]},
            )
            for name in wanted
        }

    def keep(self, answers: Mapping[NormalizedName, PackageFacts]) -> None:
        self.kept.extend(answers.values())


def never() -> Source:
    raise AssertionError("this layer was not to be built")


def layered(
    snapshot: Source, *facts: FactName, cache: Source | None = None, live: Source | None = None
) -> PackageFacts:
    stored = cache or Source("not in the cache")
    source = Layered(snapshot, lambda: stored, (lambda: live) if live is not None else None)
    return source.facts({EVIL: frozenset(facts)})[EVIL]


def test_what_the_snapshot_knows_needs_no_other_layer() -> None:
    snapshot = Source("not in the snapshot", presence=old(Listed()), rank=old(3))

    found = Layered(snapshot, never, never).facts({EVIL: frozenset({"presence", "rank"})})[EVIL]

    assert (found.presence, found.rank) == (old(Listed()), old(3))


def test_ranks_are_asked_of_the_snapshot_alone() -> None:
    wanted = frozenset({"rank", "resembles"})

    found = Layered(Source("no rank"), never, never).facts({EVIL: wanted})[EVIL]

    assert (found.rank, found.resembles) == (Unknown("no rank"), Unknown("no rank"))


def test_a_name_of_which_nothing_is_wanted_reaches_no_other_layer() -> None:
    Layered(Source("unknown"), never, never).facts({EVIL: frozenset()})


def test_each_layer_is_asked_for_what_is_left() -> None:
    cache = Source("not in the cache", downloads=new(Downloads(5)))
    live = Source("down", dependents=new(2))

    found = layered(Source("absent"), "downloads", "dependents", cache=cache, live=live)

    assert (found.downloads, found.dependents) == (new(Downloads(5)), new(2))
    assert cache.asked == [{EVIL: frozenset({"downloads", "dependents"})}]
    assert live.asked == [{EVIL: frozenset({"dependents"})}]
    assert [kept.dependents for kept in cache.kept] == [new(2)]


def test_what_the_cache_knows_is_not_looked_up() -> None:
    cache = Source("not in the cache", presence=new(Listed()), repository=new(None))
    source = Layered(Source("absent"), lambda: cache, never)

    found = source.facts({EVIL: frozenset({"presence", "repository"})})[EVIL]

    assert (found.presence, found.repository) == (new(Listed()), new(None))


def test_the_last_reason_is_told() -> None:
    found = layered(Source("absent"), "presence", live=Source("index.example is down"))

    assert found.presence == Unknown("index.example is down")


def test_offline_nothing_is_asked() -> None:
    found = layered(Source("absent"), "presence", "rank")

    assert (found.presence, found.rank) == (OFFLINE_INDEX, Unknown("absent"))


def test_a_known_answer_is_not_lost_when_a_later_layer_fails() -> None:
    cache = Source("not in the cache", presence=new(Listed()))

    found = layered(Source("absent"), "presence", "repository", cache=cache, live=Source("down"))

    assert (found.presence, found.repository) == (new(Listed()), Unknown("down"))


BOTH = "live, and the snapshot: snapshot"


@pytest.mark.parametrize(
    ("before", "now", "together"),
    [
        pytest.param(Removed(date(2024, 3, 1)), None, old(Removed(date(2024, 3, 1))), id="down"),
        pytest.param(
            Removed(date(2024, 3, 1)),
            NeverSeen(),
            new(Removed(date(2024, 3, 1)), BOTH),
            id="still-gone",
        ),
        pytest.param(Removed(None), NeverSeen(), new(Removed(None), BOTH), id="gone-some-day"),
        pytest.param(
            Removed(date(2024, 3, 1)),
            Listed(),
            new(Reborn(date(2024, 3, 1), date(2025, 5, 5)), BOTH),
            id="reborn",
        ),
        pytest.param(
            Removed(date(2025, 5, 4)),
            Listed(),
            new(Reborn(date(2025, 5, 4), date(2025, 5, 5)), BOTH),
            id="reborn-the-day-after",
        ),
        pytest.param(Removed(date(2025, 5, 5)), Listed(), new(Listed()), id="its-files-are-older"),
        pytest.param(
            Removed(None), Listed(), new(Reborn(None, date(2025, 5, 5)), BOTH), id="no-day"
        ),
        pytest.param(Removed(None), Held(), new(Held()), id="held"),
        pytest.param(
            Reborn(date(2024, 3, 1), date(2024, 3, 2)),
            Listed(),
            old(Reborn(date(2024, 3, 1), date(2024, 3, 2))),
            id="reborn-and-there",
        ),
        pytest.param(NeverSeen(), Listed(), new(Listed()), id="new"),
        pytest.param(NeverSeen(), NeverSeen(), new(NeverSeen()), id="never-there"),
        pytest.param(NeverSeen(), None, old(NeverSeen()), id="never-there-and-down"),
        pytest.param(None, NeverSeen(), new(NeverSeen()), id="no-record"),
    ],
)
def test_the_record_and_the_index_are_read_together(
    before: Presence | None, now: Presence | None, together: Known[FactValue]
) -> None:
    snapshot = Source("absent", **({"presence": old(before)} if before else {}))
    uploaded = new(datetime(2025, 5, 5, tzinfo=timezone.utc))
    live = Source("down", **({"presence": new(now), "first_upload": uploaded} if now else {}))

    assert layered(snapshot, "presence", live=live).presence == together


def test_whoever_is_asked_about_a_listed_package_is_asked_whether_it_is_still_there() -> None:
    snapshot = Source("absent", presence=old(Listed()))
    live = Source("no such project", presence=new(NeverSeen()))

    found = layered(snapshot, "presence", "repository", live=live)

    assert found.presence == new(Removed(None), BOTH)
    assert live.asked == [{EVIL: frozenset({"presence", "repository"})}]


def test_a_listed_package_is_not_asked_about_for_a_service_alone() -> None:
    snapshot = Source("absent", presence=old(Listed()))
    live = Source("down", dependents=new(1))

    layered(snapshot, "presence", "dependents", live=live)

    assert live.asked == [{EVIL: frozenset({"dependents"})}]


@pytest.mark.parametrize(
    ("recorded", "wanted", "asked"),
    [
        pytest.param(Listed(), {"presence"}, None, id="listed"),
        pytest.param(Held(), {"presence"}, None, id="held"),
        pytest.param(NeverSeen(), {"presence"}, {"presence"}, id="never-seen"),
        pytest.param(
            Removed(date(2024, 3, 1)), {"presence"}, {"presence", "first_upload"}, id="removed"
        ),
        pytest.param(
            Listed(), {"presence", "repository"}, {"presence", "repository"}, id="asked-anyway"
        ),
        pytest.param(
            Listed(), {"repository"}, {"presence", "repository"}, id="presence-not-even-wanted"
        ),
        pytest.param(NeverSeen(), {"rank", "resembles"}, None, id="ranks-of-nothing"),
        pytest.param(
            NeverSeen(), {"presence", "downloads"}, {"presence", "downloads"}, id="and-a-service"
        ),
        pytest.param(Listed(), {"presence", "downloads"}, {"downloads"}, id="service-alone"),
        pytest.param(None, {"presence"}, {"presence"}, id="no-record"),
    ],
)
def test_an_absence_on_record_is_asked_again_and_so_is_who_is_asked_about_anyway(
    recorded: Presence | None, wanted: set[FactName], asked: set[FactName] | None
) -> None:
    snapshot = Source("absent", **({"presence": old(recorded)} if recorded else {}))
    cache = Source("not in the cache")

    Layered(snapshot, lambda: cache, None).facts({EVIL: frozenset(wanted)})

    assert cache.asked == ([] if asked is None else [{EVIL: frozenset(asked)}])


@pytest.mark.parametrize(
    ("fact", "days", "asked"),
    [
        ("releases", 1, None),
        ("releases", 2, {"presence", "releases"}),
        ("latest_upload", 2, {"presence", "latest_upload"}),
        ("advisories", 1, None),
        ("advisories", 2, {"advisories"}),
        ("owners", 900, None),
    ],
)
def test_what_is_told_anew_every_day_is_asked_again(
    fact: FactName, days: int, asked: set[FactName] | None
) -> None:
    values: dict[FactName, FactValue] = {"latest_upload": NEW}
    record = known(values.get(fact, ()), NEW - timedelta(days=days), "the snapshot")
    cache = Source("not in the cache")

    found = Layered(Source("absent", **{fact: record}), lambda: cache, None, now=NEW).facts(
        {EVIL: frozenset({fact})}
    )

    assert cache.asked == ([] if asked is None else [{EVIL: frozenset(asked)}])
    # What cannot be had anew is known as of then.
    assert getattr(found[EVIL], fact) == record


@pytest.mark.parametrize(
    ("owners", "presence"),
    [
        (("mallory",), Reborn(date(2024, 3, 1), None)),
        (("somebody", "trent"), Listed()),
        ((), Reborn(date(2024, 3, 1), None)),
    ],
)
def test_whoever_registers_their_own_name_again_is_nobody_else(
    owners: tuple[str, ...], presence: Presence
) -> None:
    snapshot = Source(
        "absent", presence=old(Removed(date(2024, 3, 1))), owners=old(("trent", "peggy"))
    )
    live = Source("down", presence=new(Listed()), owners=new(owners))

    found = layered(snapshot, "presence", live=live)

    assert live.asked == [{EVIL: frozenset({"presence", "first_upload", "owners"})}]
    assert isinstance(found.presence, Known)
    assert found.presence.value == presence


def test_the_cache_too_tells_that_a_package_is_gone() -> None:
    snapshot = Source("absent", presence=old(Listed()))
    cache = Source("not in the cache", presence=new(NeverSeen()), repository=new(None))

    found = Layered(snapshot, lambda: cache, never).facts(
        {EVIL: frozenset({"presence", "repository"})}
    )

    assert found[EVIL].presence == new(Removed(None), BOTH)


def test_a_lower_bound_is_asked_for_the_figure() -> None:
    snapshot = Source("absent", downloads=old(Downloads(50_000, at_least=True)))
    live = Source("down", downloads=new(Downloads(80_000)))

    found = layered(snapshot, "downloads", live=live)

    assert found.downloads == new(Downloads(80_000))


def test_a_name_that_was_held_and_is_now_listed_was_given_away() -> None:
    snapshot = Source("absent", presence=old(Held()))
    live = Source("down", presence=new(Listed()), repository=new(None))

    found = layered(snapshot, "presence", "repository", live=live)

    assert found.presence == new(Reborn(), BOTH)


def test_whoever_is_asked_live_is_asked_again_for_what_the_cache_says_of_its_presence() -> None:
    cache = Source("not in the cache", presence=new(Listed()))
    live = Source("no such project", presence=new(NeverSeen()))

    found = layered(Source("absent"), "presence", "repository", cache=cache, live=live)

    assert live.asked == [{EVIL: frozenset({"presence", "repository"})}]
    assert found.presence == new(NeverSeen())
