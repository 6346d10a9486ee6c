"""`vetgate allow`: vouch for a package; list, check or prune who vouched for what."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timezone

from vetgate.commands.advising import advice_for
from vetgate.commands.answer import Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.policy_edits import Draft, draft, edit
from vetgate.commands.presence import refuse_absent
from vetgate.commands.prompting import ask, can_ask
from vetgate.commands.screen import colour, width
from vetgate.commands.standing import covering
from vetgate.commands.terms import checked, entry_of
from vetgate.engine import MALWARE
from vetgate.errors import UsageError
from vetgate.git.identity import author_email
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.policyfile.editing import with_entry, without_entries
from vetgate.policyfile.entry import Entry
from vetgate.render.allowed import Allowed, allowed_text
from vetgate.rules import RULES

_OF_AN_ENTRY = ("name", "versions", "rule", "reason", "expires", "by", "unlisted")
_PLACEHOLDERS = frozenset({"…", "..."})
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
    _refuse_useless(wanted, policy)
    talk: list[str] = []
    if not options.unlisted:
        talk += refuse_absent(wanted.name, policy, asking, wanted.rules)
    if options.reason is None:
        entry = entry._replace(reason=_asked_reason(wanted))
        wanted = checked(entry)
    said: list[str] = []

    def change(before: Draft) -> bytes:
        content, said[:] = _added(before, entry, wanted, asking)
        return content

    after = edit(folder, change)
    talk += [*said, *_warnings(entry, wanted)]
    told = next(one for one in after.allow if _key(one) == _key(wanted))
    allowed = Allowed(told, *_effect(told, after))
    columns, coloured = width(asking.environment), colour(asking.environment)
    return Answer(allowed_text(allowed, width=columns, colour=coloured), talk=tuple(talk))


def _added(
    before: Draft, entry: Entry, wanted: Allowance, asking: Asking
) -> tuple[bytes, list[str]]:
    """Return the policy with the entry; one like it that is over makes room for it."""
    content, table = before.found.content, before.found.table
    said: list[str] = []
    for index, one in enumerate(before.own):
        if _key(one) != _key(wanted):
            continue
        where = f"{one.location.file}:{one.location.line}"
        if one.expires is None or one.expires >= asking.now.date():
            raise UsageError(
                f"{where}: {one.name} is allowed already for the same versions and rules",
                hint=f"to say it anew, take it back first: vetgate disallow {one.name}",
            )
        content = without_entries(content, before.shown, [index], table=table)
        said.append(f"note: replaces the entry that expired on {one.expires.isoformat()}")
    wider = covering(wanted, before.policy.allow, asking.now.date())
    if wider is not None:
        where = f"{wider.location.file}:{wider.location.line}"
        said.append(f"note: {where} allowed as much already")
    return with_entry(content, before.shown, entry, table=table), said


def _key(one: Allowance) -> tuple[str, str | None, frozenset[str] | None]:
    return one.name, one.versions, one.rules


def _asked_reason(wanted: Allowance) -> str:
    answer = ask(f"why can {wanted.name} be trusted? ")
    if not answer:
        raise UsageError("no reason was given, and nothing was written")
    return answer


def _refuse_useless(wanted: Allowance, policy: Policy) -> None:
    """Refuse an entry that names a rule which no allowance exempts from."""
    exemptions = advice_for(policy).exemptions
    for rule in sorted(wanted.rules or ()):
        if Exemption.ALLOW not in exemptions[rule]:
            others = ", ".join(sorted(one.value for one in exemptions[rule])) or "nothing"
            raise UsageError(
                f"an allowance does not exempt from {rule}", hint=f"what does: {others}"
            )


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


def _warnings(entry: Entry, wanted: Allowance) -> list[str]:
    said = []
    if wanted.rules is not None and MALWARE in wanted.rules:
        said.append(
            f"warning: from now on {wanted.name} passes even if a published report names it "
            "malicious"
        )
    if entry.reason in _PLACEHOLDERS:
        said.append("warning: the reason says nothing yet; write one into the policy file")
    if entry.by is None:
        said.append("note: nobody is named as vouching: git knows no user.email; --by says who")
    return said
