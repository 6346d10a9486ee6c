"""What the expressions do with texts, in the words that every engine reads alike.

Patterns are of the kind that RE2, Java and Python share, and hold no backslash.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def first(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Take what the pattern's first group finds; empty if it finds nothing."""
    return text.re_extract(pattern, 1).fill_null("")


def second(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Take what the pattern's second group finds; empty if it finds nothing."""
    return text.re_extract(pattern, 2).fill_null("")


def normal(text: ir.StringValue) -> ir.StringValue:
    """Normalise a name (PEP 503)."""
    dashed = text.lower().replace("_", "-").replace(".", "-")
    # Few names have two in a row, and a pattern costs several times as much as all the rest.
    return dashed.contains("--").ifelse(dashed.re_replace("-+", "-"), dashed)


def without_blanks(text: ir.StringValue) -> ir.StringValue:
    """Take out what `string.whitespace` holds, as a range: Spark cannot spell all of it."""
    return text.re_replace("[\t-\r ]+", "")


def plain_word(text: ir.StringValue) -> ir.StringValue:
    """Drop blanks and punctuation, as well-known labels are normalised.

    What is neither becomes a digit, so that it stays in the way of an equal.
    """
    ascii_only = without_blanks(text).re_replace("[^ -~]", "0")
    return ascii_only.re_replace("[^A-Za-z0-9]", "").lower()


def has_any(text: ir.StringValue, marks: Iterable[str]) -> ir.BooleanValue:
    """Tell whether a text holds one of the marks."""
    return reduce(or_, (text.contains(mark) for mark in marks))


def ends_with_any(text: ir.StringValue, endings: Iterable[str]) -> ir.BooleanValue:
    """Tell whether a text ends with one of these."""
    return reduce(or_, (text.endswith(ending) for ending in endings))
