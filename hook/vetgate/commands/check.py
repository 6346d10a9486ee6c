"""`vetgate check`: judge what a commit would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.states import Asked, find
from vetgate.errors import UNDECIDED, USAGE, GateError
from vetgate.model.typed import TYPE_CHECKING
from vetgate.render.nothing import NOTHING_TO_JUDGE

if TYPE_CHECKING:
    from argparse import Namespace

    from vetgate.approval import Proposed
    from vetgate.model.policy import Policy
    from vetgate.model.verdict import Verdict
    from vetgate.render.exempting import Advice


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Compare, look up, judge and render; raises nothing but bugs."""
    asked = Asked(tuple(options.files), options.from_ref, options.to_ref, options.everything)

    def asking() -> Asking:
        from datetime import datetime, timezone

        offline = is_offline(environment, asked=options.offline)
        return Asking(environment, datetime.now(timezone.utc), offline, options.timeout)

    try:
        found = find(asked, folder, environment)
        # A commit is the whole repository's, wherever in it the command was given: a policy further
        # down must not vouch for what stands above it.
        start = folder if options.everything else found.root
        policy, proposed = _policies(options.policy_from, found.root, folder, start, asking)
        if found.errors:
            return _refused(found.errors, options)
        if options.format == "text" and not found.changes:
            # Most commits end here: neither a verdict nor the facts it speaks of are imported.
            return Answer(NOTHING_TO_JUDGE)
        from vetgate.commands.judging import rule

        summarise = options.format == "json"
        ruling = rule(found.changes, policy, asking(), summarise=summarise, proposed=proposed)
    except GateError as error:
        return _refused((error,), options)
    from vetgate.model.verdict import Outcome

    code = BLOCKED if ruling.verdict.outcome is Outcome.BLOCKED else PASSED
    if options.format == "json":
        from vetgate.render.json_check import check_document

        return Answer(check_document(ruling.verdict, (), ruling.snapshot), code, ruling.talk)
    text = _text(ruling.verdict, policy, proposed, environment, asking)
    return Answer(text, code, ruling.talk)


def _policies(
    ref: str | None, root: str, folder: str, start: str, asking: Callable[[], Asking]
) -> tuple[Policy, Proposed | None]:
    """Return the policy to judge by, and where that is an earlier one, the one there is now."""
    # Late: git is started before anything that can wait is imported.
    from vetgate.commands.policies import in_force

    now = in_force(root, folder, asking, start=start)
    if ref is None:
        return now.policy, None
    from vetgate.approval import Proposed
    from vetgate.commands.policy_at import policy_at

    return policy_at(ref, folder, asking, start=start).policy, Proposed(now.policy, now.place)


def _text(
    verdict: Verdict,
    policy: Policy,
    proposed: Proposed | None,
    environment: Mapping[str, str],
    asking: Callable[[], Asking],
) -> str:
    from vetgate.commands.screen import colour, width
    from vetgate.render.text import check_text

    def advice() -> Advice:
        from vetgate.commands.advising import advice_for

        now = asking().now
        if proposed is None:
            return advice_for(policy, now)
        return advice_for(policy._replace(path=proposed.policy.path), now)._replace(by_others=True)

    return check_text(verdict, advice, width=width(environment), colour=colour(environment))


def _refused(errors: Sequence[GateError], options: Namespace) -> Answer:
    """Tell all errors at once; a policy that is wrong is wrong usage, the rest is undecided."""
    from vetgate.render.errors import error_text

    talk = [error_text(error) for error in errors]
    code = USAGE if all(error.exit_code == USAGE for error in errors) else UNDECIDED
    if code == UNDECIDED:
        talk.append("nothing was decided")
    if options.format != "json":
        return Answer("", code, tuple(talk))
    from vetgate.model.verdict import Outcome, Verdict
    from vetgate.render.json_check import check_document

    return Answer(check_document(Verdict(Outcome.PASSED), errors, None), code, tuple(talk))
