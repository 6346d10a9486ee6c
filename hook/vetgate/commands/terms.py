"""What a command line says of a new allowance, turned into an entry or a clear refusal."""

from __future__ import annotations

import re
from argparse import Namespace
from calendar import monthrange
from datetime import date, timedelta

from vetgate.commands.policies import known_rules
from vetgate.errors import PolicyError, UsageError
from vetgate.model.pattern import pattern
from vetgate.model.policy import Allowance
from vetgate.policyfile.entry import Entry
from vetgate.policyfile.reading import read

_SPAN = pattern(r"([1-9][0-9]{0,3})([dwm])\Z", re.ASCII)
_DAY = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_DAYS = {"d": 1, "w": 7}
_FORMS = "write a date as in 2027-05-23, or a time from today as in 90d, 12w or 6m"
_FIRST = "allow[0]."


def entry_of(options: Namespace, today: date, by: str | None) -> Entry:
    """Return the entry asked for, its reason blank where none is given; raises `UsageError`."""
    for option in ("name", "versions", "reason", "by"):
        refuse_no_text(option, getattr(options, option))
    return Entry(
        name=options.name,
        reason=(options.reason or "").strip(),
        versions=None if options.versions is None else options.versions.strip(),
        rules=tuple(dict.fromkeys(options.rule)) if options.rule else None,
        by=(by if options.by is None else options.by.strip()),
        on=today,
        expires=None if options.expires is None else end_of(options.expires, today),
    )


def checked(entry: Entry) -> Allowance:
    """Return what the policy reader makes of an entry; raises `UsageError` in its words.

    One reader judges what a person wrote into the file and what a command line would.
    """
    try:
        policy = read("\n".join(entry.block()).encode(), "", known_rules())
    except PolicyError as error:
        problem = error.problem.removeprefix(_FIRST)
        raise UsageError(problem, hint=error.hint()) from None
    return policy.allow[0]


def end_of(text: str, today: date) -> date:
    """Return the last day that an end names; raises `UsageError`, also for a day that is past."""
    span = _SPAN.match(text)
    if span is not None:
        count, unit = int(span[1]), span[2]
        if unit in _DAYS:
            return today + timedelta(days=count * _DAYS[unit])
        return _months_later(today, count)
    if _DAY.match(text) is None:
        raise UsageError(f"--expires: not a date: {text!r}", hint=_FORMS)
    try:
        end = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--expires: no such day: {text}", hint=_FORMS) from None
    if end < today:
        raise UsageError(f"--expires: {text} is past", hint=_FORMS)
    return end


def _months_later(today: date, count: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def refuse_no_text(option: str, said: str | None) -> None:
    """Raise `UsageError` for what holds bytes that were no text where it was typed."""
    try:
        (said or "").encode()
    except UnicodeEncodeError:
        where = option if option == "name" else f"--{option}"
        raise UsageError(f"{where}: not text in the terminal's own encoding") from None
