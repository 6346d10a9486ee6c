"""`vetgate check`: judge what a commit would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.policies import policy_for
from vetgate.commands.states import Asked, find
from vetgate.errors import UNDECIDED, USAGE, GateError
from vetgate.model.policy import Policy
from vetgate.model.verdict import Outcome, SnapshotSummary, Verdict

if TYPE_CHECKING:
    from argparse import Namespace

    from vetgate.render.advice import Advice


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Compare, look up, judge and render; raises nothing but bugs."""
    asked = Asked(tuple(options.files), options.from_ref, options.to_ref, options.everything)
    try:
        found = find(asked, folder, environment)
        # A commit is the whole repository's, wherever in it the command was given: a policy further
        # down must not vouch for what stands above it.
        start = folder if options.everything else found.root
        policy = policy_for(found.root, folder, start=start)
        if found.errors:
            return _refused(found.errors, options)
        if options.format == "text" and not found.changes:
            return _answer(Verdict(Outcome.PASSED), None, (), policy, options, environment)
        from vetgate.commands.asking import Asking, is_offline
        from vetgate.commands.judging import rule

        offline = is_offline(environment, asked=options.offline)
        asking = Asking(environment, datetime.now(timezone.utc), offline, options.timeout)
        ruling = rule(found.changes, policy, asking, summarise=options.format == "json")
    except GateError as error:
        return _refused((error,), options)
    return _answer(ruling.verdict, ruling.snapshot, ruling.talk, policy, options, environment)


def _answer(
    verdict: Verdict,
    snapshot: SnapshotSummary | None,
    talk: tuple[str, ...],
    policy: Policy,
    options: Namespace,
    environment: Mapping[str, str],
) -> Answer:
    code = BLOCKED if verdict.outcome is Outcome.BLOCKED else PASSED
    if options.format == "json":
        from vetgate.render.json_check import check_document

        return Answer(check_document(verdict, (), snapshot), code, talk)
    from vetgate.commands.screen import colour, width
    from vetgate.render.text import check_text

    def advice() -> Advice:
        from vetgate.commands.advising import advice_for

        return advice_for(policy)

    text = check_text(verdict, advice, width=width(environment), colour=colour(environment))
    return Answer(text, code, talk)


def _refused(errors: Sequence[GateError], options: Namespace) -> Answer:
    """Tell all errors at once; a policy that is wrong is wrong usage, the rest is undecided."""
    from vetgate.render.errors import error_text

    talk = [error_text(error) for error in errors]
    code = USAGE if all(error.exit_code == USAGE for error in errors) else UNDECIDED
    if code == UNDECIDED:
        talk.append("nothing was decided")
    if options.format != "json":
        return Answer("", code, tuple(talk))
    from vetgate.render.json_check import check_document

    return Answer(check_document(Verdict(Outcome.PASSED), errors, None), code, tuple(talk))
