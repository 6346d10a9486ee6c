"""Values as text: what is written is read back, and nothing else is read."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.codec import NAMES, FactValue, decode, encode
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Likeness,
    PackageFacts,
    Reborn,
    Release,
    Removed,
    Span,
)

DAY = datetime(2026, 11, 23, tzinfo=timezone.utc)


def test_every_fact_has_a_form() -> None:
    assert set(PackageFacts._fields) - {"name"} == NAMES


@pytest.mark.parametrize(
    ("fact", "value", "written"),
    [
        ("presence", Removed(date(2024, 3, 1)), "removed 2024-03-01"),
        ("presence", Reborn(None, date(2024, 3, 1)), "reborn - 2024-03-01"),
        ("downloads", Downloads(5, at_least=True), "5+"),
        ("repository", None, ""),
        ("urls", ("a", "b"), "a\nb"),
        ("releases", (Release("1", None, yanked=True),), "1\t-\ty"),
        ("advisories", (Advisory("MAL-2024-1", malicious=True),), "m\tMAL-2024-1\t\t\t\t\t"),
        (
            "advisories",
            (
                Advisory(
                    "PYSEC-2024-1",
                    malicious=False,
                    aliases=("CVE-2024-1", "GHSA-x"),
                    summary="reads any file",
                    severity="high",
                    spans=(Span("0", "1.2", None), Span("2.0", None, "2.4")),
                    versions=("1.0", "3.0-x"),
                ),
            ),
            (
                "v\tPYSEC-2024-1\tCVE-2024-1 GHSA-x\thigh\t0,1.2,- 2.0,-,2.4\t1.0 3.0-x\t"
                "reads any file"
            ),
        ),
        ("imitates", (Likeness(NormalizedName("a"), 7, "x y"),), "a\t7\tx y"),
        ("first_upload", DAY, "2026-11-23T00:00:00+00:00"),
    ],
)
def test_a_value_has_one_form(fact: FactName, value: FactValue, written: str) -> None:
    assert encode(fact, value) == written
    assert decode(fact, written) == value


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("urls", ("a\nb",)),
        ("urls", ("",)),
        ("urls", ("a\ud800",)),
        ("releases", (Release("1\t2", None),)),
        ("advisories", (Advisory("", malicious=True),)),
        ("advisories", (Advisory("MAL-1", malicious=True, summary="two\nlines"),)),
        ("advisories", (Advisory("MAL-1", malicious=True, versions=("1 0",)),)),
        ("advisories", (Advisory("MAL-1", malicious=True, spans=(Span("0", "-"),)),)),
        ("rank", -1),
        ("rank", "first"),
        ("first_upload", DAY.replace(tzinfo=None)),
    ],
)
def test_a_value_that_a_fact_cannot_have_is_not_written(fact: FactName, value: FactValue) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(fact, value)


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        ("presence", "present"),
        ("presence", "listed 2024-03-01"),
        ("presence", "removed"),
        ("presence", "reborn -"),
        ("releases", "1\t-\tperhaps"),
        ("releases", "1"),
        ("latest_upload", "2026-11-23"),
        ("dependents", "\u00b2"),
        ("weight", "1"),
    ],
)
def test_what_makes_no_sense_is_not_read(fact: FactName, written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(fact, written)


@given(st.sampled_from(sorted(NAMES)), st.text())
def test_what_is_read_is_written_the_same_or_refused(fact: FactName, written: str) -> None:
    try:
        value = decode(fact, written)
    except ValueError:
        return
    assert decode(fact, encode(fact, value)) == value
