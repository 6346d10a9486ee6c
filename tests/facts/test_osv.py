"""Records in the OSV format: what they say of packages, and which of them say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.osv import Json, merged, reports
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory, Span

EVIL = NormalizedName("evil")


def affected(name: str = "evil", ecosystem: str = "PyPI", **more: Json) -> Json:
    return {"package": {"name": name, "ecosystem": ecosystem}, **more}


def record(*about: Json, report: str = "PYSEC-2024-1", **more: Json) -> Json:
    return {"id": report, "affected": list(about), **more}


def spans(*events: Json, kind: str = "ECOSYSTEM") -> tuple[Span, ...]:
    ranges: Json = [{"type": kind, "events": list(events)}]
    ((_, advisory),) = reports(record(affected(ranges=ranges)))
    return advisory.spans


def test_a_whole_record_is_read() -> None:
    ranges: Json = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]
    document = record(
        affected("E_vil", ranges=ranges, versions=["1.0", "3.0"]),
        aliases=["GHSA-2", "CVE-1"],
        summary=" reads\tany\nfile ",
        database_specific={"severity": "HIGH"},
    )

    assert list(reports(document)) == [
        (
            NormalizedName("e-vil"),
            Advisory(
                "PYSEC-2024-1",
                malicious=False,
                aliases=("CVE-1", "GHSA-2"),
                summary="reads any file",
                severity="high",
                spans=(Span("0", "1.2"),),
                versions=("3.0",),
            ),
        )
    ]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(record(affected(), withdrawn="2026-05-26T13:04:03Z"), id="withdrawn"),
        pytest.param(record(affected(), report="MAL-0000-x"), id="un-numbered-import"),
        pytest.param(record(affected(ecosystem="npm")), id="another-ecosystem"),
        pytest.param(record({"ranges": []}), id="a-repository"),
        pytest.param(record(), id="about-nothing"),
    ],
)
def test_what_says_nothing_of_a_package_is_left_out(document: Json) -> None:
    assert list(reports(document)) == []


@pytest.mark.parametrize("document", [None, [], {}, {"id": ""}, {"id": "X", "affected": {}}])
def test_what_is_no_record_is_refused(document: Json) -> None:
    with pytest.raises(ValueError, match="is no OSV record"):
        list(reports(document))


@pytest.mark.parametrize(
    ("document", "malicious"),
    [
        (record(affected(), report="MAL-2024-1"), True),
        (record(affected(database_specific={"cwes": [{"cweId": "CWE-506"}]})), True),
        (record(affected(), database_specific={"cwe_ids": ["CWE-506"]}), True),
        (record(affected(), database_specific={"cwe_ids": ["CWE-79"]}), False),
        (record(affected()), False),
    ],
)
def test_malice_is_told_by_the_id_or_by_its_class(
    document: Json,
    malicious: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    ((_, advisory),) = reports(document)

    assert advisory.malicious is malicious


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([{"introduced": "0"}], (Span("0"),)),
        ([{"introduced": "0"}, {"fixed": "2"}], (Span("0", "2"),)),
        ([{"introduced": "1"}, {"last_affected": "2"}], (Span("1", None, "2"),)),
        ([{"fixed": "2"}, {"introduced": "0"}], (Span("0", "2"),)),
        (
            [{"introduced": "0"}, {"introduced": "3"}, {"fixed": "10"}, {"fixed": "2"}],
            (Span("0", "2"), Span("3", "10")),
        ),
        ([{"introduced": "0"}, {"limit": "2"}], (Span("0"),)),
        ([{"fixed": "2"}], ()),
    ],
)
def test_events_make_spans_in_the_order_of_versions(
    events: list[Json], expected: tuple[Span, ...]
) -> None:
    assert spans(*events) == expected


def test_ranges_of_commits_are_left_out() -> None:
    assert spans({"introduced": "0"}, kind="GIT") == ()


def test_an_event_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="has an event that is none"):
        spans("introduced")


def test_a_summary_that_says_no_more_than_the_kind_is_left_out() -> None:
    document = record(affected(), report="MAL-1", summary="Malicious code in evil (PyPI)")
    ((_, advisory),) = reports(document)

    assert advisory.summary == ""


def test_reports_that_name_each_other_are_one() -> None:
    first = Advisory("PYSEC-1", malicious=False, aliases=("CVE-1",), spans=(Span("0", "2"),))
    second = Advisory("GHSA-1", malicious=False, aliases=("CVE-1",), summary="s", severity="low")
    third = Advisory("MAL-1", malicious=True, aliases=("GHSA-1",), versions=("1",))
    other = Advisory("CVE-9", malicious=False)

    assert merged([first, other, second, third]) == (
        Advisory(
            "MAL-1",
            malicious=True,
            aliases=("CVE-1", "GHSA-1", "PYSEC-1"),
            summary="s",
            severity="low",
            spans=(Span("0", "2"),),
            versions=("1",),
        ),
        other,
    )


ids = st.sampled_from("abcdef")
aliases = st.sets(ids, max_size=2).map(lambda some: tuple(sorted(some)))
advisories = st.lists(
    st.builds(
        Advisory,
        id=ids,
        malicious=st.booleans(),
        aliases=aliases,
        summary=st.just(""),
        severity=st.just(""),
        spans=st.just(()),
        versions=st.just(()),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


@given(advisories)
def test_no_id_is_in_two_reports_and_the_order_is_nothing(
    found: list[Advisory],
) -> None:
    together = merged(found)
    named = [name for one in together for name in (one.id, *one.aliases)]

    assert len(named) == len(set(named))
    assert set(named) == {name for one in found for name in (one.id, *one.aliases)}
    assert merged(reversed(found)) == together
