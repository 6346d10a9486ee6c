from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from render.samples import EVIL_FACTS, NOON, dependency
from strategies import dependencies, facts
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
)
from vetgate.model.facts import Advisory, Known, PackageFacts, Release, Span, Unknown
from vetgate.model.pinnable import Demands
from vetgate.render.pin import HOLE, pin_text, version_of

DEMANDS = Demands()
TOML = "pyproject.toml"
POETRY = "tool.poetry.group.dev.dependencies"
URL = FromUrl("https://files.example/e-1-py3-none-any.whl")
VCS = FromVcs("git+https://forge.example/e", "main")
OLD = 'python_version < "3.11"'


@pytest.mark.parametrize(
    ("declared", "pin"),
    [
        (dependency("Evil", ">=1"), "Evil==1.4.2"),
        (dependency("Evil", extras=("a", "b"), marker=OLD), f"Evil[a,b]==1.4.2; {OLD}"),
        (dependency("evil", file=TOML, table="project.dependencies"), '"evil==1.4.2"'),
        (
            dependency("evil", file=TOML, table="project.dependencies", marker=OLD),
            f"'evil==1.4.2; {OLD}'",
        ),
        (
            dependency("evil", file=TOML, table="project.dependencies", marker=OLD + " or 'a'"),
            r'''"evil==1.4.2; python_version < \"3.11\" or 'a'"''',
        ),
        (dependency("evil", file=TOML, table=POETRY), 'evil = "1.4.2"'),
        (
            dependency("evil", file=TOML, table=POETRY, extras=("a",), marker="os_name == 'nt'"),
            'evil = {version = "1.4.2", extras = ["a"], markers = "os_name == \'nt\'"}',
        ),
        (dependency("evil", file="sub/Pipfile", table="packages"), 'evil = "==1.4.2"'),
        (
            dependency("evil", file=TOML, table="tool.pdm.resolution.overrides"),
            'evil = "==1.4.2"',
        ),
        (
            dependency("evil", origin=URL),
            "evil @ https://files.example/e-1-py3-none-any.whl#sha256=<hash>",
        ),
        (
            dependency("evil", origin=VCS, file=TOML, table="project.dependencies"),
            '"evil @ git+https://forge.example/e@<full commit id>"',
        ),
        (
            dependency("evil", origin=VCS._replace(url=VCS.url + "#subdirectory=s"), marker=OLD),
            f"evil @ git+https://forge.example/e@<full commit id>#subdirectory=s ; {OLD}",
        ),
    ],
)
def test_a_pin_is_written_as_its_manifest_wants_it(declared: Dependency, pin: str) -> None:
    assert pin_text(declared, EVIL_FACTS, DEMANDS) == pin


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(dependency("evil", "==1"), id="pinned-already"),
        pytest.param(dependency("evil", "==1", locked=True), id="a-resolver-writes-the-lock"),
        pytest.param(dependency("evil", origin=FromPath("../e", inside=False)), id="path"),
        pytest.param(dependency("-i", origin=FromOption("--index-url", "https://i")), id="option"),
        pytest.param(dependency("evil", origin=URL, table=POETRY), id="no-place-for-a-hash"),
        pytest.param(dependency("evil", origin=VCS, table=POETRY), id="address-is-split-up"),
    ],
)
def test_where_no_pin_can_be_written_there_is_none(declared: Dependency) -> None:
    assert pin_text(declared, EVIL_FACTS, DEMANDS) is None


@pytest.mark.parametrize("known", [None, PackageFacts(EVIL_FACTS.name, releases=Unknown("down"))])
def test_without_releases_a_hole_is_left_for_the_version(known: PackageFacts | None) -> None:
    assert pin_text(dependency("evil"), known, DEMANDS) == "evil==<version>"


@pytest.mark.parametrize(
    ("specifier", "demands", "version"),
    [
        pytest.param("", DEMANDS, "1.4.2", id="newest-that-is-stable-and-not-yanked"),
        pytest.param("<1.4.2", DEMANDS, "1.4.1", id="within-the-specifier"),
        pytest.param(">1.4.2", DEMANDS, HOLE, id="no-prerelease-though-there-is-nothing-else"),
        pytest.param(">=2", DEMANDS, HOLE, id="never-outside-the-specifier"),
        pytest.param("nonsense", DEMANDS, HOLE, id="a-specifier-that-cannot-be-read"),
        pytest.param("", Demands(NOON - timedelta(days=30), 30), HOLE, id="none-is-old-enough"),
    ],
)
def test_the_version_is_the_newest_that_would_be_pinned(
    specifier: str, demands: Demands, version: str
) -> None:
    assert version_of(EVIL_FACTS, [specifier], demands) == version


def test_versions_that_are_none_are_passed_over() -> None:
    releases = (Release("latest", NOON), Release("1.10", NOON), Release("1.9", NOON))
    known = EVIL_FACTS._replace(releases=Known(releases, NOON, "index.example"))

    assert version_of(known, [""], DEMANDS) == "1.10"


def test_what_is_too_young_or_reported_is_not_advised() -> None:
    releases = tuple(
        Release(version, NOON - timedelta(days=days))
        for version, days in {"1.0": 40, "1.1": 30, "1.2": 20, "1.3": 1}.items()
    )
    reports = (
        Advisory("MAL-1", malicious=True, versions=("1.2",)),
        Advisory("PYSEC-1", malicious=False, spans=(Span("1.1"),)),
    )
    known = EVIL_FACTS._replace(
        releases=Known(releases, NOON, "index.example"),
        advisories=Known(reports, NOON, "reports.example"),
    )
    settled = NOON - timedelta(days=3)

    assert version_of(known, [""], DEMANDS._replace(settled=settled)) == "1.0"
    assert version_of(known, [">1.0"], DEMANDS._replace(settled=settled)) == "1.1"
    assert version_of(known, [">1.1"], DEMANDS._replace(settled=settled)) == HOLE
    assert version_of(known, [">1.1"], DEMANDS) == "1.3"


@pytest.mark.parametrize(
    ("specifier", "beside", "version"),
    [
        (">=1", ["<1.4.2"], "1.4.1"),
        (">=1", [">=1", "<1.4.2", ""], "1.4.1"),
        (">=1", ["<1"], "1.4.2"),
        (">=1", ["nonsense"], "1.4.2"),
    ],
)
def test_what_all_requirements_admit_comes_first(
    specifier: str, beside: list[str], version: str
) -> None:
    declared = dependency("evil", specifier)

    assert pin_text(declared, EVIL_FACTS, DEMANDS, beside) == f"evil=={version}"


@given(dependencies, facts)
def test_every_dependency_has_a_pin_or_none(declared: Dependency, known: PackageFacts) -> None:
    pin = pin_text(declared, known, DEMANDS)

    if declared.pinned or declared.locked:
        assert pin is None
    elif isinstance(declared.origin, FromIndex):
        assert pin is not None
        assert "==" in pin or " = " in pin
