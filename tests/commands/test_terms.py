"""What a command line may say of a new allowance, and the line for what it may not."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

import pytest

from vetgate.commands.terms import checked, end_of, entry_of
from vetgate.errors import UsageError
from vetgate.policyfile.entry import Entry

TODAY = date(2026, 11, 23)
FORMS = "write a date as in 2027-05-23, or a time from today as in 90d, 12w or 6m"


def asked(**changed: str | list[str]) -> Namespace:
    said: dict[str, str | list[str] | None] = dict.fromkeys(
        ("versions", "rule", "reason", "expires", "by")
    )
    return Namespace(**{**said, "name": "Evil", **changed})


def refusal(entry: Entry) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        checked(entry)
    return str(caught.value), caught.value.hint()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2027-05-23", date(2027, 5, 23)),
        ("2026-11-23", TODAY),
        ("1d", date(2026, 11, 24)),
        ("180d", date(2027, 5, 22)),
        ("2w", date(2026, 12, 7)),
        ("1m", date(2026, 12, 23)),
        ("2m", date(2027, 1, 23)),
        ("9999m", date(2860, 2, 23)),
    ],
)
def test_an_end_is_a_day_or_a_time_from_today(text: str, end: date) -> None:
    assert end_of(text, TODAY) == end


def test_months_end_with_the_last_day_of_a_shorter_month() -> None:
    assert end_of("3m", date(2026, 11, 30)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-11-22", "--expires: 2026-11-22 is past"),
        ("2027-02-30", "--expires: no such day: 2027-02-30"),
        ("0d", "--expires: not a date: '0d'"),
        ("-1d", "--expires: not a date: '-1d'"),
        ("1y", "--expires: not a date: '1y'"),
        ("10000d", "--expires: not a date: '10000d'"),
        ("20270523", "--expires: not a date: '20270523'"),
        ("1d\n", "--expires: not a date: '1d\\n'"),
        ("", "--expires: not a date: ''"),
    ],
)
def test_any_other_end_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        end_of(text, TODAY)

    assert (str(caught.value), caught.value.hint()) == (problem, FORMS)


def test_an_entry_holds_what_was_said_once_each() -> None:
    said = asked(
        versions=" >=1.2,<2 ", rule=["unpopular", "removed", "unpopular"], reason=" x ", by=" me "
    )

    assert entry_of(said, TODAY, None) == Entry(
        "Evil", "x", versions=">=1.2,<2", rules=("unpopular", "removed"), by="me", on=TODAY
    )


def test_who_vouches_is_whom_git_knows_unless_somebody_is_named() -> None:
    assert entry_of(asked(), TODAY, "dev@acme.example").by == "dev@acme.example"
    assert entry_of(asked(by="me"), TODAY, "dev@acme.example").by == "me"


@pytest.mark.parametrize(
    ("entry", "problem", "hint"),
    [
        (Entry("ev il", "x"), "not a project name: 'ev il'", "an allowance is for one package;"),
        (Entry("acme-*", "x"), "not a project name: 'acme-*'", "an allowance is for one package;"),
        (Entry("", "x"), "not a project name: ''", "an allowance is for one package;"),
        (Entry("evil", "x", versions=">>1"), "not a version specifier: '>>1'", "write it as in"),
        (Entry("evil", "x", versions=""), "versions is blank", "leave the key out"),
        (Entry("evil", "x", by=""), "by is blank", ""),
        (Entry("evil", "x", rules=("unpoplar",)), "unknown rule 'unpoplar'", "did you mean unpop"),
    ],
)
def test_what_the_policy_reader_refuses_is_refused_in_its_words(
    entry: Entry, problem: str, hint: str
) -> None:
    said, way_out = refusal(entry)

    assert said == problem
    assert way_out.startswith(hint)


@pytest.mark.parametrize(("option", "where"), [("name", "name"), ("reason", "--reason")])
def test_bytes_that_are_no_text_are_refused(option: str, where: str) -> None:
    with pytest.raises(UsageError) as caught:
        entry_of(asked(**{option: "a\udc80"}), TODAY, None)

    assert str(caught.value) == f"{where}: not text in the terminal's own encoding"
