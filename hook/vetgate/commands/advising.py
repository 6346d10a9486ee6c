"""What a person may do about a block, under the policy and the rules in force."""

from __future__ import annotations

from vetgate.commands.demanding import demands_of
from vetgate.model.policy import Policy, RulePolicy
from vetgate.model.typed import TYPE_CHECKING
from vetgate.render.exempting import Advice
from vetgate.rules import RULES

if TYPE_CHECKING:
    from datetime import datetime


def advice_for(policy: Policy, now: datetime | None = None) -> Advice:
    """Return what exempts from each rule, and the file that an allowance goes to.

    `now` (aware) is for advice that may name a release to pin: which are old enough goes by it.
    """
    nothing = RulePolicy()
    exemptions = {}
    for rule in RULES:
        own = policy.rules.get(rule.id, nothing).exempted_by
        exemptions[rule.id] = rule.exempted_by if own is None else own
    excuses = {rule.id: rule.unknown_exempted_by for rule in RULES if rule.unknown_exempted_by}
    path = policy.path or "vetgate.toml"
    advice = Advice(exemptions, path, excuses=excuses, closed=policy.closed)
    return advice if now is None else advice._replace(demands=demands_of(policy, now))
