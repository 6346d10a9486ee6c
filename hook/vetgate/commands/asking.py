"""How facts may be looked up in one run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vetgate.model.record import Record


class Asking(Record):
    """How facts may be looked up."""

    environment: Mapping[str, str]
    now: datetime
    offline: bool = False
    timeout: float = 5.0
    """Seconds for all look-ups together."""


def is_offline(environment: Mapping[str, str], *, asked: bool) -> bool:
    """Whether nobody may be asked."""
    return asked or environment.get("VETGATE_OFFLINE", "") not in ("", "0")
