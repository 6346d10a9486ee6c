"""Environments are found by what lies in them, never by starting them."""

from __future__ import annotations

from pathlib import Path

import pytest

from vetgate.errors import UsageError
from vetgate.installed.places import Environment, added_folders, find_environment

SITE = "lib/python3.12/site-packages"


def make(prefix: Path, *places: str, settings: str | None = "") -> Path:
    for place in places:
        (prefix / place).mkdir(parents=True)
    if settings is not None:
        (prefix / "pyvenv.cfg").write_text(settings, encoding="utf-8")
    (prefix / "bin").mkdir()
    (prefix / "bin/python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    return prefix


@pytest.mark.parametrize("named", ["env", "env/bin/python", "./env/", "env/bin/../bin/python"])
def test_an_environment_is_its_folder_or_its_interpreter(tmp_path: Path, named: str) -> None:
    prefix = make(tmp_path / "env", SITE)

    assert find_environment(named, str(tmp_path)) == Environment(str(prefix), (str(prefix / SITE),))


def test_the_interpreter_of_a_virtual_environment_is_the_link_and_not_its_target(
    tmp_path: Path,
) -> None:
    make(tmp_path / "system", SITE, settings=None)
    prefix = make(tmp_path / "env", SITE)
    (prefix / "bin/python").unlink()
    (prefix / "bin/python").symlink_to(tmp_path / "system/bin/python")

    assert find_environment("env/bin/python", str(tmp_path)).prefix == str(prefix)


def test_without_settings_a_linked_interpreter_is_that_of_its_target(tmp_path: Path) -> None:
    system = make(tmp_path / "system", SITE, settings=None)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(system / "bin/python")

    assert find_environment("bin/python", str(tmp_path)).prefix == str(system)


@pytest.mark.parametrize(
    "place", ["Lib/site-packages", "lib/pypy3.10/site-packages", "lib/python3/dist-packages"]
)
def test_packages_lie_elsewhere_on_other_systems(tmp_path: Path, place: str) -> None:
    prefix = make(tmp_path / "[e]*", place)

    assert find_environment("[e]*", str(tmp_path)).folders == (str(prefix / place),)


def test_every_folder_of_packages_counts_once(tmp_path: Path) -> None:
    prefix = make(tmp_path / "env", SITE, "lib/python3.13/site-packages")
    (prefix / "lib64").symlink_to("lib")

    assert find_environment("env", str(tmp_path)).folders == (
        str(prefix / SITE),
        str(prefix / "lib/python3.13/site-packages"),
    )


@pytest.mark.parametrize(
    ("settings", "shares"),
    [
        ("home = /usr/bin\ninclude-system-site-packages = true\n", True),
        ("Include-System-Site-Packages=TRUE", True),
        ("include-system-site-packages = false\n", False),
        ("# include-system-site-packages = true\n", False),
        ("", False),
    ],
)
def test_what_is_shared_with_the_system_is_told(
    tmp_path: Path, settings: str, *, shares: bool
) -> None:
    make(tmp_path / "env", SITE, settings=settings)

    assert find_environment("env", str(tmp_path)).shares_system is shares


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ("none", "no such environment"),
        ("empty", "no environment: it has no folder for packages"),
        ("file", "no environment: it has no folder for packages"),
    ],
)
def test_what_is_no_environment_is_refused(tmp_path: Path, named: str, problem: str) -> None:
    (tmp_path / "deep/empty").mkdir(parents=True)
    (tmp_path / "deep/file").touch()

    with pytest.raises(UsageError) as caught:
        find_environment(named, str(tmp_path / "deep"))

    assert str(caught.value) == f"{named}: {problem}"


def test_folders_that_pth_files_add_are_read_and_their_code_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "site/inside").mkdir(parents=True)
    (tmp_path / "src").mkdir()
    lines = f"# c\nimport os; os.mkdir({str(tmp_path / 'ran')!r})\n\ninside\n{tmp_path}/src  \nno\n"
    (tmp_path / "site/a.pth").write_text(lines, encoding="utf-8")
    (tmp_path / "site/b.pth").write_bytes(b"\xff\x00\n")

    assert list(added_folders(str(tmp_path / "site"))) == [
        str(tmp_path / "site/inside"),
        str(tmp_path / "src"),
    ]
    assert not (tmp_path / "ran").exists()
