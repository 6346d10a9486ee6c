"""The gate against the index that pip is configured for: off unless chosen with `-m live`."""

from __future__ import annotations

import pytest

from scratch import MACHINE, PASSED_QUIETLY, Scratch

pytestmark = pytest.mark.live

LITTLE_USED = "printnestlist"
"""Hardly anyone installs it, and it declares no source repository."""


@pytest.fixture
def project(project: Scratch) -> Scratch:
    """Return a repository whose gate asks the real index, with the snapshot of vetgate itself."""
    environment = {
        name: value
        for name, value in project.environment.items()
        if not name.startswith(("VETGATE_", "PIP_"))
    }
    machine = {
        name: value
        for name, value in MACHINE.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy") or name == "HOME"
    }
    cache = str(project.folder.parent / "cache")
    return Scratch(project.folder, {**environment, **machine, "VETGATE_CACHE_DIR": cache})


def test_a_little_used_package_is_blocked_until_it_is_pinned_or_allowed(project: Scratch) -> None:
    project.stage("requirements.txt", f"flask\n{LITTLE_USED}\n")
    ran = project.vetgate("check", "--timeout", "30")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith(f"BLOCKED {LITTLE_USED}\n  requirements.txt:2: {LITTLE_USED}\n")
    assert "    no-repository: declares no source repository\n" in ran.out

    project.stage("requirements.txt", f"flask\n{LITTLE_USED}==1.2.0\n")
    assert project.vetgate("check", "--timeout", "30").code == 0

    project.stage("requirements.txt", f"flask\n{LITTLE_USED}\n")
    project.write("vetgate.toml", f'[[allow]]\nname = "{LITTLE_USED}"\nreason = "a trial"\n')
    assert project.vetgate("check", "--timeout", "30").code == 0


def test_a_name_that_the_index_does_not_have_is_blocked(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nno-such-package-as-this-one-0\n")

    ran = project.vetgate("check", "--timeout", "30")

    assert ran.code == 1
    assert "    unknown-package: the index has no such package\n" in ran.out


def test_a_popular_package_passes_offline(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nrequests\n")

    assert project.vetgate("check", "--offline") == PASSED_QUIETLY
