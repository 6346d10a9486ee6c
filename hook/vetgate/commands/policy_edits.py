"""Changing the policy file in force: one edit at a time, checked before it is written."""

from __future__ import annotations

import os
from collections.abc import Callable

from vetgate.commands.policies import Ask, read_found, read_layers
from vetgate.commands.states import project_root
from vetgate.errors import PolicyError
from vetgate.model.policy import Allowance, Policy
from vetgate.model.record import Record
from vetgate.policyfile.finding import FILE_NAME, Found, find
from vetgate.tomlmap import Node, load
from vetgate.writing import alone, replace


class Draft(Record):
    """The policy that an edit begins with."""

    found: Found
    shown: str
    """Its path as seen from where the command was given."""
    policy: Policy
    """With what it extends."""
    exists: bool
    own: tuple[Allowance, ...]
    """The entries of the file itself, in its order: an edit reaches no others."""


def draft(folder: str, asking: Ask | None = None, *, start: str | None = None) -> Draft:
    """Return the policy in force, or an empty one at the project's root; raises `PolicyError`.

    It is searched for from `start` upwards, or else from `folder`, which paths are told from.
    `asking` tells how what it extends may be asked for; an edit then has it from the cache.
    """
    root = project_root(folder) or folder
    there = find(start or folder, root)
    found = there or Found(os.path.join(root, FILE_NAME), b"")
    return _drafted(found, folder, asking, exists=there is not None)


def redrafted(before: Draft, content: bytes, folder: str) -> Draft:
    """Return what an edit of a policy leaves, from the cache; raises `PolicyError`."""
    return _drafted(before.found._replace(content=content), folder, None, exists=before.exists)


def _drafted(found: Found, folder: str, asking: Ask | None, *, exists: bool) -> Draft:
    made = read_layers(found, folder, asking)
    own = made.layers[0].allow
    return Draft(found, os.path.relpath(found.path, folder), made.policy, exists, own)


def edit(folder: str, change: Callable[[Draft], bytes]) -> Policy:
    """Read, change, check and replace the policy file while no other edit runs.

    `change` works on what the file holds then, so that two edits at once lose nothing. Returns the
    policy as it is afterwards; raises what `change` raises, and `PolicyError`, with the file as it
    was.
    """
    with alone(project_root(folder) or folder, PolicyError):
        before = draft(folder)
        content = change(before)
        # A policy that cannot be read would stop every commit: then rather no edit.
        after = _policy(before.found._replace(content=content), folder)
        if content != before.found.content:
            _write(before, content)
    return after


def _policy(found: Found, folder: str) -> Policy:
    """Read an edited policy; without its last entry, a table in a project file may be gone."""
    document = Node.root(load(found.content, found.path, PolicyError))
    return Policy() if document.reach(*found.table) is None else read_found(found, folder)


def _write(before: Draft, content: bytes) -> None:
    try:
        old = before.found.content if before.exists else None
        replace(before.found.path, old, content, PolicyError)
    except PolicyError as error:
        # Told as every other error about the file is.
        raise PolicyError(error.problem, path=before.shown, hint=error.hint()) from error
