"""What a person may do about a block, under the policy and the rules in force."""

from __future__ import annotations

from vetgate.model.policy import Policy, RulePolicy
from vetgate.render.advice import Advice
from vetgate.rules import RULES


def advice_for(policy: Policy) -> Advice:
    """Return what exempts from each rule, and the file that an allowance goes to."""
    nothing = RulePolicy()
    exemptions = {}
    for rule in RULES:
        own = policy.rules.get(rule.id, nothing).exempted_by
        exemptions[rule.id] = rule.exempted_by if own is None else own
    excuses = {rule.id: rule.unknown_exempted_by for rule in RULES if rule.unknown_exempted_by}
    path = policy.path or "vetgate.toml"
    return Advice(exemptions, path, excuses=excuses, closed=policy.closed)
