from __future__ import annotations

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
from vetgate.model.facts import Known, PackageFacts, Release, Unknown
from vetgate.render.pin import newest, pin_text

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
    assert pin_text(declared, EVIL_FACTS) == pin


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
    assert pin_text(declared, EVIL_FACTS) is None


@pytest.mark.parametrize("known", [None, PackageFacts(EVIL_FACTS.name, releases=Unknown("down"))])
def test_without_releases_a_hole_is_left_for_the_version(known: PackageFacts | None) -> None:
    assert pin_text(dependency("evil"), known) == "evil==<version>"


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        pytest.param("", "1.4.2", id="newest-that-is-stable-and-not-yanked"),
        pytest.param("<1.4.2", "1.4.1", id="within-the-specifier"),
        pytest.param(">1.4.2", "1.5rc1", id="a-prerelease-if-there-is-nothing-else"),
        pytest.param(">=2", None, id="never-outside-the-specifier"),
        pytest.param("nonsense", None, id="a-specifier-that-cannot-be-read"),
    ],
)
def test_the_version_is_the_newest_that_a_person_could_pin(
    specifier: str, version: str | None
) -> None:
    assert newest(EVIL_FACTS, specifier) == version


def test_versions_that_are_none_are_passed_over() -> None:
    releases = (Release("latest", NOON), Release("1.10", NOON), Release("1.9", NOON))

    assert (
        newest(EVIL_FACTS._replace(releases=Known(releases, NOON, "index.example")), "") == "1.10"
    )


@given(dependencies, facts)
def test_every_dependency_has_a_pin_or_none(declared: Dependency, known: PackageFacts) -> None:
    pin = pin_text(declared, known)

    if declared.pinned or declared.locked:
        assert pin is None
    elif isinstance(declared.origin, FromIndex):
        assert pin is not None
        assert "==" in pin or " = " in pin
