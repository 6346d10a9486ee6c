"""Dependencies of which the newest release that may come in is only days old."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, NOW, about, known, listed, releases, seen
from vetgate.model.dependency import Dependency
from vetgate.model.facts import Fact, NeverSeen, PackageFacts, Release, Unknown
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits
from vetgate.rules.too_new import RULE

NO = Unknown("not asked")
WHAT = "when its releases were uploaded"


def facts(
    there: Fact[tuple[Release, ...]] = NO,
    *,
    latest: float | None = None,
    days: float = 0,
) -> PackageFacts:
    """Return facts in which the latest upload is so many days old, by a record of `days` ago."""
    told = about(presence=LISTED)._replace(releases=there)
    if latest is None:
        return told
    return told._replace(
        latest_upload=known(known(0, days=latest).as_of, days=days),
    )


def there(*, days: float = 0, **ages: float | None) -> PackageFacts:
    return facts(known(releases(**ages), days=days))


@pytest.mark.parametrize(
    ("specifier", "told"),
    [
        pytest.param("", there(v1_0=400, v2_0=3), id="just-old-enough"),
        pytest.param("<2", there(v1_0=400, v2_0=1), id="the-young-one-does-not-come-in"),
        pytest.param("", there(v1_0=400, v2_0y=1), id="the-young-one-is-yanked"),
        pytest.param("", there(v1_0=400, v2_0rc1=1), id="the-young-one-is-a-pre-release"),
        pytest.param("", there(v1_0=400, v0_9=1), id="the-young-one-is-not-the-highest"),
        pytest.param(">=3", there(v1_0=400, v2_0=1), id="nothing-comes-in"),
        pytest.param("", there(v1_0=None, v2_0=400), id="only-an-old-one-has-no-time"),
        pytest.param("", facts(latest=3), id="nothing-uploaded-of-late"),
        pytest.param("", facts(latest=4, days=1), id="nothing-uploaded-up-to-yesterday"),
        pytest.param("==1.0", there(v1_0=400, days=90), id="a-version-on-record-has-its-time"),
        pytest.param("", about(presence=known(NeverSeen())), id="never-seen"),
    ],
)
def test_is_silent(specifier: str, told: PackageFacts) -> None:
    assert seen(RULE, listed(specifier=specifier), told) == []


def test_no_days_are_no_limit() -> None:
    assert seen(RULE, listed(), there(v1_0=0), days=0) == []
    assert seen(RULE, listed(), facts(), days=0) == []


@pytest.mark.parametrize(
    ("specifier", "told", "days", "message", "old"),
    [
        pytest.param(
            "",
            there(v1_0=400, v1_1=30, v2_0=2.5),
            3,
            "2.0 was uploaded 2 days ago, less than 3 days; 1.1 is old enough",
            "1.1",
            id="days",
        ),
        pytest.param(
            "",
            there(v1_0=400, v1_1=3, v2_0=2),
            3,
            "2.0 was uploaded 2 days ago, less than 3 days; 1.1 is old enough",
            "1.1",
            id="exactly",
        ),
        pytest.param(
            "",
            there(v1_0=400, v2_0=1.9),
            3,
            "2.0 was uploaded 45 hours ago, less than 3 days; 1.0 is old enough",
            "1.0",
            id="hours",
        ),
        pytest.param(
            "",
            there(v1_0=400, v2_0=0.05),
            1,
            "2.0 was uploaded 1 hour ago, less than a day; 1.0 is old enough",
            "1.0",
            id="an-hour",
        ),
        pytest.param(
            ">1",
            there(v1_0=400, v2_0=-5),
            3,
            "2.0 was uploaded within the last hour, less than 3 days; no release that this admits "
            "is old enough",
            None,
            id="ahead-of-the-clock",
        ),
        pytest.param(
            "==2.0",
            there(v1_0=400, v2_0=2.5),
            3,
            "2.0 was uploaded 2 days ago, less than 3 days",
            None,
            id="a-pin",
        ),
        pytest.param(
            ">=2.0rc1",
            there(v1_0=400, v2_0rc1=2.5),
            3,
            "2.0rc1 was uploaded 2 days ago, less than 3 days; no release that this admits is old "
            "enough",
            None,
            id="a-pre-release-that-is-named",
        ),
        pytest.param(
            "",
            there(v1_0=None, v2_0=2.5, days=90),
            3,
            "2.0 was uploaded 2 days ago, less than 3 days; no release that this admits is old "
            "enough",
            None,
            id="by-an-old-record",
        ),
    ],
)
def test_signals(
    specifier: str, told: PackageFacts, days: int, message: str, old: str | None
) -> None:
    (one,) = seen(RULE, listed(specifier=specifier), told, days=days)

    assert (one.message, one.unknown) == (message, False)
    assert (one.evidence["version"], one.evidence["limit"]) == (message.split(maxsplit=1)[0], days)
    assert (one.evidence["old_enough"], one.evidence["source"]) == (old, "the test")


LOCKED = listed(specifier="==2.0")._replace(locked=True)


@pytest.mark.parametrize(
    ("after", "told", "why"),
    [
        pytest.param(listed(), facts(Unknown("down")), "down", id="unknown"),
        pytest.param(listed(), facts(Unknown("down"), latest=2), "down", id="something-young"),
        pytest.param(
            listed(), facts(Unknown("down"), latest=90, days=2), "down", id="as-of-two-days-ago"
        ),
        pytest.param(
            listed(), there(v1_0=400, v2_0=None), "the test does not tell it of 2.0", id="no-time"
        ),
        pytest.param(
            listed(),
            there(v1_0=400, days=1.1),
            "what is on record (the test) is of 2026-11-22, more than 1 day old",
            id="on-record",
        ),
        pytest.param(
            LOCKED,
            there(v1_0=400, days=2),
            "what is on record (the test) is of 2026-11-21, more than 1 day old",
            id="a-version-that-is-not-on-record",
        ),
    ],
)
def test_what_is_not_known_is_said(after: Dependency, told: PackageFacts, why: str) -> None:
    assert seen(RULE, after, told) == [
        Signal(f"{WHAT} could not be learned: {why}", {"unknown": WHAT, "why": why}, unknown=True)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(facts(), {"releases"}, id="nothing-known"),
        pytest.param(facts(latest=3), set(), id="nothing-of-late"),
        pytest.param(facts(latest=2.9), {"releases"}, id="something-of-late"),
        pytest.param(facts(latest=9, days=1.1), {"releases"}, id="as-of-before-yesterday"),
        pytest.param(there(v1_0=400, days=1), set(), id="known"),
        pytest.param(there(v1_0=400, days=1.1), {"releases"}, id="no-longer-known"),
    ],
)
def test_asks(told: PackageFacts, expected: set[str]) -> None:
    assert RULE.asks is not None
    assert RULE.asks(told, Limits({"days": 3}, NOW)) == expected
