"""The policy file: found, read and checked; nothing in it is guessed."""

from __future__ import annotations

from vetgate.policyfile.finding import FILE_NAME, find
from vetgate.policyfile.reading import read

__all__ = ["FILE_NAME", "find", "read"]
