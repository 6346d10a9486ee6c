"""The policy in force: where it is looked for, and what the rules let it say."""

from __future__ import annotations

import os

from vetgate.errors import PolicyError
from vetgate.model.policy import Policy
from vetgate.policyfile.finding import Found, find


def policy_for(root: str, folder: str, *, start: str | None = None) -> Policy:
    """Read the nearest policy upwards from `start`, as far as the project's root.

    `folder` is where the command was given: paths are told as seen from there, and the search
    starts there if nothing else is said. Raises `PolicyError`; without a file the defaults hold.
    """
    try:
        found = find(folder if start is None else start, root)
    except PolicyError as error:
        if error.path is not None:
            error.path = os.path.relpath(error.path, folder)
        raise
    return Policy() if found is None else read_found(found, folder)


def read_found(found: Found, folder: str) -> Policy:
    """Read a policy file; raises `PolicyError`, with its path as seen from a folder."""
    from vetgate.policyfile.reading import read

    shown = os.path.relpath(found.path, folder)
    return read(found.content, shown, known_rules(), table=found.table)


def known_rules() -> dict[str, frozenset[str]]:
    """Return what a policy may say of each rule, for the policy reader."""
    from vetgate.rules import RULES

    return {
        rule.id: frozenset(rule.limits) | ({"in-manifest"} if rule.in_manifest_level else set())
        for rule in RULES
    }
