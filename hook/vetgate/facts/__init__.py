"""Where facts come from: the snapshot, the cache of live answers, live look-ups, in that order."""

from __future__ import annotations
