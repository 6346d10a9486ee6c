"""Dependencies of which every version that may come in has a known vulnerability."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, about, known, listed, releases, seen
from vetgate.model.facts import Advisory, Fact, NeverSeen, PackageFacts, Release, Span, Unknown
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits
from vetgate.rules.vulnerable import RULE

NO = Unknown("not asked")
TOLD = {"source": "the test", "as_of": "2026-11-23"}
HOLE = Advisory("PYSEC-1", malicious=False, severity="high", spans=(Span("0", "1.2"),))
NEVER_MENDED = Advisory("PYSEC-2", malicious=False, spans=(Span(),))
LISTED_ONE = Advisory("GHSA-3", malicious=False, versions=("2.0",))
MALICE = Advisory("MAL-4", malicious=True, spans=(Span(),))
MALICE_OF_THE_FIX = Advisory("MAL-5", malicious=True, versions=("1.2",))
THERE = known(releases(v1_0=400, v1_1=300, v1_2=250, v2_0=200))


def facts(
    *reports: Advisory, days: float = 0, there: Fact[tuple[Release, ...]] = THERE
) -> PackageFacts:
    told = known(tuple(reports), days=days)
    return about(presence=LISTED)._replace(advisories=told, releases=there)


@pytest.mark.parametrize(
    ("specifier", "told"),
    [
        pytest.param("", facts(), id="no-report"),
        pytest.param("<1.2", facts(MALICE), id="malware-is-another-rule"),
        pytest.param(">=1", facts(HOLE), id="a-free-one-comes-in"),
        pytest.param("<=1.2", facts(HOLE), id="the-fix-comes-in"),
        pytest.param("<1.2", facts(HOLE, there=known(releases(v1_2=9))), id="nothing-comes-in"),
        pytest.param("", facts(HOLE, LISTED_ONE), id="one-between-two-reports"),
        pytest.param("==1.2", facts(HOLE), id="pinned-to-the-fix"),
        pytest.param("~=1.1", facts(HOLE), id="compatible-and-mended"),
        pytest.param("<2", facts(HOLE, there=NO), id="releases-unknown"),
        pytest.param("", facts(LISTED_ONE, there=NO), id="releases-unknown-and-one-listed"),
        pytest.param("", about(presence=known(NeverSeen())), id="never-seen"),
    ],
)
def test_is_silent(specifier: str, told: PackageFacts) -> None:
    assert seen(RULE, listed(specifier=specifier), told) == []


@pytest.mark.parametrize(
    ("specifier", "told", "message", "reports", "versions", "fixed", "earlier"),
    [
        pytest.param(
            "==1.1",
            facts(HOLE),
            "version 1.1 is affected by PYSEC-1 (high) (the test, 2026-11-23); 1.2 is free of what "
            "is known",
            ["PYSEC-1"],
            ["1.1"],
            "1.2",
            None,
            id="pinned",
        ),
        pytest.param(
            "<1.2",
            facts(HOLE),
            "every version that this admits is affected by PYSEC-1 (high) (the test, 2026-11-23); "
            "1.2 is free of what is known",
            ["PYSEC-1"],
            ["1.1", "1.0"],
            "1.2",
            None,
            id="each",
        ),
        pytest.param(
            "!=1.2",
            facts(HOLE, LISTED_ONE),
            "every version that this admits is affected by PYSEC-1 (high), GHSA-3 (the test, "
            "2026-11-23); 1.2 is free of what is known, and no later version is",
            ["PYSEC-1", "GHSA-3"],
            ["2.0", "1.1", "1.0"],
            None,
            "1.2",
            id="each-by-one-or-the-other",
        ),
        pytest.param(
            "==2.0",
            facts(LISTED_ONE),
            "version 2.0 is affected by GHSA-3 (the test, 2026-11-23); 1.2 is free of what is "
            "known, and no later version is",
            ["GHSA-3"],
            ["2.0"],
            None,
            "1.2",
            id="pinned-and-the-one-before-is-free",
        ),
        pytest.param(
            "==1.1",
            facts(HOLE, MALICE_OF_THE_FIX),
            "version 1.1 is affected by PYSEC-1 (high) (the test, 2026-11-23); 2.0 is free of what "
            "is known",
            ["PYSEC-1"],
            ["1.1"],
            "2.0",
            None,
            id="the-fix-is-malicious",
        ),
        pytest.param(
            "",
            facts(NEVER_MENDED),
            "every version that this admits is affected by PYSEC-2 (the test, 2026-11-23); no "
            "version free of it is known",
            ["PYSEC-2"],
            ["2.0", "1.2", "1.1", "1.0"],
            None,
            None,
            id="never-mended",
        ),
        pytest.param(
            "<1.2",
            facts(HOLE, there=NO),
            "every version that this admits is affected by PYSEC-1 (high) (the test, 2026-11-23); "
            "1.2 is free of what is known",
            ["PYSEC-1"],
            [],
            "1.2",
            None,
            id="releases-unknown",
        ),
        pytest.param(
            "",
            facts(HOLE, there=known(releases(v1_0=9, v1_1=8, v1_2y=7))),
            "every version that this admits is affected by PYSEC-1 (high) (the test, 2026-11-23); "
            "no version free of it is known",
            ["PYSEC-1"],
            ["1.1", "1.0"],
            None,
            None,
            id="the-fix-was-yanked",
        ),
        pytest.param(
            "",
            facts(HOLE, there=known(releases(v1_0=9, v1_1=8))),
            "every version that this admits is affected by PYSEC-1 (high) (the test, 2026-11-23); "
            "no version free of it is known",
            ["PYSEC-1"],
            ["1.1", "1.0"],
            None,
            None,
            id="the-fix-is-not-there",
        ),
    ],
)
def test_signals(
    specifier: str,
    told: PackageFacts,
    message: str,
    reports: list[str],
    versions: list[str],
    fixed: str | None,
    earlier: str | None,
) -> None:
    before = {} if earlier is None else {"earlier": earlier}

    assert seen(RULE, listed(specifier=specifier), told) == [
        Signal(
            message, {"reports": reports, "versions": versions, "fixed": fixed, **before, **TOLD}
        )
    ]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (about(presence=LISTED)._replace(advisories=Unknown("down")), "down"),
        (facts(days=7.1), "what is on record (the test) is of 2026-11-16, more than 7 days old"),
        (
            facts(HOLE, days=8),
            "what is on record (the test) is of 2026-11-15, more than 7 days old",
        ),
    ],
)
def test_what_is_not_known_or_known_no_longer_is_said(told: PackageFacts, why: str) -> None:
    what = "what published reports say of it"

    assert seen(RULE, listed(), told) == [
        Signal(f"{what} could not be learned: {why}", {"unknown": what, "why": why}, unknown=True)
    ]


def test_what_an_old_record_knows_is_said_by_itself() -> None:
    (one,) = seen(RULE, listed(specifier="==1.0"), facts(HOLE, days=90))

    assert not one.unknown


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(about(), {"advisories", "releases"}, id="nothing-known"),
        pytest.param(facts(days=8), {"advisories"}, id="no-longer-fresh"),
        pytest.param(facts(MALICE, there=NO), set(), id="malware-is-another-rule"),
        pytest.param(facts(HOLE, there=NO), {"releases"}, id="reported"),
        pytest.param(facts(HOLE), set(), id="all-known"),
    ],
)
def test_asks(told: PackageFacts, expected: set[str]) -> None:
    assert RULE.asks is not None
    assert RULE.asks(told, Limits({}, known(0).as_of)) == expected
