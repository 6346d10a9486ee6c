"""The judge behind the gate: the policy, the rules and the facts, as `vetgate check` has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from vetgate.engine import is_private, judge, questions
from vetgate.errors import GateError
from vetgate.facts.index_settings import is_default
from vetgate.gate.listing import Listing, Offered
from vetgate.gate.memo import Memo
from vetgate.gate.ruling import Facts, PageRuling
from vetgate.gate.upstream import Upstream
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.facts import Advisory, Known, PackageFacts, Presence, Quarantined, Release
from vetgate.model.policy import Level, Policy
from vetgate.model.record import Record
from vetgate.model.urls import comparable
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.rules import RULES
from vetgate.rules.base import Rule

ABOUT_VERSIONS = frozenset({"too-new", "malware", "vulnerable"})
"""The rules that speak of single releases: those are kept off a page, and the others stay."""
_YOUNG = "too-new"
_DAYS = "days"
_NOT_TYPED = Location("a dependency of a dependency", 1)


class Standing(Record):
    """How a project stands, whichever of its files are asked for."""

    dependency: Dependency
    """The one that was judged."""
    judged: Judged
    facts: PackageFacts
    only: tuple[str, ...] | None = None
    """Specifiers of the versions that may come in, none: nothing may; None: any."""
    reason: str = ""
    """Why not every version may come in."""


class PolicyJudge:
    """Judges by one policy for the length of a run; may be asked by many threads at once."""

    def __init__(
        self,
        policy: Policy,
        facts: Facts,
        *,
        now: Callable[[], datetime],
        home: Sequence[str],
        rules: tuple[Rule, ...] = RULES,
        wanted: Mapping[NormalizedName, Sequence[Dependency]] = MappingProxyType({}),
        installed: Mapping[NormalizedName, str] = MappingProxyType({}),
        lasting: float = float("inf"),
    ) -> None:
        """Judge nothing yet.

        `home`: URLs of the indexes that names are looked up on. `wanted`: what a person typed or
        wrote, pinned or not; whatever else is asked for is judged as an addition of any version.
        `installed`: versions that are there already. `lasting`: seconds that a judgement holds.
        """
        self._policy, self._facts, self._rules, self._now = policy, facts, rules, now
        self._home, self._wanted, self._installed = tuple(home), wanted, installed
        self._named = {comparable(url) for url in policy.indexes}
        self._known = self._named | {comparable(url) for url in home}
        own = {rule.id: policy.rules.get(rule.id) for rule in rules}
        self._about_versions = tuple(
            rule
            for rule in rules
            if rule.id in ABOUT_VERSIONS
            and (((ours := own[rule.id]) and ours.level) or rule.default_level) is Level.BLOCK
        )
        self._standings: Memo[tuple[NormalizedName, str], Standing] = Memo(lasting)
        self._learned: Memo[NormalizedName, PackageFacts] = Memo(lasting)

    def before(self, name: NormalizedName, upstream: Upstream) -> PageRuling:
        """Judge a project before anything is asked of the upstream; nothing is hidden yet."""
        refused = self.refused(name, upstream)
        if refused is not None:
            return PageRuling(None, refused=refused)
        try:
            own = self._standings.get((name, ""), lambda: self._stand(name, ""))
            here = self.standing(name, upstream)
        except GateError as error:
            return PageRuling(None, undecided=str(error))
        if own.only == ():
            return PageRuling(own.judged, blocked=True, reason=own.reason)
        if here.only == ():
            # What speaks against it is the place that it would come from: others may have it.
            return PageRuling(None, refused=here.reason)
        return PageRuling(here.judged, reason=here.reason)

    def of(self, name: NormalizedName, upstream: Upstream, page: Listing) -> PageRuling:
        """Judge a project whose page is there: what of it has to be hidden.

        Raises `BadAnswerError` where the page has to be read and cannot be.
        """
        ruling = self.before(name, upstream)
        if ruling.judged is None or ruling.blocked:
            return ruling
        standing = self.standing(name, upstream)
        if page.status == "quarantined":
            standing = self._quarantined(standing, page)
            if standing.only == ():
                return PageRuling(standing.judged, blocked=True, reason=standing.reason)
        hidden = {**self._struck(standing, page), **_left_out(standing, page)}
        if not hidden:
            return PageRuling(standing.judged)
        blocked = len(hidden) == len({file.filename for file in page.offered})
        reason = standing.reason or next(iter(hidden.values()))
        return PageRuling(standing.judged, hidden, blocked=blocked, reason=reason)

    def standing(self, name: NormalizedName, upstream: Upstream) -> Standing:
        """Tell how a project stands; once in a run for each name. Raises `GateError`.

        From an index that the policy does not name it stands by that, too.
        """
        foreign = "" if comparable(upstream.url) in self._known else upstream.url
        return self._standings.get((name, foreign), lambda: self._stand(name, foreign))

    def refused(self, name: NormalizedName, upstream: Upstream) -> str | None:
        """Tell why a project may not come from an upstream; None: it may.

        A private name comes from an index that the policy names and from nowhere else: neither
        the public index nor a further one can put a package of theirs in its place.
        """
        if not is_private(name, self._policy):
            return None
        named = comparable(upstream.url) in self._named
        if named and (upstream.is_folder or not is_default(upstream.url)):
            return None
        where = "names no other" if not self._named else "does not name this one among `indexes`"
        return f"the policy calls {name} private, and {where}: it may not come from {upstream.host}"

    def _stand(self, name: NormalizedName, foreign: str) -> Standing:
        typed = [one for one in self._wanted.get(name, ()) if isinstance(one.origin, FromIndex)]
        vouched = {one.versions for one in self._policy.allow if one.name == name and one.versions}
        candidates = [_any(name), *typed, *(_any(name, one) for one in sorted(vouched))]
        changes = tuple(Added(_through(one, foreign)) for one in candidates)
        facts = self._learned.get(name, lambda: self._learn(name, changes))
        judged = self._judge(changes, facts)
        if any(one.outcome is Outcome.BLOCKED for one in judged):
            alike = self._facts.recorded((name,), alike=True)[name].resembles
            facts = facts._replace(resembles=alike)
            judged = self._judge(changes, facts)
        shown = judged[1] if typed else judged[0]
        dependency = changes[1 if typed else 0].after
        against = _against(judged[0])
        if against is None:
            return Standing(dependency, shown, facts)
        only = tuple(
            dict.fromkeys(
                _specifier(candidate)
                for candidate, one in zip(candidates, judged, strict=True)
                if _against(one) is None
            )
        )
        there = self._installed.get(name)
        if there is not None:
            only = (*only, f"=={there}")
        return Standing(dependency, shown, facts, only, against.message)

    def _learn(self, name: NormalizedName, changes: tuple[Added, ...]) -> PackageFacts:
        facts = dict(self._facts.recorded((name,)))
        wanted = questions(
            changes, facts, self._policy, self._rules, now=self._now(), home=self._home
        )
        if wanted:
            facts.update(self._facts.learned(wanted))
        return facts[name]

    def _judge(
        self,
        changes: tuple[Added, ...],
        facts: PackageFacts,
        rules: tuple[Rule, ...] | None = None,
    ) -> tuple[Judged, ...]:
        by = self._rules if rules is None else rules
        known = {facts.name: facts}
        return judge(changes, known, self._policy, by, now=self._now(), home=self._home).changes

    def _quarantined(self, standing: Standing, page: Listing) -> Standing:
        """Judge again by what the page says, which may be newer than what is on record."""
        said: Known[Presence] = Known(Quarantined(), self._now(), page.host)
        facts = standing.facts._replace(presence=said)
        (judged,) = self._judge((Added(standing.dependency),), facts)
        against = _against(judged)
        if against is None:
            return standing
        return standing._replace(judged=judged, facts=facts, only=(), reason=against.message)

    def _struck(self, standing: Standing, page: Listing) -> dict[str, str]:
        """Name the files of the releases that a rule on releases blocks."""
        doubtful = self._doubtful(standing, page)
        if not doubtful:
            return {}
        facts = standing.facts._replace(releases=_releases(page, self._now()))
        typed = self._wanted.get(standing.facts.name, ())
        struck: dict[str, str] = {}
        for version, files in doubtful.items():
            candidate = _chosen(standing.facts.name, version, typed)
            (judged,) = self._judge((Added(candidate),), facts, self._about_versions)
            finding = _blocking(judged, frozenset())
            if finding is not None:
                struck.update((file.filename, finding.message) for file in files)
        return struck

    def _doubtful(self, standing: Standing, page: Listing) -> dict[str, list[Offered]]:
        """Group the files of the releases that such a rule may block, by version."""
        if not self._about_versions:
            return {}
        limits = [self._limit(rule) for rule in self._about_versions if rule.id == _YOUNG]
        since = self._now() - timedelta(days=max(limits, default=0))
        young = bool(limits) and page.uploads_since(since)
        advisories = standing.facts.advisories
        reported: tuple[Advisory, ...] = advisories.value if isinstance(advisories, Known) else ()
        if not young and not reported:
            return {}
        grouped: dict[str, list[Offered]] = {}
        for file in page.offered:
            grouped.setdefault(file.version or "", []).append(file)
        if reported:
            return grouped
        return {
            version: files
            for version, files in grouped.items()
            if any(file.uploaded is None or file.uploaded > since for file in files)
        }

    def _limit(self, rule: Rule) -> int:
        own = self._policy.rules.get(rule.id)
        return (
            own.limits.get(_DAYS, rule.limits.get(_DAYS, 0)) if own else rule.limits.get(_DAYS, 0)
        )


def _any(name: NormalizedName, specifier: str = "") -> Dependency:
    """Return the dependency that nobody typed: of any version, or of those somebody vouches for."""
    return Dependency(name, name, f"{name}{specifier}", FromIndex(specifier), _NOT_TYPED)


def _chosen(name: NormalizedName, version: str, typed: Sequence[Dependency]) -> Dependency:
    """Return one release as pip may choose it: a pin only where a person wrote just that."""
    for one in typed:
        if one.pinned and _admits(_specifier(one), version):
            return one
    exact = f"=={version}"
    return Dependency(name, name, f"{name}{exact}", FromIndex(exact), _NOT_TYPED, locked=True)


def _through(dependency: Dependency, foreign: str) -> Dependency:
    """Tell the dependency that it may come from an index that the policy does not name."""
    if not foreign or not isinstance(dependency.origin, FromIndex):
        return dependency
    indexes = (*dependency.origin.indexes, foreign)
    return dependency._replace(origin=dependency.origin._replace(indexes=indexes))


def _against(judged: Judged) -> Finding | None:
    """Return what blocks the project as a whole.

    What is wrong with some releases is no matter of the others; that nothing could be learned of
    any is one of all.
    """
    return _blocking(judged, ABOUT_VERSIONS)


def _blocking(judged: Judged, besides: frozenset[str]) -> Finding | None:
    for finding in judged.findings:
        blocks = finding.level is Level.BLOCK and finding.exempted_by is None
        if blocks and (finding.unknown or finding.rule not in besides):
            return finding
    return None


def _specifier(dependency: Dependency) -> str:
    return dependency.origin.specifier if isinstance(dependency.origin, FromIndex) else ""


def _admits(specifier: str, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


def _left_out(standing: Standing, page: Listing) -> dict[str, str]:
    """Name the files of versions that nobody vouched for, where only some may come in."""
    if standing.only is None:
        return {}
    let_in: dict[str, bool] = {}
    left_out: dict[str, str] = {}
    for file in page.offered:
        version = file.version or ""
        if version not in let_in:
            let_in[version] = any(_admits(one, version) for one in standing.only)
        if not let_in[version]:
            shown = ", ".join(standing.only)
            left_out[file.filename] = f"{standing.reason} (only {shown} may come in)"
    return left_out


def _releases(page: Listing, now: datetime) -> Known[tuple[Release, ...]]:
    """Tell what the page offers as a fact: newer than what is on record."""
    first: dict[str, Release] = {}
    for file in page.offered:
        if file.version is None:
            continue
        before = first.get(file.version)
        times = [
            one for one in (file.uploaded, before.uploaded if before else None) if one is not None
        ]
        yanked = file.yanked and (before is None or before.yanked)
        first[file.version] = Release(file.version, min(times, default=None), yanked)
    return Known(tuple(first.values()), now, page.host)
