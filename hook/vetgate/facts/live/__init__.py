"""Live look-ups: the index and the services, in one parallel batch with one deadline."""

from __future__ import annotations
