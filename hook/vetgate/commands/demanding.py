"""What a policy asks of a release that is to be pinned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from vetgate.model.pinnable import Demands, Waiver
from vetgate.model.policy import Exemption, Level, Policy, RulePolicy
from vetgate.rules import malware, too_new, vulnerable
from vetgate.rules.base import Rule, days_before

_NOTHING = RulePolicy()


def demands_of(policy: Policy, now: datetime) -> Demands:
    """Return what the policy asks of a release; `now` is aware.

    A release that is reported malicious is never pinned, whatever the rule's level is, unless an
    allowance names that rule and covers the release.
    """
    own = policy.rules.get(too_new.RULE.id, _NOTHING)
    days = own.limits.get("days", too_new.RULE.limits["days"])
    asks = days > 0 and _level(policy, too_new.RULE) is not Level.OFF
    return Demands(
        days_before(now, days) if asks else None,
        days,
        _level(policy, vulnerable.RULE),
        tuple(_waivers(policy, now)),
    )


def _level(policy: Policy, rule: Rule) -> Level:
    return policy.rules.get(rule.id, _NOTHING).level or rule.default_level


def _waivers(policy: Policy, now: datetime) -> Iterator[Waiver]:
    for rule in (malware.RULE, vulnerable.RULE):
        own = policy.rules.get(rule.id, _NOTHING).exempted_by
        if Exemption.ALLOW not in (rule.exempted_by if own is None else own):
            continue
        for one in policy.allow:
            ended = one.expires is not None and now.date() > one.expires
            named = rule is not malware.RULE if one.rules is None else rule.id in one.rules
            if named and not ended:
                where = f"{one.location.file}:{one.location.line}"
                yield Waiver(one.name, rule.id, where, one.versions)
