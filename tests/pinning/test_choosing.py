"""Which release is pinned, and which newer ones are passed over for what."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from vetgate.facts.live.simple_page import File
from vetgate.pinning.choosing import SETTLED, Chosen, NoRelease, Wish, choose

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
OLD = datetime(2025, 1, 2, tzinfo=timezone.utc)


def file(
    version: str,
    suffix: str = ".tar.gz",
    *,
    uploaded: datetime | None = OLD,
    yanked: bool = False,
    python: str = "",
    sha256: str = "ab" * 32,
) -> File:
    name = f"evil-{version}{suffix}"
    return File(
        f"https://index.example/{name}",
        version,
        uploaded,
        yanked=yanked,
        has_metadata=False,
        name=name,
        requires_python=python,
        sha256=sha256,
    )


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


@pytest.mark.parametrize(
    ("files", "wish", "version"),
    [
        pytest.param([file("1.9"), file("1.10")], Wish(""), "1.10", id="by-version-and-not-text"),
        pytest.param([file("1.0"), file("2.0")], Wish("<2"), "1.0", id="fits-the-constraint"),
        pytest.param([file("1.0"), file("2.0", yanked=True)], Wish(""), "1.0", id="not-yanked"),
        pytest.param(
            [file("1.0"), file("2.0", yanked=True), file("2.0", "-py3-none-any.whl")],
            Wish(""),
            "2.0",
            id="one-file-is-not-yanked",
        ),
        pytest.param([file("1.0"), file("2.0rc1")], Wish(""), "1.0", id="no-pre-release"),
        pytest.param([file("1.0"), file("2.0rc1")], Wish(">=0a1"), "1.0", id="nor-by-constraint"),
        pytest.param([file("1.0"), file("2.0rc1")], Wish("", pre=True), "2.0rc1", id="pre"),
        pytest.param([file("1.0"), file("2.0.dev3")], Wish(""), "1.0", id="no-development"),
        pytest.param(
            [file("1.0"), file("2.0", uploaded=NOW - SETTLED)], Wish(""), "2.0", id="old-enough"
        ),
        pytest.param(
            [file("1.0"), file("2.0", uploaded=NOW - SETTLED + timedelta(seconds=1))],
            Wish(""),
            "1.0",
            id="a-second-too-young",
        ),
        pytest.param(
            [file("1.0"), file("2.0"), file("2.0", "-py3-none-any.whl", uploaded=days(1))],
            Wish(""),
            "1.0",
            id="a-young-file-in-an-old-release",
        ),
        pytest.param(
            [file("1.0"), file("2.0", uploaded=None)], Wish(""), "1.0", id="no-time-among-times"
        ),
        pytest.param(
            [file("1.0"), file("2.0", python=">=3.12")], Wish("", "<3.12"), "1.0", id="no-python"
        ),
        pytest.param(
            [file("1.0"), file("2.0", python=">=3.12")], Wish("", ">=3.10"), "2.0", id="some-python"
        ),
        pytest.param(
            [file("1.0"), file("2.0", python="hissing")], Wish("", ">=3.10"), "2.0", id="unreadable"
        ),
        pytest.param([file("1.0"), file("2.0", ".egg")], Wish(""), "1.0", id="no-egg"),
        pytest.param([file("1.0"), file("unheard of")], Wish(""), "1.0", id="no-version"),
        pytest.param([file("1.0"), file("1!0.5")], Wish(""), "1!0.5", id="epochs"),
    ],
)
def test_the_newest_that_fits_is_chosen(files: list[File], wish: Wish, version: str) -> None:
    for given in (files, files[::-1]):
        choice = choose(given, wish, NOW)
        assert isinstance(choice, Chosen)
        assert choice.version == version


def test_what_is_newer_and_fits_is_told_with_its_reason() -> None:
    files = [
        file("1.0", uploaded=days(40)),
        file("1.0", "-py3-none-any.whl", uploaded=days(30), sha256="cd" * 32),
        file("1.0", "-cp310-cp310-win_amd64.whl", uploaded=days(30), sha256=""),
        file("1.1", yanked=True),
        file("1.2", uploaded=days(2)),
        file("1.3b1"),
        file("9"),
    ]

    assert choose(files, Wish("<2"), NOW) == Chosen(
        "1.0",
        days(40),
        5,
        (f"sha256:{'ab' * 32}", f"sha256:{'cd' * 32}"),
        ("evil-1.0-cp310-cp310-win_amd64.whl",),
        (
            "passed over 1.3b1: a pre-release, which only --pre takes",
            "passed over 1.2: uploaded on 2026-11-21, less than 3 days ago",
            "passed over 1.1: yanked",
        ),
    )


def test_of_many_that_are_newer_some_are_told() -> None:
    choice = choose([file("0.1"), *(file(f"{n}", yanked=True) for n in range(1, 7))], Wish(""), NOW)

    assert isinstance(choice, Chosen)
    assert choice.notes == (
        "passed over 6: yanked",
        "passed over 5: yanked",
        "passed over 4: yanked",
        "passed over 3 more that are newer",
    )


def test_an_index_without_times_is_trusted_and_said_so() -> None:
    assert choose([file("1.0", uploaded=None)], Wish(""), NOW) == Chosen(
        "1.0",
        None,
        1,
        (f"sha256:{'ab' * 32}",),
        notes=("its age was not checked: the index does not tell when files were uploaded",),
    )


@pytest.mark.parametrize(
    ("pythons", "project", "notes"),
    [
        ([">=3.12"], ">=3.10", ("it needs Python >=3.12, and the project admits >=3.10",)),
        ([">=3.10"], ">=3.10", ()),
        ([">=3.12"], None, ()),
        ([">=3.12", ""], ">=3.10", ()),
        ([">=3.12", ">=3.8"], ">=3.10", ()),
    ],
)
def test_a_release_for_some_pythons_of_the_project_is_taken_and_told(
    pythons: list[str], project: str | None, notes: tuple[str, ...]
) -> None:
    suffixes = (".tar.gz", "-py3-none-any.whl")
    files = [file("1.0", end, python=one) for end, one in zip(suffixes, pythons, strict=False)]
    choice = choose(files, Wish("", project), NOW)

    assert isinstance(choice, Chosen)
    assert choice.notes == notes


@pytest.mark.parametrize(
    ("files", "wish", "why"),
    [
        ([], Wish(""), "the index has no file of it that pip could install"),
        ([file("1.0", ".exe")], Wish(""), "the index has no file of it that pip could install"),
        ([file("1.0")], Wish(">=2"), "its one release will not do (1.0: outside of >=2)"),
        (
            [file("1.0"), file("0.9"), file("2.1", yanked=True), file("2.2rc1")],
            Wish(">=2"),
            (
                "none of its 4 will do (2.2rc1: a pre-release, which only --pre takes; 2.1: yanked"
                "; 1.0, 0.9: outside of >=2)"
            ),
        ),
        (
            [file(f"1.{n}", python=">=4") for n in range(5)],
            Wish("", ">=3.10,<4"),
            (
                "none of its 5 will do (1.4, 1.3, 1.2 and 2 more: needs Python >=4, and the "
                "project has >=3.10,<4)"
            ),
        ),
        ([file("1.0")], Wish("=>2"), "=>2 is no specifier of PEP 440"),
    ],
)
def test_where_none_will_do_each_is_accounted_for(files: list[File], wish: Wish, why: str) -> None:
    assert choose(files, wish, NOW) == NoRelease(why)
