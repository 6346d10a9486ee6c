"""What a source tells of itself once it has been laid down."""

from __future__ import annotations

from datetime import datetime

from vetgate.corpus.reading import Stated
from vetgate.model.record import Record

CC_BY = "CC BY 4.0"
"""Of the index's public data sets, and of what is derived from them."""

OWN = "not stated"


class Told(Record):
    """A source that was read: what it is, whose terms it is under, how far it goes."""

    kind: str
    told: str
    licence: str
    rows: int
    date: datetime | None = None
    """When it was true, if it says so itself."""
    serial: int | None = None
    notes: tuple[str, ...] = ()
    partial: bool = False
    """It is the top of a list, not all of it."""


def told(
    kind: str, words: str, licence: str, rows: int, stated: Stated, notes: tuple[str, ...] = ()
) -> Told:
    """Let what a file says of itself go before what its kind says."""
    return Told(
        kind,
        stated.source or words,
        stated.licence or licence,
        rows,
        stated.date,
        stated.serial,
        notes,
        stated.partial,
    )
