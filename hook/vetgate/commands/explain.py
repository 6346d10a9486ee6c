"""`vetgate explain`: all that is known about a package, or a rule's page."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timezone

from vetgate.commands.advising import advice_for
from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.judging import open_snapshot, rule_on
from vetgate.commands.policies import Ask, policy_for
from vetgate.commands.screen import colour, width
from vetgate.commands.states import project_root
from vetgate.errors import UsageError
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, Location, normalize
from vetgate.model.pattern import pattern
from vetgate.model.policy import Policy, RulePolicy
from vetgate.model.verdict import Outcome
from vetgate.render.counted import among
from vetgate.render.rule_page import Prevalence, RulePage
from vetgate.rules import RULES
from vetgate.rules.base import Rule

# PEP 508's names; the `\Z` keeps a newline out.
_COUNTED_AT_ONCE = 50_000
_NAME = pattern(r"(?i)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z")


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Explain a rule by its id, anything else as a package; raises `GateError`.

    A package that would be blocked ends with the exit code of a block.
    """

    def asking() -> Asking:
        offline = is_offline(environment, asked=options.offline)
        return Asking(environment, datetime.now(timezone.utc), offline, options.timeout)

    if options.policy:
        if options.subject is not None:
            raise UsageError("--policy does not go with a name")
        from vetgate.commands.explain_policy import explain_policy

        return explain_policy(options, folder, asking)
    if options.subject is None:
        raise UsageError("nothing to explain: name a package or a rule, or say --policy")
    policy = policy_for(project_root(folder) or folder, folder, asking)
    for one in RULES:
        if one.id == options.subject:
            return _rule(one, policy, options, environment)
    if _NAME.match(options.subject) is None:
        raise UsageError(
            f"{options.subject!r} is neither a rule nor a name that a package can have",
            hint="the rules: " + ", ".join(one.id for one in RULES),
        )
    return _package(policy, options, asking)


def _rule(one: Rule, policy: Policy, options: Namespace, environment: Mapping[str, str]) -> Answer:
    own = policy.rules.get(one.id, RulePolicy())
    page = RulePage(
        id=one.id,
        title=one.title,
        doc=one.doc,
        level=own.level or one.default_level,
        limits={**one.limits, **own.limits},
        exempted_by=one.exempted_by if own.exempted_by is None else own.exempted_by,
        prevalence=_prevalence(one, environment),
    )
    if options.format == "json":
        from vetgate.render.json_explain import rule_document

        return Answer(rule_document(page))
    from vetgate.render.explain import rule_text

    return Answer(rule_text(page, width=width(environment), colour=colour(environment)))


def _prevalence(one: Rule, environment: Mapping[str, str]) -> tuple[Prevalence, ...] | None:
    """Return how often a rule fires on the snapshot in use; counting must not take long."""
    from vetgate.commands.prevalence import counted

    snapshot = open_snapshot(environment)
    try:
        kept = snapshot.prevalence()
        if snapshot.packages > _COUNTED_AT_ONCE and (kept is None or one.id not in kept.counts):
            return None
        table = counted(snapshot, (one,))
    finally:
        snapshot.close()
    pairs = zip(table.groups, table.counts[one.id], strict=True)
    return tuple(
        Prevalence(
            among(group),
            group.packages,
            None if count.unknown and count.unknown == group.packages else count.fires_on,
        )
        for group, count in pairs
    )


def _package(policy: Policy, options: Namespace, asking: Ask) -> Answer:
    spelled = options.subject
    dependency = Dependency(
        name=normalize(spelled),
        spelled=spelled,
        requirement=spelled,
        origin=FromIndex(""),
        location=Location("requirements.txt", 1),
    )
    ruling = rule_on(Added(dependency), policy, asking())
    judged = ruling.verdict.changes[0]
    code = BLOCKED if judged.outcome is Outcome.BLOCKED else PASSED
    if options.format == "json":
        from vetgate.render.json_explain import package_document

        return Answer(package_document(judged), code, ruling.talk)
    from vetgate.render.explain import package_text

    environment = asking().environment
    advice = advice_for(policy, asking().now)
    text = package_text(judged, advice, width=width(environment), colour=colour(environment))
    return Answer(text, code, ruling.talk)
