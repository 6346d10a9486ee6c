"""The name could be taken for a far more popular one.

## What it signals
A package whose name is like that of one at least 100 times as popular, and that is not itself among
the most downloaded: other separators, letters that look the same (`l`, `1` and `i`; `rn` and `m`),
the same words in another order, a word for Python more or less, or one slip of the keyboard.

## Why it is a risk
Such names are registered to be installed by mistake; the name is all that the attack needs.

## Example
    reqeusts           # requests was meant, and is 100 times as popular at least

## What to do
Correct the name.
If it is this package that you mean, vouch for it: a pin does not exempt, since the wrong name is
pinned as easily as the right one.

## Limits
Knows the 15,000 most downloaded names, and is silent about these themselves.
Fewer slips count for short names, and for names that are less popular; one slip is all.
Chance makes names alike, too: of all names below the most downloaded it fires on 1 in 270.
Where nobody could count its downloads, only names like the 1,000 most downloaded are told; that
another one could not be told, a pin or any allowance excuses.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.facts import FactName, Known, Likeness, PackageFacts, Unknown
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, could_not_tell, is_there, told_by

_TIMES = 100
_FLOORS = (
    (100, 303_000_000),
    (1000, 16_800_000),
    (2000, 4_700_000),
    (5000, 805_000),
    (8000, 254_000),
    (10_000, 148_000),
    (15_000, 57_000),
)
"""Downloads in a month of packages up to a rank, at least (top-pypi-packages, 2026-04-01)."""

_WHAT = "whether its name is like a popular one"


def _asks(facts: PackageFacts, _limits: Limits) -> frozenset[FactName]:
    alike, downloads = facts.imitates, facts.downloads
    if isinstance(alike, Unknown):
        return frozenset({"imitates"})
    counted = isinstance(downloads, Known) and not downloads.value.at_least
    return frozenset() if counted or not alike.value else frozenset({"downloads"})


def _check(_change: Incoming, facts: PackageFacts, _limits: Limits) -> Iterator[Signal]:
    if not is_there(facts):
        return
    known = asked(facts.imitates, _WHAT)
    if isinstance(known, Signal):
        yield known
        return
    downloads = facts.downloads
    # What is not among the most downloaded has fewer downloads than the last of them.
    counted = isinstance(downloads, Known) and not downloads.value.at_least
    most = downloads.value.a_month if counted and isinstance(downloads, Known) else _FLOORS[-1][1]
    for alike in known.value:
        if most * _TIMES <= _floor(alike.rank):
            yield _seen(alike, known)
            return
    if known.value and not counted:
        why = downloads.why if isinstance(downloads, Unknown) else "only a lower bound is known"
        yield could_not_tell(
            f"whether {known.value[0].name}, which its name is like, is far more popular", why
        )


def _floor(rank: int) -> int:
    return next((floor for most, floor in _FLOORS if rank <= most), 0)


def _seen(alike: Likeness, known: Known[tuple[Likeness, ...]]) -> Signal:
    return Signal(
        f"could be taken for {alike.name}, which is far more popular (number {alike.rank:,} by "
        f"downloads): {alike.how}",
        evidence={
            "resembles": [one.name for one in known.value],
            "rank": alike.rank,
            "how": alike.how,
            **told_by(known),
        },
    )


RULE = Rule(
    id="lookalike",
    title="a name like a popular one",
    doc=__doc__,
    default_level=Level.BLOCK,
    exempted_by=frozenset({Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "imitates", "downloads"}),
    asks=_asks,
    unknown_exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
)
