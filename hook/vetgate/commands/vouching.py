"""A new allowance in a policy: what it may replace, what it is refused for, what is said of it."""

from __future__ import annotations

from datetime import date

from vetgate.commands.advising import advice_for
from vetgate.commands.policy_edits import Draft
from vetgate.commands.standing import covering
from vetgate.engine import MALWARE
from vetgate.errors import UsageError
from vetgate.model.policy import Allowance, Exemption, Policy
from vetgate.policyfile.editing import with_entry, without_entries
from vetgate.policyfile.entry import Entry

_PLACEHOLDERS = frozenset({"…", "..."})


def added(before: Draft, entry: Entry, wanted: Allowance, today: date) -> tuple[bytes, list[str]]:
    """Return the policy with the entry; one like it that is over makes room for it."""
    content, table = before.found.content, before.found.table
    said: list[str] = []
    for index, one in enumerate(before.own):
        if key(one) != key(wanted):
            continue
        where = f"{one.location.file}:{one.location.line}"
        if one.expires is None or one.expires >= today:
            raise UsageError(
                f"{where}: {one.name} is allowed already for the same versions and rules",
                hint=f"to say it anew, take it back first: vetgate disallow {one.name}",
            )
        content = without_entries(content, before.shown, [index], table=table)
        said.append(f"note: replaces the entry that expired on {one.expires.isoformat()}")
    wider = covering(wanted, before.policy.allow, today)
    if wider is not None:
        where = f"{wider.location.file}:{wider.location.line}"
        said.append(f"note: {where} allowed as much already")
    return with_entry(content, before.shown, entry, table=table), said


def key(one: Allowance) -> tuple[str, str | None, frozenset[str] | None]:
    """Return what no two entries may have in common."""
    return one.name, one.versions, one.rules


def refuse_useless(wanted: Allowance, policy: Policy) -> None:
    """Refuse an entry that names a rule which no allowance exempts from."""
    exemptions = advice_for(policy).exemptions
    for rule in sorted(wanted.rules or ()):
        if Exemption.ALLOW not in exemptions[rule]:
            others = ", ".join(sorted(one.value for one in exemptions[rule])) or "nothing"
            raise UsageError(
                f"an allowance does not exempt from {rule}", hint=f"what does: {others}"
            )


def warnings(entry: Entry, wanted: Allowance) -> list[str]:
    """Tell what an entry lets pass that nobody may expect, and what it leaves unsaid."""
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
