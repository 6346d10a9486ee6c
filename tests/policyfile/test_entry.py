"""An allowance as it is written into a policy."""

from __future__ import annotations

from datetime import date

from vetgate.errors import PolicyError
from vetgate.policyfile.entry import Entry
from vetgate.tomlmap import load

WHOLE = Entry(
    "evil",
    'a "reason"',
    versions=">=1.2,<2",
    rules=("unpopular", "no-repository"),
    by="dev@acme.example",
    on=date(2026, 11, 23),
    expires=date(2027, 5, 23),
)


def test_an_entry_is_written_key_by_key_as_the_design_has_it() -> None:
    assert WHOLE.block("tool", "vetgate") == [
        "[[tool.vetgate.allow]]",
        'name = "evil"',
        'versions = ">=1.2,<2"',
        'rules = ["unpopular", "no-repository"]',
        'reason = "a \\"reason\\""',
        'by = "dev@acme.example"',
        "on = 2026-11-23",
        "expires = 2027-05-23",
    ]


def test_what_is_not_said_is_not_written() -> None:
    assert Entry("evil", "x").block() == ["[[allow]]", 'name = "evil"', 'reason = "x"']


def test_the_inline_form_says_the_same() -> None:
    content = f"allow = [{WHOLE.inline()}]".encode()
    block = "\n".join(WHOLE.block()).encode()

    assert load(content, "x", PolicyError).data == load(block, "x", PolicyError).data
