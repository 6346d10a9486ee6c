"""How facts may be looked up in one run, and where what was learned is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # a commit that changes no dependency needs no clock
    from datetime import datetime


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


def cache_folder(environment: Mapping[str, str]) -> str:
    """Return the folder that live answers are kept in."""
    named = environment.get("VETGATE_CACHE_DIR")
    if named:
        return named
    # Each platform has its own place for caches; the library knows them all.
    from platformdirs import user_cache_dir

    return os.path.join(user_cache_dir("vetgate", appauthor=False))


def snapshot_folder(environment: Mapping[str, str]) -> str:
    """Return the folder of the snapshot that `vetgate update` fetches, and of whom it is from.

    It is no cache: who clears those must not take away whom to trust, nor a gate's facts.
    """
    named = environment.get("VETGATE_CACHE_DIR")
    if named:
        return os.path.join(named, "snapshot")
    if sys.platform in {"win32", "darwin"}:
        from platformdirs import user_data_dir

        return os.path.join(user_data_dir("vetgate", appauthor=False), "snapshot")
    # What platformdirs says (a test compares), without what importing it costs every commit.
    data = environment.get("XDG_DATA_HOME", "")
    if not data.strip():
        home = environment.get("HOME") or os.path.expanduser("~")
        data = os.path.join(home, ".local", "share")
    return os.path.join(data, "vetgate", "snapshot")
