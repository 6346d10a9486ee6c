"""What a project depended on before vetgate: which of it one decision may vouch for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from vetgate.commands.advising import advice_for
from vetgate.engine import MALWARE
from vetgate.model.dependency import NormalizedName
from vetgate.model.policy import Exemption, Level, Policy
from vetgate.model.record import Record
from vetgate.model.verdict import Finding, Judged
from vetgate.policyfile.entry import Entry
from vetgate.render.groups import package

REASON = "in use before vetgate"
DAYS = 180

# What is wrong with such a package is no habit to keep: each is for a person to look at. Of a name
# that the index does not have, an entry would be for whoever takes it.
_NEVER = frozenset({MALWARE, "quarantined", "removed", "unknown-package"})


class Baseline(Record):
    """Entries to write, and what they leave out: a package and the reason."""

    entries: tuple[Entry, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def baseline(judged: Iterable[Judged], policy: Policy, by: str | None, today: date) -> Baseline:
    """Vouch for each package that would be blocked, by the rules that would block it only.

    Left out is what no allowance exempts from, what could not be told, and what should not be
    waved through.
    """
    blocking: dict[str, tuple[NormalizedName | None, list[Finding]]] = {}
    for one in judged:
        findings = [
            each for each in one.findings if each.level is Level.BLOCK and each.exempted_by is None
        ]
        if findings:
            name = None if one.facts is None else one.facts.name
            blocking.setdefault(package(one), (name, []))[1].extend(findings)
    end = today + timedelta(days=DAYS)
    known = {(one.name, one.versions, one.rules) for one in policy.allow}
    exemptions = advice_for(policy).exemptions
    entries: list[Entry] = []
    left_out: list[tuple[str, str]] = []
    for shown, (name, findings) in sorted(blocking.items()):
        rules = frozenset(each.rule for each in findings)
        firm = sorted(
            rule for rule in rules if rule in _NEVER or Exemption.ALLOW not in exemptions[rule]
        )
        if any(each.unknown for each in findings):
            left_out.append((shown, "not all could be told"))
        elif firm:
            left_out.append((shown, f"look at it yourself: {', '.join(firm)}"))
        elif name is None:
            left_out.append((shown, "has no name to vouch for"))
        elif (name, None, rules) in known:
            left_out.append((shown, "an entry for it has ended"))
        else:
            ordered = tuple(sorted(rules))
            entries.append(Entry(name, REASON, None, ordered, by, today, end))
    return Baseline(tuple(entries), tuple(left_out))
