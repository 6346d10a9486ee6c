"""`vetgate init`: set a project up: a first policy, the pre-commit stanza, a baseline.

Nothing that is there is overwritten, and nothing is written before somebody agreed: at a terminal
by an answer, elsewhere by `--yes`. A guess at what is private comes into force by an answer only.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timezone

from vetgate import __version__
from vetgate.commands.answer import Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.guesses import Guesses
from vetgate.commands.init_baseline import vouch
from vetgate.commands.init_guesses import guess
from vetgate.commands.policy_edits import Draft, draft
from vetgate.commands.prompting import ask, can_ask, show
from vetgate.commands.states import project_root
from vetgate.errors import USAGE, PolicyError, UsageError
from vetgate.policyfile.first import first_policy
from vetgate.precommit import FILE_NAME, with_hook
from vetgate.render.errors import error_text
from vetgate.render.set_up import NEXT, Step, guesses_text, plan_text, wrote_text
from vetgate.writing import alone, replace

_YES = ("y", "yes")


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Plan, show, ask, write, and judge what is there already; raises `GateError`."""
    if options.git_hook:
        for option in ("yes", "baseline", "dry_run"):
            if getattr(options, option):
                shown = option.replace("_", "-")
                raise UsageError(f"--git-hook does not go with --{shown}")
        from vetgate.commands.git_hook import write_hooks

        return write_hooks(folder)
    root = project_root(folder)
    offline = is_offline(environment, asked=options.offline)
    asking = Asking(environment, datetime.now(timezone.utc), offline, options.timeout)
    policy = draft(folder, lambda: asking)
    guessed = Guesses() if policy.exists else guess(root or folder, asking)
    steps, said = _plan(policy, guessed, root, folder)
    judged = options.baseline or not policy.exists
    if options.dry_run:
        said += [plan_text(steps)] if steps else []
        return _with(said, vouch(folder, asking, guessed, write=None) if judged else None)
    if steps and not options.yes:
        if not can_ask():
            refusal = UsageError("nobody can be asked here", hint="to write this, say --yes")
            return Answer("\n".join([*said, plan_text(steps)]), USAGE, (error_text(refusal),))
        show(plan_text(steps))
        if (ask("write this? [y/N] ") or "").lower() not in _YES:
            return Answer("nothing was written")
        steps, guessed = _agreed(steps, policy, guessed)
    with alone(root or folder, PolicyError):
        for step in steps:
            replace(os.path.join(folder, step.shown), step.before, step.after, PolicyError)
    said += wrote_text(steps)
    if guessed != Guesses():
        said.append(f"note: {policy.shown} guesses at what is private, in comments: look at them")
    said += NEXT if root is not None and steps else ()
    return _with(said, vouch(folder, asking, guessed, write=options.baseline) if judged else None)


def _with(said: list[str], judged: Answer | None) -> Answer:
    if judged is None:
        return Answer("\n".join(said))
    return judged._replace(text="\n".join([*said, "", judged.text] if said else [judged.text]))


def _plan(
    policy: Draft, guessed: Guesses, root: str | None, folder: str
) -> tuple[list[Step], list[str]]:
    """Return the files to write, and what is to be said of those that stay as they are."""
    steps: list[Step] = []
    said: list[str] = []
    if policy.exists:
        said.append(f"{policy.shown}: the policy is there already")
    else:
        first = first_policy(guessed.private, guessed.indexes, agreed=False)
        steps.append(Step(policy.shown, None, first))
    if root is None:
        said.append("note: not in a git work tree, so there is no hook to set up")
        return steps, said
    path = os.path.join(root, FILE_NAME)
    shown = os.path.relpath(path, folder)
    before = _content(path, shown)
    after = with_hook(before, __version__)
    if after == before:
        said.append(f"{shown}: the hook is there already")
    else:
        steps.append(Step(shown, before, after))
    return steps, said


def _agreed(steps: list[Step], policy: Draft, guessed: Guesses) -> tuple[list[Step], Guesses]:
    """Ask whether the guesses are right; what is agreed to or not is no guess any more."""
    if guessed == Guesses():
        return steps, guessed
    show(guesses_text(guessed.private, guessed.indexes))
    answer = ask("are these your own, and to be in force? [y/N] ")
    if answer is None:
        raise UsageError("nobody is there any more, and nothing was written")
    if answer.lower() not in _YES:
        return steps, Guesses()
    first = first_policy(guessed.private, guessed.indexes, agreed=True)
    return [
        step._replace(after=first) if step.shown == policy.shown else step for step in steps
    ], Guesses()


def _content(path: str, shown: str) -> bytes | None:
    if os.path.islink(path):
        raise PolicyError("is a symbolic link, and is not edited", path=shown)
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise PolicyError(f"cannot be read: {reason}", path=shown) from error
