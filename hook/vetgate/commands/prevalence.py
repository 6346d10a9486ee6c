"""`vetgate prevalence`: how often each rule fires on the packages of the snapshot in use."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from random import Random

from vetgate.commands.answer import Answer
from vetgate.commands.judging import open_snapshot
from vetgate.commands.screen import colour, width
from vetgate.errors import UsageError
from vetgate.facts.snapshot import Snapshot
from vetgate.model.facts import Known
from vetgate.model.prevalence import Prevalence
from vetgate.model.verdict import SnapshotSummary
from vetgate.prevalence import count, firing
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
    return count(snapshot.every(), rules, now=snapshot.built)


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
    kept: list[Fired] = []
    for at, one in enumerate(_fired(snapshot, rule)):
        if at < most:
            kept.append(one)
        elif (place := chance.randrange(at + 1)) < most:
            kept[place] = one
    return tuple(sorted(kept, key=lambda one: (one.rank is None, one.rank or 0, one.name)))


def _fired(snapshot: Snapshot, rule: Rule) -> Iterable[Fired]:
    for facts, message in firing(snapshot.every(), rule, now=snapshot.built):
        rank = facts.rank.value if isinstance(facts.rank, Known) else None
        yield Fired(facts.name, rank, message)
