"""Which release is pinned, and which newer ones are passed over for what."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from vetgate.facts.live.simple_page import File
from vetgate.model.dependency import normalize
from vetgate.model.facts import Advisory, Span
from vetgate.model.pinnable import Demands, Waiver, Wish
from vetgate.model.policy import Level
from vetgate.pinning.choosing import Chosen, NoRelease, choose

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
OLD = datetime(2025, 1, 2, tzinfo=timezone.utc)
SETTLED = timedelta(days=3)
DEMANDS = Demands(NOW - SETTLED, 3)


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
            [file("1.0"), file("2.0", python=">=3.12")], Wish("", ">=3.10"), "1.0", id="all-pythons"
        ),
        pytest.param(
            [file("1.0", python=">=3.11"), file("2.0", python=">=3.12")],
            Wish("", ">=3.10"),
            "2.0",
            id="some-python-where-none-is-for-all",
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
        choice = choose(given, wish, DEMANDS)
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

    assert choose(files, Wish("<2"), DEMANDS) == Chosen(
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
    choice = choose(
        [file("0.1"), *(file(f"{n}", yanked=True) for n in range(1, 7))], Wish(""), DEMANDS
    )

    assert isinstance(choice, Chosen)
    assert choice.notes == (
        "passed over 6: yanked",
        "passed over 5: yanked",
        "passed over 4: yanked",
        "passed over 3 more that are newer",
    )


def test_an_index_without_times_is_trusted_and_said_so() -> None:
    assert choose([file("1.0", uploaded=None)], Wish(""), DEMANDS) == Chosen(
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
    choice = choose(files, Wish("", project), DEMANDS)

    assert isinstance(choice, Chosen)
    assert choice.notes == notes


NAME = normalize("evil")
MALICE = Advisory("MAL-1", malicious=True, versions=("2.0",))
HOLE = Advisory("PYSEC-1", malicious=False, spans=(Span("1.5"),))
ALL_HOLES = Advisory("PYSEC-2", malicious=False, spans=(Span(),))
BLOCKING = DEMANDS._replace(vulnerable=Level.BLOCK)
TWO = [file("1.0"), file("2.0")]


def waived(rule: str, versions: str | None = None, *, of: str = "evil") -> Demands:
    return BLOCKING._replace(waivers=(Waiver(normalize(of), rule, "vetgate.toml:3", versions),))


@pytest.mark.parametrize(
    ("reports", "demands", "version", "notes"),
    [
        pytest.param(
            [MALICE], DEMANDS, "1.0", ("passed over 2.0: reported malicious (MAL-1)",), id="malware"
        ),
        pytest.param(
            [MALICE],
            waived("malware"),
            "2.0",
            ("reported malicious (MAL-1): vetgate.toml:3 lets it pass",),
            id="malware-that-is-vouched-for",
        ),
        pytest.param(
            [MALICE],
            waived("malware", "<2"),
            "1.0",
            ("passed over 2.0: reported malicious (MAL-1)",),
            id="another-version-is-vouched-for",
        ),
        pytest.param(
            [MALICE],
            waived("malware", of="other"),
            "1.0",
            ("passed over 2.0: reported malicious (MAL-1)",),
            id="another-package-is-vouched-for",
        ),
        pytest.param(
            [MALICE],
            waived("vulnerable"),
            "1.0",
            ("passed over 2.0: reported malicious (MAL-1)",),
            id="another-rule-is-vouched-for",
        ),
        pytest.param(
            [HOLE], DEMANDS, "1.0", ("passed over 2.0: affected by PYSEC-1",), id="a-free-one"
        ),
        pytest.param(
            [HOLE._replace(id="P-1"), ALL_HOLES._replace(id="P-2")],
            DEMANDS,
            "2.0",
            ("it is affected by P-1, P-2, and no release that would do is free of what is known",),
            id="none-is-free",
        ),
        pytest.param([HOLE], DEMANDS._replace(vulnerable=Level.OFF), "2.0", (), id="rule-is-off"),
        pytest.param(
            [HOLE], BLOCKING, "1.0", ("passed over 2.0: affected by PYSEC-1",), id="rule-blocks"
        ),
        pytest.param(
            [ALL_HOLES],
            waived("vulnerable", ">=2"),
            "2.0",
            ("it is affected by PYSEC-2, and no release that would do is free of what is known",),
            id="vulnerable-and-vouched-for",
        ),
    ],
)
def test_what_reports_say_of_a_release_counts(
    reports: list[Advisory], demands: Demands, version: str, notes: tuple[str, ...]
) -> None:
    choice = choose(TWO, Wish(""), demands, reports, NAME)

    assert isinstance(choice, Chosen)
    assert (choice.version, choice.notes) == (version, notes)


@pytest.mark.parametrize(
    ("reports", "demands", "why"),
    [
        (
            [MALICE._replace(versions=("1.0", "2.0"))],
            DEMANDS,
            "none of its 2 will do (2.0, 1.0: reported malicious (MAL-1))",
        ),
        ([ALL_HOLES], BLOCKING, "none of its 2 will do (2.0, 1.0: affected by PYSEC-2)"),
    ],
)
def test_where_all_is_reported_there_is_none(
    reports: list[Advisory], demands: Demands, why: str
) -> None:
    assert choose(TWO, Wish(""), demands, reports, NAME) == NoRelease(why)


def test_what_all_pythons_can_install_comes_before_what_is_free_of_vulnerabilities() -> None:
    files = [file("2.0"), file("3.0", python=">=3.14")]
    hole = HOLE._replace(spans=(Span("0", "3"),))

    choice = choose(files, Wish("", ">=3.10"), DEMANDS, [hole], NAME)

    assert isinstance(choice, Chosen)
    assert (choice.version, choice.notes) == (
        "2.0",
        (
            "passed over 3.0: needs Python >=3.14, and the project admits >=3.10",
            "it is affected by PYSEC-1",
        ),
    )


def test_the_age_is_what_the_policy_says() -> None:
    files = [file("1.0", uploaded=days(40)), file("2.0", uploaded=days(10))]

    def version(demands: Demands) -> str | None:
        choice = choose(files, Wish(""), demands)
        return choice.version if isinstance(choice, Chosen) else None

    assert version(DEMANDS) == "2.0"
    assert version(Demands(days(30), 30)) == "1.0"
    assert version(Demands(days(41), 41)) is None
    young = [file("1.0", uploaded=NOW)]
    assert choose(young, Wish(""), Demands()) == Chosen("1.0", NOW, 1, (f"sha256:{'ab' * 32}",))
    assert choose(young, Wish(""), Demands(days(1), 1)) == NoRelease(
        "its one release will not do (1.0: uploaded on 2026-11-23, less than 1 day ago)"
    )


def test_where_some_file_of_each_release_has_no_time_none_is_old_enough() -> None:
    files = [file("1.0"), file("1.0", "-py3-none-any.whl", uploaded=None)]

    assert choose(files, Wish(""), DEMANDS) == NoRelease(
        "its one release will not do (1.0: without a time of upload)"
    )


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
    assert choose(files, wish, DEMANDS) == NoRelease(why)
