"""`vetgate pin`: write the version to take into the manifest."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timezone

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.pin_choices import choices
from vetgate.commands.pin_edits import PinEdits
from vetgate.commands.pin_targets import Targets, UnreadError, blocking, everything, named
from vetgate.commands.policies import in_force
from vetgate.commands.screen import colour, width
from vetgate.commands.states import project_root
from vetgate.errors import UNDECIDED, UsageError
from vetgate.model.policy import Policy
from vetgate.pinning.choosing import Chosen
from vetgate.render.errors import error_text
from vetgate.render.pinned import Left, diff_text, pinned_text

_PINNED_ALREADY = "it is pinned already"


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Choose releases, and write them where the packages are required; raises `GateError`."""
    if is_offline(environment, asked=False):
        raise UsageError(
            "a pin needs the index, and nobody may be asked", hint="unset VETGATE_OFFLINE"
        )
    asking = Asking(environment, datetime.now(timezone.utc), timeout=options.timeout)
    root = project_root(folder)
    # As for `check`: a commit is the whole repository's, and judged by the policy at its root.
    start = folder if options.everything or options.names else root
    policy = in_force(root or folder, folder, lambda: asking, start=start).policy
    try:
        targets = _targets(options, folder, policy, asking)
    except UnreadError as error:
        talk = [error_text(one) for one in error.errors]
        return Answer("", UNDECIDED, (*talk, "nothing was decided"))
    return _pinned(options, targets, policy, asking, root, folder)


def _targets(options: Namespace, folder: str, policy: Policy, asking: Asking) -> Targets:
    if options.everything:
        return everything(options.names, folder, policy, asking.environment)
    if options.names:
        return named(options.names, folder, policy, asking)
    if project_root(folder) is None:
        raise UsageError(
            "what a commit would bring in is told by git, and this is not in a git work tree",
            hint="name the packages, or pin all that the manifests declare with --all",
        )
    return blocking(folder, policy, asking)


def _pinned(
    options: Namespace,
    targets: Targets,
    policy: Policy,
    asking: Asking,
    root: str | None,
    folder: str,
) -> Answer:
    edits = PinEdits(root or folder, asking.environment, hashes=options.hashes)
    left = [Left(one.location, one.requirement, why) for one, why in targets.left]
    # What no pin is for is no failure where nobody asked for that one.
    fine = 0
    if options.everything:
        fine = len(left)
    elif options.names:
        fine = sum(one.why == _PINNED_ALREADY for one in left)
    chosen = choices(targets.wanted, edits.state, policy, asking, pre=options.pre)
    for target, choice in chosen.made:
        why = edits.pin(target, choice) if isinstance(choice, Chosen) else choice.why
        if why is not None:
            left.append(Left(target.dependency.location, target.dependency.requirement, why))
    edits.make()
    pinned = edits.pinned()
    code = PASSED if len(left) == fine else BLOCKED
    if not pinned and not left:
        everywhere = options.everything or options.names
        none = "all is pinned" if everywhere else "nothing that is staged is blocked"
        return Answer(f"nothing to pin: {none}", talk=targets.talk)
    if not options.dry_run:
        edits.write()
    text = pinned_text(
        pinned,
        left,
        width=width(asking.environment),
        colour=not options.dry_run and colour(asking.environment),
        add=edits.to_stage(folder) if root is not None and not options.dry_run else (),
    )
    talk = (*dict.fromkeys((*targets.talk, *chosen.talk)), *edits.notes())
    if options.dry_run:
        diff = "\n".join(diff_text(path, *texts) for path, *texts in edits.texts())
        return Answer(diff, code, (*talk, text, "dry run: nothing was written"))
    return Answer(text, code, talk)
