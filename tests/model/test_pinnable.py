"""What is picked to be pinned by what is on record."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from core_strategies import specifiers
from vetgate.model.dependency import normalize
from vetgate.model.facts import Advisory, Known, PackageFacts, Release, Span
from vetgate.model.pinnable import Candidate, Demands, in_turn, pinnable
from vetgate.model.policy import Level
from vetgate.model.reports import reach

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
SETTLED = NOW - timedelta(days=3)

versions = st.sampled_from(["0.9", "1.0", "1.0.1", "1.2", "1.10", "2.0rc1", "2.0", "1!0.1", "odd"])
times = st.sampled_from([SETTLED, SETTLED - timedelta(days=90), SETTLED + timedelta(seconds=1)])
releases = st.lists(
    st.builds(Release, versions, times | times | st.none(), st.sampled_from([False, False, True])),
    min_size=3,
    unique_by=lambda one: one.version,
)
reports = st.lists(
    st.builds(
        Advisory,
        id=st.sampled_from(["A", "B"]),
        malicious=st.booleans(),
        aliases=st.just(()),
        summary=st.just(""),
        severity=st.just(""),
        spans=st.lists(st.builds(Span, versions, st.none() | versions, st.none())).map(tuple),
        versions=st.lists(versions, max_size=2).map(tuple),
    ),
    max_size=2,
)


@given(releases, reports, st.just("") | specifiers, st.sampled_from(Level))
def test_what_is_picked_is_all_that_is_asked(
    there: list[Release], known: list[Advisory], specifier: str, vulnerable: Level
) -> None:
    facts = PackageFacts(
        normalize("evil"),
        releases=Known(tuple(there), NOW, "the test"),
        advisories=Known(tuple(known), NOW, "the test"),
    )

    picked = pinnable(facts, [specifier], Demands(SETTLED, 3, vulnerable))

    if isinstance(picked, Candidate):
        (release,) = [one for one in there if one.version == str(picked.version)]
        hit = reach(known, f"=={picked.version}", there).hit
        assert not release.yanked
        assert not picked.version.is_prerelease
        assert SpecifierSet(specifier).contains(picked.version, prereleases=True)
        assert release.uploaded is None or release.uploaded <= SETTLED
        assert release.uploaded is not None or not any(one.uploaded for one in there)
        assert not any(one.malicious for one in hit)
        assert not (hit and vulnerable is Level.BLOCK)


def test_what_all_admit_is_tried_before_what_one_does() -> None:
    assert [*in_turn("<2", [">=1", "<2", "", ">=1,!=1.5"])] == ["!=1.5,<2,>=1", "<2"]
    assert [*in_turn("<2", ["<2"])] == ["<2"]
