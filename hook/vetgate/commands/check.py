"""`vetgate check`: judge what a commit would change."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.policies import policy_for
from vetgate.commands.states import Asked, Found, find
from vetgate.errors import UNDECIDED, GateError
from vetgate.model.change import Removed
from vetgate.model.policy import Policy
from vetgate.model.verdict import Outcome, Verdict


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Compare, look up, judge and render; raises `GateError` where nothing can be decided."""
    asked = Asked(tuple(options.files), options.from_ref, options.to_ref, options.everything)
    try:
        found = find(asked, folder, environment)
        policy = policy_for(found.root, folder)
    except GateError as error:
        return _refused((error,), options.format)
    if found.errors:
        return _refused(found.errors, options.format)
    incoming = [change for change in found.changes if not isinstance(change, Removed)]
    if not incoming:
        return _answer(Verdict(Outcome.PASSED), (), policy, options, environment)
    return _judged(found, policy, options, environment)


def _judged(
    found: Found, policy: Policy, options: Namespace, environment: Mapping[str, str]
) -> Answer:
    from vetgate.commands.judging import judged

    verdict, talk = judged(
        found.changes,
        policy,
        environment,
        offline=options.offline,
        timeout=options.timeout,
        now=datetime.now(timezone.utc),
    )
    return _answer(verdict, talk, policy, options, environment)
