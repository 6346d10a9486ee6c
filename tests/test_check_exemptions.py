"""What lets an addition pass that a rule would block: pins, allowances, and the policy."""

from __future__ import annotations

import pytest

from scratch import PASSED_QUIETLY, Ran, Scratch

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def added(project: Scratch, *lines: str) -> Ran:
    """Judge a commit that adds lines to the requirements."""
    project.stage("requirements.txt", "".join(f"{line}\n" for line in ("flask", *lines)))
    return project.vetgate("check", "--offline")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("rare==1.4.2", "rare: unpopular, exempted by pin ==1.4.2", id="version"),
        pytest.param("rare===1.4.2", "rare: unpopular, exempted by pin ===1.4.2", id="verbatim"),
        pytest.param("gone==1.0", "gone: removed, exempted by pin ==1.0", id="of-a-removed-name"),
        pytest.param(
            f"thing @ git+https://github.com/acme/thing@{COMMIT}",
            f"thing: off-index, exempted by pin {COMMIT}",
            id="full-commit-id",
        ),
    ],
)
def test_a_pin_passes_and_is_told(project: Scratch, line: str, told: str) -> None:
    assert added(project, line) == Ran(0, f"vetgate: 1 addition passed\n  {told}\n", "")


@pytest.mark.parametrize("line", ["rare==1.*", "rare~=1.4.2", "rare<=1.4.2,>=1.4.2"])
def test_what_looks_like_a_pin_and_is_none_is_blocked(project: Scratch, line: str) -> None:
    assert added(project, line).code == 1


ALLOWANCE = 'name = "Rare"\nreason = "read it"\n'


@pytest.mark.parametrize(
    ("path", "table"),
    [
        pytest.param("vetgate.toml", "[[allow]]", id="own-file"),
        pytest.param("pyproject.toml", "[[tool.vetgate.allow]]", id="project-file"),
    ],
)
def test_an_allowance_passes_and_is_told(project: Scratch, path: str, table: str) -> None:
    project.write(path, f"{table}\n{ALLOWANCE}expires = 2999-01-01\n")

    assert added(project, "rare") == Ran(
        0,
        "vetgate: 1 addition passed\n"
        f"  rare: unpopular, exempted by allowance {path}:1: read it (expires 2999-01-01)\n",
        "",
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param("expires = 2026-01-31\n", "expired on 2026-01-31", id="expired"),
        pytest.param(
            'versions = "<2"\n', "for the versions <2 only, and this admits any version", id="other"
        ),
    ],
)
def test_an_allowance_that_does_not_hold_allows_nothing_and_says_so(
    project: Scratch, more: str, why: str
) -> None:
    project.write("vetgate.toml", f"[[allow]]\n{ALLOWANCE}{more}")

    ran = added(project, "rare")

    assert ran.code == 1
    assert f"vetgate.toml:1: {why}\n" in ran.out


def test_an_allowance_for_one_rule_leaves_the_others(project: Scratch) -> None:
    project.write("vetgate.toml", f'[[allow]]\n{ALLOWANCE}rules = ["no-repository"]\n')

    assert added(project, "rare").code == 1


def test_quarantine_is_not_to_be_allowed(project: Scratch) -> None:
    project.write("vetgate.toml", '[[allow]]\nname = "held-back"\nreason = "trust me"\n')

    assert added(project, "held-back").code == 1


def test_a_private_name_passes_and_nobody_is_asked(project: Scratch) -> None:
    project.write("vetgate.toml", 'private = ["acme-*"]\n')
    project.stage("requirements.txt", "flask\nAcme_Internal\n")

    # Not offline: whoever asked would find nobody there, and say so.
    assert project.vetgate("check") == PASSED_QUIETLY


def test_a_rule_that_is_off_is_silent(project: Scratch) -> None:
    project.write("vetgate.toml", '[rules.unpopular]\nlevel = "off"\n')

    assert added(project, "rare") == PASSED_QUIETLY


@pytest.mark.parametrize(("limit", "code"), [(12, 0), (13, 1)])
def test_a_limit_is_the_policys(project: Scratch, limit: int, code: int) -> None:
    project.write("vetgate.toml", f"[rules.unpopular]\ndownloads = {limit}\n")

    assert added(project, "rare").code == code
