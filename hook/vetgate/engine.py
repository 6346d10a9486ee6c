"""judge(changes, facts, policy, rules, now) -> Verdict: where signals meet the policy.

The same for the hook, the pip wrapper, CI and the gate index. No I/O, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from vetgate.bench import Bench, matcher
from vetgate.model.change import Change, Incoming, Removed
from vetgate.model.dependency import Dependency, FromIndex, FromUrl, FromVcs, NormalizedName
from vetgate.model.facts import FactName, Known, NeverSeen, PackageFacts, Unknown
from vetgate.model.facts import Removed as Gone
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.model.record import Record
from vetgate.model.specifiers import admits
from vetgate.model.verdict import Finding, Judged, Outcome, Verdict
from vetgate.rules.base import Rule

_NOTHING = RulePolicy()
_NO_NAME = NormalizedName("")
OUTCOMES = {Level.BLOCK: Outcome.BLOCKED, Level.WARN: Outcome.WARNED, Level.OFF: Outcome.PASSED}
"""What a finding at each level makes of a change."""
MALWARE = "malware"
"""The rule that an allowance has to name in order to exempt from it (design, section 6)."""

Facts = Mapping[NormalizedName, PackageFacts]


def judge(
    changes: Iterable[Change],
    facts: Facts,
    policy: Policy,
    rules: tuple[Rule, ...],
    *,
    now: datetime,
    home: tuple[str, ...] = (),
) -> Verdict:
    """Judge each change by itself; the worst one decides for the whole.

    `now` is aware; `home` holds the URLs of the indexes that names are looked up on.
    """
    bench = Bench(policy, rules, now, home)
    judged = tuple(_judged(change, facts, bench) for change in changes)
    worst = max((one.outcome for one in judged), default=Outcome.PASSED)
    return Verdict(worst, judged)


def questions(
    changes: Iterable[Change],
    facts: Facts,
    policy: Policy,
    rules: tuple[Rule, ...],
    *,
    now: datetime,
    home: tuple[str, ...] = (),
) -> dict[NormalizedName, frozenset[FactName]]:
    """Name the facts that could still alter the verdict, and are not known yet.

    A rule that is off, exempted, or silent for a popular package asks nothing, and nothing is ever
    asked about a private name.
    """
    bench = Bench(policy, rules, now, home)
    wanted: dict[NormalizedName, frozenset[FactName]] = {}
    for change in changes:
        if isinstance(change, Removed) or change.after.name is None:
            continue
        name = change.after.name
        known = facts.get(name, PackageFacts(name))
        missing = {
            fact
            for rule in rules
            if _asks(rule, change, known, bench)
            for fact in _open(rule, change, known, bench)
        }
        if missing:
            wanted[name] = wanted.get(name, frozenset()) | missing
    return wanted


def is_private(name: NormalizedName, policy: Policy) -> bool:
    """Whether the policy calls a name private: nobody outside is ever asked about it."""
    private = matcher(policy.private)
    return private is not None and bool(private.match(name))


def _open(rule: Rule, change: Incoming, facts: PackageFacts, bench: Bench) -> Iterable[FactName]:
    """Name the facts that a rule still asks for."""
    if rule.asks is not None:
        return rule.asks(facts, bench.limits(rule, change.after, facts))
    return [fact for fact in rule.needs if _is_open(facts, fact, bench.limit(rule, fact))]


def _is_open(facts: PackageFacts, fact: FactName, limit: int) -> bool:
    """Whether a fact is unknown, or one that a look-up may tell better.

    What is not there may be registered any minute, and a lower bound may lie below the limit.
    """
    presence, downloads = facts.presence, facts.downloads
    if fact == "presence" and isinstance(presence, Known):
        return isinstance(presence.value, NeverSeen | Gone)
    if fact == "downloads" and isinstance(downloads, Known):
        return downloads.value.at_least and downloads.value.a_month < limit
    return isinstance(getattr(facts, fact), Unknown)


class _Excuse(Record):
    """What exempts a dependency from a rule, and what nearly did."""

    exemption: Exemption | None = None
    why: str = ""
    notes: tuple[str, ...] = ()
    allowance: Allowance | None = None


def _judged(change: Change, facts: Facts, bench: Bench) -> Judged:
    if isinstance(change, Removed):
        return Judged(change, Outcome.PASSED)
    name = change.after.name
    known = facts.get(name, PackageFacts(name)) if name is not None else PackageFacts(_NO_NAME)
    findings = tuple(
        finding for rule in bench.rules for finding in _findings(rule, change, known, bench)
    )
    outcome = max(
        (OUTCOMES[finding.level] for finding in findings if finding.exempted_by is None),
        default=Outcome.PASSED,
    )
    return Judged(change, outcome, findings, known if name is not None else None)


def _findings(rule: Rule, change: Incoming, facts: PackageFacts, bench: Bench) -> Iterator[Finding]:
    if not _applies(rule, change, facts, bench):
        return
    excuse: _Excuse | None = None
    for signal in rule.check(change, facts, bench.limits(rule, change.after, facts)):
        level = bench.level_of(rule, signal, change)
        if level is Level.OFF:
            continue
        if signal.unknown and level is Level.WARN and bench.trusts(facts):
            # What everybody installs is not worth a warning about metadata nobody could read.
            continue
        if excuse is None:
            excuse = _excuse(rule, change.after, bench)
        if signal.unknown and (
            excuse.exemption is not None or _is_vetted(rule, change.after, bench)
        ):
            # Not asked, because the answer could not matter; or read by a person.
            continue
        yield Finding(rule.id, level, signal.message, signal.evidence, signal.unknown, *excuse)


def _applies(rule: Rule, change: Incoming, facts: PackageFacts, bench: Bench) -> bool:
    if bench.level(rule) is Level.OFF and bench.level_in_manifest(rule) is Level.OFF:
        return False
    if rule.asks_index and not bench.is_public(change.after):
        return False
    return not (rule.trusts_popularity and bench.trusts(facts))


def _asks(rule: Rule, change: Incoming, facts: PackageFacts, bench: Bench) -> bool:
    """Whether an answer from outside could alter what this rule says of this change."""
    if not bench.is_public(change.after):
        return False
    if not _applies(rule, change, facts, bench):
        return False
    level = bench.level(rule)
    if level is Level.OFF or (level is Level.WARN and bench.trusts(facts)):
        return False
    return _excuse(rule, change.after, bench).exemption is None


def _is_vetted(rule: Rule, dependency: Dependency, bench: Bench) -> bool:
    """Whether a person read the package, which excuses what nobody could learn of it."""
    by = rule.unknown_exempted_by
    if Exemption.PIN in by and dependency.pinned:
        return True
    if Exemption.ALLOW not in by or dependency.name is None:
        return False
    allowances = bench.allowances.get(dependency.name, ())
    return any(_lapsed(one, dependency, bench.now) is None for one in allowances)


def _excuse(rule: Rule, dependency: Dependency, bench: Bench) -> _Excuse:
    """Look for what exempts a dependency from a rule."""
    by = bench.exempted_by(rule)
    if Exemption.PIN in by and dependency.pinned:
        return _Excuse(Exemption.PIN, _exactly(dependency))
    if Exemption.LOCK in by and dependency.locked:
        return _Excuse(Exemption.LOCK, _exactly(dependency))
    if Exemption.PRIVATE in by and bench.is_private(dependency.name):
        return _Excuse(Exemption.PRIVATE, "the policy calls this name private")
    if Exemption.ALLOW not in by or dependency.name is None:
        return _Excuse()
    notes: list[str] = []
    for allowance in bench.allowances.get(dependency.name, ()):
        if allowance.rules is None and rule.id == MALWARE:
            continue
        if allowance.rules is not None and rule.id not in allowance.rules:
            continue
        where = f"{allowance.location.file}:{allowance.location.line}"
        lapsed = _lapsed(allowance, dependency, bench.now)
        if lapsed is None:
            end = f" (expires {allowance.expires.isoformat()})" if allowance.expires else ""
            return _Excuse(Exemption.ALLOW, f"{where}: {allowance.reason}{end}", (), allowance)
        notes.append(f"{where}: {lapsed}")
    return _Excuse(notes=tuple(notes))


def _exactly(dependency: Dependency) -> str:
    """Return what a pin or a lock fixes: the version, the commit, or the digest."""
    origin = dependency.origin
    if isinstance(origin, FromIndex):
        return origin.specifier
    if isinstance(origin, FromVcs):
        return origin.reference or ""
    own = origin.hashes if isinstance(origin, FromUrl) else ()
    return ", ".join((*own, *dependency.hashes))


def _lapsed(allowance: Allowance, dependency: Dependency, now: datetime) -> str | None:
    """Tell why an allowance does not cover a dependency, None if it does."""
    if allowance.expires is not None and now.date() > allowance.expires:
        return f"expired on {allowance.expires.isoformat()}"
    if allowance.versions is None:
        return None
    origin = dependency.origin
    if not isinstance(origin, FromIndex):
        return f"for the versions {allowance.versions} of an index only"
    if admits(allowance.versions, origin.specifier):
        return None
    shown = origin.specifier or "any version"
    return f"for the versions {allowance.versions} only, and this admits {shown}"
