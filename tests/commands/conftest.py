"""What is published, for the commands that fetch it."""

from __future__ import annotations

from updating.conftest import server, signed, unsigned

__all__ = ["server", "signed", "unsigned"]
