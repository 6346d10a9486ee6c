"""How an allowance stands: each state, with its boundary."""

from __future__ import annotations

from datetime import date

import pytest

from vetgate.commands.standing import listed
from vetgate.model.dependency import Location, normalize
from vetgate.model.policy import Allowance
from vetgate.render.listed import Listed, Standing

TODAY = date(2026, 11, 23)
PLACE = Location("requirements.txt", 3)
USED = {normalize("evil"): (PLACE,)}
SOON = date(2026, 12, 1)


def allow(
    line: int = 1,
    versions: str | None = None,
    rules: set[str] | None = None,
    expires: date | None = None,
    name: str = "evil",
) -> Allowance:
    named = None if rules is None else frozenset(rules)
    return Allowance(
        normalize(name), "r", Location("vetgate.toml", line), versions, named, expires=expires
    )


def standings(*entries: Allowance) -> list[Standing]:
    return [one.standing for one in listed(entries, USED, TODAY)]


@pytest.mark.parametrize(
    ("expires", "standing"),
    [
        (None, Standing.IN_FORCE),
        (date(2026, 11, 23), Standing.IN_FORCE),
        (date(2026, 11, 22), Standing.EXPIRED),
    ],
)
def test_an_entry_is_over_on_the_day_after_its_end(
    expires: date | None, standing: Standing
) -> None:
    assert listed([allow(expires=expires)], USED, TODAY) == (
        Listed(allow(expires=expires), standing, (PLACE,)),
    )


def test_an_entry_that_no_manifest_needs_is_unused() -> None:
    assert listed([allow(name="other")], USED, TODAY) == (
        Listed(allow(name="other"), Standing.UNUSED, ()),
    )


def test_where_the_manifests_cannot_be_read_nothing_is_called_unused() -> None:
    assert listed([allow(name="other")], None, TODAY) == (
        Listed(allow(name="other"), Standing.IN_FORCE, None),
    )


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (allow(1), allow(2, versions=">=1")),
        (allow(1), allow(2, rules={"unpopular"})),
        (allow(1), allow(2, rules={"unpopular"}, expires=SOON)),
        (allow(1, expires=SOON), allow(2, rules={"unpopular"}, expires=SOON)),
        (allow(1, versions="<3,>=1"), allow(2, versions="<2,>=1")),
        (allow(1, rules={"unpopular", "removed"}), allow(2, rules={"removed"})),
        (allow(1, versions=">=1"), allow(2, versions=">=1.0")),
    ],
)
def test_an_entry_is_redundant_where_another_allows_as_much_as_long(
    wide: Allowance, narrow: Allowance
) -> None:
    assert listed([wide, narrow], USED, TODAY) == (
        Listed(wide, Standing.IN_FORCE, (PLACE,)),
        Listed(narrow, Standing.REDUNDANT, (PLACE,), wide.location),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (allow(1, expires=SOON), allow(2, rules={"unpopular"})),
        (allow(1, expires=SOON), allow(2, rules={"unpopular"}, expires=date(2026, 12, 2))),
        (allow(1), allow(2, rules={"malware"})),
        (allow(1, rules={"unpopular"}), allow(2, rules={"removed"})),
        (allow(1, versions="<2"), allow(2, versions="<3", rules={"unpopular"})),
        (allow(1, versions="<2"), allow(2, rules={"unpopular"})),
        (allow(1, rules={"unpopular"}), allow(2, versions="<2")),
    ],
)
def test_an_entry_is_needed_where_the_other_allows_less(one: Allowance, other: Allowance) -> None:
    assert standings(one, other) == [Standing.IN_FORCE, Standing.IN_FORCE]
    assert standings(other, one) == [Standing.IN_FORCE, Standing.IN_FORCE]


def test_an_entry_that_is_over_covers_nothing() -> None:
    over = allow(1, expires=date(2026, 11, 22))

    assert standings(over, allow(2, rules={"unpopular"}, expires=date(2026, 11, 22))) == [
        Standing.EXPIRED,
        Standing.EXPIRED,
    ]
    assert standings(over, allow(2, rules={"unpopular"})) == [Standing.EXPIRED, Standing.IN_FORCE]
