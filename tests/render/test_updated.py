from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from vetgate.render.updated import Found, aged_text, looked_text, published_text, updated_text

BUILT = datetime(2026, 11, 25, 4, tzinfo=timezone.utc)
FOUND = Found(
    place="https://facts.example",
    built=BUILT,
    packages=886_323,
    signed=True,
    used=BUILT - timedelta(days=2),
    current=False,
    deltas=2,
    cost=151_234,
)
FIRST = FOUND._replace(used=None, deltas=0, cost=9_012_345, signed=False)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            FOUND,
            (
                "fetched 2026-11-25 04:00 UTC, 886,323 packages, from https://facts.example, "
                "signed, in the place of that of 2026-11-23 04:00 UTC\n(2 deltas, 151.2 kB)"
            ),
        ),
        (
            FIRST,
            (
                "fetched 2026-11-25 04:00 UTC, 886,323 packages, from https://facts.example\n"
                "(the whole, 9.0 MB)"
            ),
        ),
        (
            FOUND._replace(current=True),
            (
                "the snapshot in use is current: 2026-11-25 04:00 UTC, 886,323 packages, "
                "from https://facts.example, signed"
            ),
        ),
    ],
)
def test_what_was_done_is_told(found: Found, told: str) -> None:
    assert updated_text(found) == told


@pytest.mark.parametrize(
    ("found", "after", "told"),
    [
        (
            FOUND,
            timedelta(hours=3),
            (
                "in use: 2026-11-23 04:00 UTC, 2 days ago\n"
                "published: 2026-11-25 04:00 UTC, 886,323 packages, from https://facts.example, "
                "signed, 3 hours ago\n"
                "behind: 2 days\n"
                "to fetch: 2 deltas, 151.2 kB"
            ),
        ),
        (
            FIRST,
            timedelta(seconds=3),
            (
                "in use: the snapshot that comes with vetgate; none was fetched\n"
                "published: 2026-11-25 04:00 UTC, 886,323 packages, from https://facts.example, "
                "just now\n"
                "to fetch: the whole, 9.0 MB"
            ),
        ),
        (
            FOUND._replace(used=BUILT, current=True),
            timedelta(minutes=1),
            (
                "in use: 2026-11-25 04:00 UTC, 1 minute ago\n"
                "published: 2026-11-25 04:00 UTC, 886,323 packages, from https://facts.example, "
                "signed, 1 minute ago\n"
                "nothing newer is published"
            ),
        ),
    ],
)
def test_how_old_and_how_far_behind_is_told(found: Found, after: timedelta, told: str) -> None:
    assert looked_text(found, BUILT + after) == told


@pytest.mark.parametrize(
    ("fetched", "which"), [(True, ""), (False, "the snapshot that comes with vetgate, of ")]
)
def test_how_old_it_is_is_told_without_a_publisher(*, fetched: bool, which: str) -> None:
    assert aged_text(BUILT, BUILT + timedelta(days=3), fetched=fetched) == (
        f"in use: {which}2026-11-25 04:00 UTC, 3 days ago\n"
        "whether it is behind is not known: nobody said where a snapshot is published\n"
        "(say it once with --from URL, or in VETGATE_UPDATE_URL)"
    )


def test_what_is_published_is_told() -> None:
    found = FOUND._replace(place="out\x1b", cost=9_012_345)

    assert published_text(found, bundle="facts.bundle") == (
        "out\\x1b: 2026-11-25 04:00 UTC, 886,323 packages, 9.0 MB, signed\n"
        "2 deltas lead to it\n"
        "facts.bundle: all of it in one file"
    )
    assert published_text(found._replace(deltas=0), bundle=None) == (
        "out\\x1b: 2026-11-25 04:00 UTC, 886,323 packages, 9.0 MB, signed\nno delta leads to it"
    )
    assert published_text(found._replace(signed=False, deltas=1), bundle=None) == (
        "out\\x1b: 2026-11-25 04:00 UTC, 886,323 packages, 9.0 MB, not signed\n1 delta leads to it"
    )
