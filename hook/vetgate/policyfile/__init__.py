"""The policy file: found, read and checked; nothing in it is guessed."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.policy import Policy
from vetgate.policyfile.finding import FILE_NAME, Found, find

__all__ = ["FILE_NAME", "Found", "find", "read"]


def read(
    content: bytes,
    path: str,
    known: Mapping[str, frozenset[str]],
    *,
    table: tuple[str, ...] = (),
) -> Policy:
    """Read and check a policy, as `reading.read` says.

    Many projects have none: what reads one is imported for those that have.
    """
    from vetgate.policyfile import reading

    return reading.read(content, path, known, table=table)
