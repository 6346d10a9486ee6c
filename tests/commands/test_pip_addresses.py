"""Where a private name may come from, and what a file's name says of what comes by an address."""

from __future__ import annotations

import pytest

from vetgate.commands.pip_addresses import claim, misplaced
from vetgate.installer.wanted import NOWHERE
from vetgate.model.change import Added
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Origin,
    normalize,
)
from vetgate.model.policy import Policy
from vetgate.model.verdict import Judged, Outcome

_POLICY = Policy(
    private=("acme-*",),
    indexes=("https://index.example/team/simple/", "https://mirror.example/pypi"),
)
_FILE = "acme_core-1.0-py3-none-any.whl"
_COMMIT = "c" * 40


def _of(origin: Origin, name: str | None = "acme-core") -> Dependency:
    return Dependency(None if name is None else normalize(name), "x", "x", origin, NOWHERE)


def _outcome(origin: Origin, name: str | None = "acme-core", *, chosen: bool = False) -> Outcome:
    judged = Judged(Added(_of(origin, name)), Outcome.PASSED)
    return misplaced(judged, _POLICY, chosen=chosen).outcome


@pytest.mark.parametrize(
    "origin",
    [
        FromUrl(f"https://index.example/team/files/{_FILE}"),
        FromUrl(f"https://INDEX.example:443/team/{_FILE}"),
        FromUrl(f"https://mirror.example/pypi/files/{_FILE}"),
        FromIndex("==1.0", only_index="https://index.example/team/simple"),
        FromPath("libs/core", inside=True),
    ],
)
def test_a_private_name_may_come_from_where_an_index_of_the_policy_has_its_files(
    origin: Origin,
) -> None:
    assert _outcome(origin) is Outcome.PASSED


@pytest.mark.parametrize(
    "origin",
    [
        FromUrl(f"https://index.example/{_FILE}"),
        FromUrl(f"https://index.example/teams/{_FILE}"),
        FromUrl(f"https://index.example/team/../{_FILE}"),
        FromUrl(f"https://index.example/team/%2E%2e/{_FILE}"),
        FromUrl(f"https://index.example/team/x%2F..%2F..%2F{_FILE}"),
        FromUrl(f"http://index.example/team/files/{_FILE}"),
        FromUrl(f"https://index.example:8443/team/files/{_FILE}"),
        FromUrl(f"https://index.example.evil.example/team/files/{_FILE}"),
        FromUrl(f"https://mirror.example/{_FILE}"),
        FromVcs("git+https://index.example/team/acme-core.git", _COMMIT),
        FromIndex("==1.0", only_index="https://other.example/simple"),
        FromPath(f"../{_FILE}", inside=False),
    ],
)
def test_it_may_not_come_from_elsewhere(origin: Origin) -> None:
    assert _outcome(origin) is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("origin", "chosen", "outcome"),
    [
        (FromUrl("https://other.example/x.zip", ("sha256:" + "a" * 64,)), True, Outcome.PASSED),
        (FromUrl("https://other.example/x.zip", ("sha256:" + "a" * 64,)), False, Outcome.BLOCKED),
        (FromUrl("https://other.example/x.zip", ("md5:" + "a" * 32,)), True, Outcome.BLOCKED),
        (FromVcs("git+https://other.example/x.git", _COMMIT), True, Outcome.PASSED),
        (FromVcs("git+https://other.example/x.git", "main"), True, Outcome.BLOCKED),
        (FromIndex("==1.0", only_index="https://other.example/simple"), True, Outcome.BLOCKED),
    ],
)
def test_a_person_may_have_pinned_just_that(
    origin: Origin, outcome: Outcome, *, chosen: bool
) -> None:
    assert _outcome(origin, chosen=chosen) is outcome


@pytest.mark.parametrize(
    ("file", "name", "version"),
    [
        ("acme_core-1.0.tar.gz", "acme-core", "1.0"),
        ("Acme.Core-1.0.zip/", "acme-core", "1.0"),
        ("acme-core-1.0rc1.tar.bz2", "acme-core", "1.0rc1"),
        ("archive.tar.gz", None, None),
        ("acme_core-1.0.exe", None, None),
        ("", None, None),
    ],
)
def test_an_archive_says_whose_it_is(file: str, name: str | None, version: str | None) -> None:
    one = _of(FromUrl(f"https://other.example/{file}"), None)

    assert claim(one) == (name, version)
    expected = Outcome.BLOCKED if name else Outcome.PASSED
    assert _outcome(one.origin, None) is expected


def test_a_name_that_is_not_private_comes_from_wherever_it_does() -> None:
    assert _outcome(FromUrl("https://other.example/x.zip"), "fine") is Outcome.PASSED
