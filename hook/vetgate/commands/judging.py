"""From changes to a verdict: the snapshot first, and the network only for what is still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from vetgate.bench import Bench
from vetgate.commands.asking import Asking
from vetgate.engine import is_private, judge, questions
from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.model.change import Added, Change, Removed
from vetgate.model.dependency import FromIndex, FromOption, NormalizedName
from vetgate.model.facts import FactName, Known, PackageFacts, completed
from vetgate.model.policy import Policy
from vetgate.model.record import Record
from vetgate.model.typed import TYPE_CHECKING
from vetgate.model.verdict import Outcome, SnapshotSummary, Verdict
from vetgate.rules import RULES
from vetgate.rules.base import is_fresh

if TYPE_CHECKING:  # of use only where a change is judged by the policy before it
    from vetgate.approval import Proposed

RECORDED: frozenset[FactName] = frozenset(PackageFacts._fields) - {"name", "resembles", "imitates"}
"""What a snapshot tells at no further cost."""
_COMPUTED: frozenset[FactName] = frozenset({"resembles", "imitates"})

Facts = dict[NormalizedName, PackageFacts]


class Ruling(Record):
    """A verdict, what it rests on, and what is to be said beside it."""

    verdict: Verdict
    snapshot: SnapshotSummary | None = None
    talk: tuple[str, ...] = ()


def rule(
    changes: tuple[Change, ...],
    policy: Policy,
    asking: Asking,
    *,
    summarise: bool,
    proposed: Proposed | None = None,
    thorough: bool = False,
) -> Ruling:
    """Judge changes; raises `SnapshotError`.

    `summarise`: tell the snapshot's digest too, which costs reading all of it. `proposed`: the
    policy as the changes leave it, where `policy` is the one that stood before. `thorough`: ask for
    published reports also about what is popular, whose additions wait for nobody.
    """
    snapshot = open_snapshot(asking.environment)
    try:
        names = _names(changes)
        facts: Facts = dict(snapshot.facts(dict.fromkeys(names, RECORDED)))
        home = _home(changes, asking.environment)
        talk: list[str] = []
        if thorough:
            bench = Bench(policy, RULES, asking.now, home)
            talk += _add_reports(changes, facts, snapshot, bench, asking)
        wanted = questions(changes, facts, policy, RULES, now=asking.now, home=home)
        if _add_imitations(wanted, facts, snapshot):
            wanted = questions(changes, facts, policy, RULES, now=asking.now, home=home)
        decide = _judge(changes, facts, policy, proposed, asking, home)
        if proposed is not None:
            from vetgate.approval import without_secrets

            wanted = without_secrets(wanted, changes, facts, policy, proposed.policy)
        if wanted:
            talk += _look_up(wanted, facts, snapshot, asking)
        verdict = decide()
        if verdict.outcome is Outcome.BLOCKED:
            _add_likenesses(verdict, facts, snapshot)
            verdict = decide()
        summary = None
        if summarise:
            summary = SnapshotSummary(snapshot.built, snapshot.packages, snapshot.sha256)
        return Ruling(verdict, summary, tuple(dict.fromkeys(talk)))
    finally:
        snapshot.close()


def _look_up(
    wanted: Mapping[NormalizedName, frozenset[FactName]],
    facts: Facts,
    snapshot: Snapshot,
    asking: Asking,
) -> tuple[str, ...]:
    """Complete the facts by what is wanted; return what is to be said of the look-ups."""
    # Only now: most commits end before this line, without a cache and a network.
    from vetgate.commands.lookups import look_up

    answers, talk = look_up(wanted, snapshot, asking)
    for name, answer in answers.items():
        facts[name] = completed(facts[name], answer)
    return talk


def _add_reports(
    changes: Iterable[Change], facts: Facts, snapshot: Snapshot, bench: Bench, asking: Asking
) -> tuple[str, ...]:
    """Look up what is reported of what comes from the public index; of others nobody is asked."""
    wanted: dict[NormalizedName, frozenset[FactName]] = {}
    for change in changes:
        if isinstance(change, Removed) or change.after.name is None:
            continue
        reports = facts[change.after.name].advisories
        known = isinstance(reports, Known) and is_fresh(reports, asking.now, bench.policy.max_age)
        if not known and bench.is_public(change.after):
            wanted[change.after.name] = frozenset({"advisories"})
    return _look_up(wanted, facts, snapshot, asking) if wanted else ()


def _judge(
    changes: tuple[Change, ...],
    facts: Facts,
    policy: Policy,
    proposed: Proposed | None,
    asking: Asking,
    home: tuple[str, ...],
) -> Callable[[], Verdict]:
    if proposed is None:
        return lambda: judge(changes, facts, policy, RULES, now=asking.now, home=home)
    from vetgate.approval import judge_by_both

    return lambda: judge_by_both(changes, facts, policy, proposed, RULES, now=asking.now, home=home)


def rule_on(change: Added, policy: Policy, asking: Asking) -> Ruling:
    """Judge one addition by all that can be learned about it; raises `SnapshotError`."""
    facts, talk = known((change,), policy, asking)
    return Ruling(judge((change,), facts, policy, RULES, now=asking.now), talk=talk)


def known(
    changes: Iterable[Change], policy: Policy, asking: Asking
) -> tuple[Facts, tuple[str, ...]]:
    """Return all that can be learned about what comes in, asked for or not, in one batch.

    Also returns what is to be said of the look-ups. Raises `SnapshotError`.
    """
    everything = RECORDED | _COMPUTED
    names = _names(changes)
    snapshot = open_snapshot(asking.environment)
    try:
        facts: Facts = dict(snapshot.facts(dict.fromkeys(names, everything)))
        open_ones = [name for name in names if not is_private(name, policy)]
        talk: tuple[str, ...] = ()
        if open_ones:
            from vetgate.commands.lookups import look_up

            answers, talk = look_up(dict.fromkeys(open_ones, everything), snapshot, asking)
            facts.update(answers)
        return facts, talk
    finally:
        snapshot.close()


def rule_again(
    changes: tuple[Change, ...],
    facts: Mapping[NormalizedName, PackageFacts],
    policy: Policy,
    asking: Asking,
) -> Verdict:
    """Judge changes by facts that were learned before: nobody is asked."""
    home = _home(changes, asking.environment)
    return judge(changes, facts, policy, RULES, now=asking.now, home=home)


def open_snapshot(environment: Mapping[str, str]) -> Snapshot:
    """Open the snapshot in use; raises `SnapshotError` if it cannot be trusted.

    That is the one that is named, else the one that `vetgate update` fetched, else the starter:
    never a worse one in the stead of one that is damaged.
    """
    if named := environment.get("VETGATE_SNAPSHOT"):
        return Snapshot.open(named)
    from vetgate.commands.installed import open_installed

    return open_installed(environment) or Snapshot.open(STARTER)


def _names(changes: Iterable[Change]) -> list[NormalizedName]:
    return sorted(
        {
            change.after.name
            for change in changes
            if not isinstance(change, Removed) and change.after.name is not None
        }
    )


def _home(changes: Iterable[Change], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the indexes that need no naming; asked for only where a manifest names one itself."""
    for change in changes:
        if isinstance(change, Removed):
            continue
        origin = change.after.origin
        if isinstance(origin, FromOption) or (
            isinstance(origin, FromIndex) and (origin.only_index or origin.indexes)
        ):
            from vetgate.commands.lookups import home_indexes

            return home_indexes(environment)
    return ()


def _add_imitations(
    wanted: Mapping[NormalizedName, frozenset[FactName]], facts: Facts, snapshot: Snapshot
) -> bool:
    """Fill in what may be taken for another name, where that is asked; tell whether it was.

    The snapshot alone computes it, which takes neither a cache nor a network.
    """
    names = [name for name, asked in wanted.items() if "imitates" in asked]
    alike = snapshot.facts(dict.fromkeys(names, frozenset({"imitates"})))
    for name in names:
        facts[name] = facts[name]._replace(imitates=alike[name].imitates)
    return bool(names)


def _add_likenesses(verdict: Verdict, facts: Facts, snapshot: Snapshot) -> None:
    """Fill in which names may have been meant: of use for what is blocked only."""
    blocked = {
        judged.change.after.name
        for judged in verdict.changes
        if judged.outcome is Outcome.BLOCKED and not isinstance(judged.change, Removed)
    } - {None}
    names = sorted(name for name in blocked if name is not None)
    alike = snapshot.facts(dict.fromkeys(names, frozenset({"resembles"})))
    for name in names:
        facts[name] = facts[name]._replace(resembles=alike[name].resembles)
