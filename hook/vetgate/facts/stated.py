"""What a snapshot says of a source that it was built from."""

from __future__ import annotations

from datetime import datetime

from vetgate.model.record import Record


class Source(Record):
    """What went into a build: its kind, itself in words, whose terms it is under, how far it goes.

    `as_of` is aware UTC; `serial` is the last entry of the index's journal that it knows of.
    """

    kind: str
    told: str
    licence: str
    as_of: datetime
    serial: int | None = None
    rows: int = 0
