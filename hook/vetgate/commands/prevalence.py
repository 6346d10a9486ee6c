"""`vetgate prevalence`: how often each rule fires on the packages of the snapshot in use."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from random import Random

from vetgate.commands.answer import Answer
from vetgate.commands.judging import open_snapshot
from vetgate.commands.screen import colour, width
from vetgate.errors import UsageError
from vetgate.facts.kinds import Kinds
from vetgate.facts.snapshot import Snapshot
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, PackageFacts
from vetgate.model.prevalence import Prevalence
from vetgate.model.verdict import SnapshotSummary
from vetgate.prevalence import RANKS, count, firing, read_by
from vetgate.render.counted import Fired, Report
from vetgate.rules import RULES
from vetgate.rules.base import Rule

_SEED = 1


def run(options: Namespace, environment: Mapping[str, str], _folder: str) -> Answer:
    """Count, and name packages if asked to; raises `GateError`."""
    rules = _rules(options)
    snapshot = open_snapshot(environment)
    try:
        report = Report(
            SnapshotSummary(snapshot.built, snapshot.packages, snapshot.sha256),
            counted(snapshot, rules),
            None if options.sample is None else _sample(snapshot, rules[0], options.sample),
        )
    finally:
        snapshot.close()
    if options.format == "json":
        from vetgate.render.json_prevalence import prevalence_document

        return Answer(prevalence_document(report))
    from vetgate.render.prevalence_text import prevalence_text

    return Answer(prevalence_text(report, width=width(environment), colour=colour(environment)))


def counted(snapshot: Snapshot, rules: tuple[Rule, ...]) -> Prevalence:
    """Return what the build counted, or count it now if it did not count all of these rules."""
    kept = snapshot.prevalence()
    if kept is not None and all(rule.id in kept.counts for rule in rules):
        return kept._replace(counts={rule.id: kept.counts[rule.id] for rule in rules})
    if len(rules) == len(RULES):
        from vetgate.corpus.counting import counted as all_counted

        return all_counted(snapshot.path, snapshot.built)
    return count(Kinds(snapshot, RANKS), rules, now=snapshot.built)


def _rules(options: Namespace) -> tuple[Rule, ...]:
    if options.rule is None:
        if options.sample is not None:
            raise UsageError("--sample needs a rule", hint="name one: --rule unpopular")
        return RULES
    found = tuple(rule for rule in RULES if rule.id == options.rule)
    if not found:
        raise UsageError(
            f"no rule is called {options.rule!r}",
            hint="the rules: " + ", ".join(rule.id for rule in RULES),
        )
    return found


def _sample(snapshot: Snapshot, rule: Rule, most: int) -> tuple[Fired, ...]:
    """Choose packages that a rule fires on, all with the same chance, and the same each time."""
    chance = Random(_SEED)  # noqa: S311 - a sample, not a secret
    kept: list[NormalizedName] = []

    def fires(facts: PackageFacts) -> bool:
        return any(firing([facts], rule, now=snapshot.built))

    for at, name in enumerate(Kinds(snapshot, RANKS).members(read_by(rule), fires)):
        if at < most:
            kept.append(name)
        elif (place := chance.randrange(at + 1)) < most:
            kept[place] = name
    facts = snapshot.facts(dict.fromkeys(kept, read_by(rule))).values()
    fired = [_fired(one, message) for one, message in firing(facts, rule, now=snapshot.built)]
    return tuple(sorted(fired, key=lambda one: (one.rank is None, one.rank or 0, one.name)))


def _fired(facts: PackageFacts, message: str) -> Fired:
    return Fired(facts.name, facts.rank.value if isinstance(facts.rank, Known) else None, message)
