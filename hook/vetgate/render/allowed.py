"""What `allow` and `disallow` say they did."""

from __future__ import annotations

from collections.abc import Sequence

from vetgate.model.policy import Allowance
from vetgate.model.record import Record
from vetgate.render.canvas import Canvas


class Allowed(Record):
    """An allowance as it was written, and what it does under the policy in force."""

    allowance: Allowance
    exempted: tuple[str, ...]
    """The rules that it exempts from."""
    judging: tuple[str, ...]
    """The rules that judge the package all the same."""


def allowed_text(allowed: Allowed, *, width: int, colour: bool) -> str:
    """Tell what was written where, what it exempts from, and what it does not."""
    one = allowed.allowance
    canvas = Canvas(width, colour=colour)
    end = "" if one.expires is None else f" until {one.expires.isoformat()}"
    canvas.paragraph(f"{_where(one)}: ", (one.name, "bold"), f" is allowed{end}")
    canvas.paragraph(f"exempts it from: {_rules(allowed.exempted)}", depth=1)
    canvas.paragraph(f"does not exempt it from: {_rules(allowed.judging)}", depth=1)
    if one.versions is not None:
        canvas.paragraph(f"only where nothing outside of {one.versions} is admitted", depth=1)
    return canvas.text()


def taken_back_text(gone: Sequence[Allowance]) -> str:
    """Tell which allowances were taken back."""
    canvas = Canvas(10_000, colour=False)
    for one in gone:
        rules = "every rule but malware" if one.rules is None else ", ".join(sorted(one.rules))
        canvas.verbatim(
            f"{_where(one)}: {one.name} is no longer allowed: "
            f"{one.versions or 'every version'}, {rules}"
        )
    return canvas.text()


def _where(one: Allowance) -> str:
    return f"{one.location.file}:{one.location.line}"


def _rules(rules: Sequence[str]) -> str:
    return ", ".join(rules) or "nothing"
