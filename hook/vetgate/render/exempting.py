"""What lets a change pass a rule, under the policy in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from vetgate.model.pinnable import Demands
from vetgate.model.policy import Exemption, Level
from vetgate.model.record import Record
from vetgate.model.verdict import Finding, Judged


class Advice(Record):
    """What the policy in force lets a person do about a block."""

    exemptions: Mapping[str, frozenset[Exemption]]
    """What exempts from each rule, by the rule's id; a rule that is missing, by nothing."""
    policy: str = "vetgate.toml"
    """The file that allowances and settings go to."""
    by_others: bool = False
    """A change cannot vouch for itself: the policy is to be changed apart from it, and before."""
    excuses: Mapping[str, frozenset[Exemption]] = MappingProxyType({})
    """What excuses that a rule could not see, besides what exempts from it: any allowance does."""
    demands: Demands = Demands()
    """What the policy asks of a release to pin."""
    closed: frozenset[str] = frozenset()
    """The lists of the policy that `policy` can add nothing to: what it extends locks them."""
    elsewhere: bool = False
    """What is known is of another index than the one that other commands ask."""
    pins_in: Callable[[str], bool] | None = None
    """Whether `vetgate pin` looks into a file; None: into every one that is told."""


def blocking(findings: Sequence[Finding]) -> list[str]:
    """Return the ids of the rules that block, sorted."""
    return sorted(
        {
            finding.rule
            for finding in findings
            if finding.level is Level.BLOCK and finding.exempted_by is None
        }
    )


def exempting(judged: Judged, advice: Advice) -> dict[str, frozenset[Exemption]]:
    """Return, for each rule that blocks a change, what lets it pass: what exempts or excuses."""
    rules = blocking(judged.findings)
    open_to = excused_by(judged, rules, advice)
    return {rule: open_to.get(rule, frozenset()) | exempting_from(advice, rule) for rule in rules}


def to_name(judged: Judged, advice: Advice) -> tuple[str, ...] | None:
    """Return the rules that an allowance has to name so that a change passes them.

    None if no allowance is of use; without a rule, any allowance is.
    """
    helped = [rule for rule, by in exempting(judged, advice).items() if Exemption.ALLOW in by]
    open_to = excused_by(judged, helped, advice)
    named = [rule for rule in helped if Exemption.ALLOW not in open_to.get(rule, ())]
    return tuple(named) if helped else None


def excused_by(
    judged: Judged, rules: Sequence[str], advice: Advice
) -> dict[str, frozenset[Exemption]]:
    """Return the rules that could not see, and need not be named by what excuses that."""
    seen = {one.rule for one in judged.findings if not one.unknown}
    return {
        rule: advice.excuses[rule] for rule in rules if rule in advice.excuses and rule not in seen
    }


def exempting_from(advice: Advice, rule: str) -> frozenset[Exemption]:
    """Return what exempts from a rule."""
    return advice.exemptions.get(rule, frozenset())
