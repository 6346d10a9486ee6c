"""`vetgate allow`: vouch for a package; list, check or prune who vouched for what."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone

from vetgate.commands.advising import advice_for
from vetgate.commands.answer import Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.policy_edits import Draft, draft, edit
from vetgate.commands.presence import refuse_absent
from vetgate.commands.prompting import ask, can_ask
from vetgate.commands.screen import colour, width
from vetgate.commands.states import project_root
from vetgate.commands.terms import checked, entry_of, refuse_no_text
from vetgate.commands.vouching import added, key, refuse_useless, warnings
from vetgate.engine import MALWARE
from vetgate.errors import UsageError
from vetgate.git.identity import author_email
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.render.allowed import Allowed, allowed_text
from vetgate.render.visible import visible
from vetgate.rules import RULES

_OF_AN_ENTRY = ("name", "versions", "rule", "reason", "expires", "by", "unlisted")
_UNSAID = "not said yet"


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Add an allowance, or look after those there are; raises `GateError`."""
    now = datetime.now(timezone.utc)
    if options.mode is not None:
        from vetgate.commands.allow_list import look_after

        for option in _OF_AN_ENTRY:
            if getattr(options, option):
                said = "a name" if option == "name" else f"--{option}"
                raise UsageError(f"--{options.mode} does not go with {said}")
        if options.only_expired is None:
            return look_after(options, environment, folder, now.date())
        from vetgate.commands.allow_expired import check_expired

        if options.mode != "check" or options.yes:
            raise UsageError("--only-expired goes with --check only")
        return check_expired(options, folder, now.date())
    if options.only_expired is not None:
        raise UsageError("--only-expired goes with --check only")
    for option in ("yes", "format"):
        if getattr(options, option):
            raise UsageError(f"--{option} goes with --list, --check or --prune only")
    if options.name is None:
        raise UsageError(
            "nothing to allow: name a package", hint="vetgate allow --list shows what is allowed"
        )
    asking = Asking(
        environment, now, is_offline(environment, asked=options.offline), options.timeout
    )
    return _add(options, asking, folder)


def _add(options: Namespace, asking: Asking, folder: str) -> Answer:
    if options.reason is None and not can_ask():
        raise UsageError("an allowance needs a reason", hint='say why: --reason "…"')
    if options.reason is not None and not options.reason.strip():
        raise UsageError("--reason is blank", hint="say why the package can be trusted")
    by = author_email(folder) if options.by is None else None
    entry = entry_of(options, asking.now.date(), by)
    wanted = checked(entry._replace(reason=entry.reason or _UNSAID))
    entry = entry._replace(name=wanted.name)
    policy = draft(folder, lambda: asking).policy
    refuse_useless(wanted, policy)
    talk: list[str] = []
    if not options.unlisted:
        talk += refuse_absent(wanted.name, policy, asking, wanted.rules)
    if options.reason is None:
        entry = entry._replace(reason=_asked_reason(wanted))
        wanted = checked(entry)
    said: list[str] = []

    def change(before: Draft) -> bytes:
        content, said[:] = added(before, entry, wanted, asking.now.date())
        said.extend(_of_commits(before, folder))
        return content

    after = edit(folder, change)
    talk += [*said, *warnings(entry, wanted)]
    told = next(one for one in after.allow if key(one) == key(wanted))
    allowed = Allowed(told, *_effect(told, after))
    columns, coloured = width(asking.environment), colour(asking.environment)
    return Answer(allowed_text(allowed, width=columns, colour=coloured), talk=tuple(talk))


def _of_commits(edited: Draft, folder: str) -> Iterator[str]:
    """Say of a policy below the root that it is not the one which commits are judged by."""
    root = project_root(folder)
    place = os.path.realpath(os.path.dirname(edited.found.path))
    if root is not None and place != os.path.realpath(root):
        yield (
            f"note: this is for what `vetgate check --all` judges by {visible(edited.shown)}; "
            "commits are judged by the policy at the root of the repository: allow it there too"
        )


def _asked_reason(wanted: Allowance) -> str:
    answer = ask(f"why can {wanted.name} be trusted? ")
    if not answer:
        raise UsageError("no reason was given, and nothing was written")
    refuse_no_text("reason", answer)
    return answer


def _effect(one: Allowance, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rules that an allowance exempts from, and those that still judge the package."""
    exemptions = advice_for(policy).exemptions
    exempted: list[str] = []
    judging: list[str] = []
    for rule in RULES:
        own = policy.rules.get(rule.id, RulePolicy()).level
        if (own or rule.default_level) is Level.OFF:
            continue
        named = rule.id != MALWARE if one.rules is None else rule.id in one.rules
        covered = named and Exemption.ALLOW in exemptions[rule.id]
        (exempted if covered else judging).append(rule.id)
    return tuple(exempted), tuple(judging)
