"""What is said of most commits; by itself, so that they import nothing else of `render`."""

from __future__ import annotations

NOTHING_TO_JUDGE = "vetgate: nothing to judge"
