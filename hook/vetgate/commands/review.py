"""`vetgate review`: go through what would block, one package at a time."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone

from vetgate.commands.advising import advice_for
from vetgate.commands.answer import BLOCKED, INTERRUPTED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.judging import known, rule
from vetgate.commands.policy_edits import draft
from vetgate.commands.prompting import can_ask
from vetgate.commands.review_plan import Plan
from vetgate.commands.review_session import Session
from vetgate.commands.screen import colour, width
from vetgate.commands.states import Asked, find, project_root
from vetgate.errors import UNDECIDED
from vetgate.model.change import Removed
from vetgate.model.facts import PackageFacts, Unknown
from vetgate.model.policy import Policy
from vetgate.model.verdict import Judged, Outcome
from vetgate.render.advice import meant
from vetgate.render.errors import error_text
from vetgate.render.exempting import blocking
from vetgate.render.groups import Group, grouped
from vetgate.render.reviewed import Item
from vetgate.render.text import check_text

_NOBODY = "note: nobody can be asked here, so this only lists; on a terminal, each can be answered"


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Judge, go through what is blocked, and write what was agreed to; raises `GateError`."""
    offline = is_offline(environment, asked=options.offline)
    asking = Asking(environment, datetime.now(timezone.utc), offline, options.timeout)
    root = project_root(folder) or folder
    found = find(Asked(everything=options.everything), root, environment)
    # As for `check`: a commit is judged by the policy at the root, and vouched for there.
    start = folder if options.everything else root
    policy = draft(folder, lambda: asking, start=start)
    if found.errors:
        talk = (*map(error_text, found.errors), "nothing was decided")
        return Answer("", UNDECIDED, talk)
    ruling = rule(found.changes, policy.policy, asking, summarise=False)
    if ruling.verdict.outcome is not Outcome.BLOCKED:
        what = "the manifests declare" if options.everything else "is staged"
        return Answer(f"nothing to review: nothing that {what} is blocked", PASSED, ruling.talk)
    columns, coloured = width(environment), colour(environment)
    if not can_ask():
        text = check_text(
            ruling.verdict,
            lambda: advice_for(policy.policy, asking.now),
            width=columns,
            colour=coloured,
        )
        return Answer(text, BLOCKED, (*ruling.talk, _NOBODY))
    plan = Plan(root, folder, policy, asking)
    try:
        items, talk = _items(ruling.verdict.changes, policy.policy, asking)
        plan.look(items)
        session = Session(plan, items, folder, asking, git=project_root(folder) is not None)
        return session.run((*ruling.talk, *talk))
    except KeyboardInterrupt:
        return Answer("", INTERRUPTED, (f"\ninterrupted: {plan.state()}",))


def _items(
    judged: Iterable[Judged], policy: Policy, asking: Asking
) -> tuple[list[Item], tuple[str, ...]]:
    """Return what is blocked, package by package, with all that can be learned about each."""
    groups: dict[str, list[Group]] = {}
    for group in grouped(judged, Outcome.BLOCKED):
        groups.setdefault(group.package, []).append(group)
    changes = [one.change for found in groups.values() for group in found for one in group.members]
    facts, talk = known(changes, policy, asking)
    items = []
    for package, found in groups.items():
        first = found[0].members[0]
        change = first.change
        name = None if isinstance(change, Removed) else change.after.name
        near = meant(first, blocking(first.findings))
        told = None if name is None else _told(facts.get(name), first.facts)
        items.append(Item(package, tuple(found), told, near))
    return items, talk


def _told(more: PackageFacts | None, judged: PackageFacts | None) -> PackageFacts | None:
    """Return what a verdict rests on, and beside it whatever else is known."""
    if more is None or judged is None:
        return more or judged
    stated = {
        name: fact for name, fact in judged._asdict().items() if not isinstance(fact, Unknown)
    }
    return PackageFacts(**{**more._asdict(), **stated})
