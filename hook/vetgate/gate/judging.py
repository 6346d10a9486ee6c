"""The judge behind the gate: the policy, the rules and the facts, as `vetgate check` has them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from vetgate.engine import is_private, judge, questions
from vetgate.errors import GateError
from vetgate.facts.index_settings import is_default
from vetgate.gate.listing import Listing, Offered
from vetgate.gate.memo import Memo
from vetgate.gate.ruling import Facts, PageRuling, Wanted
from vetgate.gate.standing import (
    ABOUT_VERSIONS,
    TOO_NEW,
    UNTOLD,
    Standing,
    against,
    any_of,
    blocking,
    chosen,
    left_out,
    of_the_rest,
    specifier,
    through,
    with_releases,
)
from vetgate.gate.upstream import Upstream
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, NormalizedName
from vetgate.model.facts import Known, PackageFacts, Presence, Quarantined, completed
from vetgate.model.policy import Level, Policy
from vetgate.model.releases import parsed
from vetgate.model.urls import comparable
from vetgate.model.verdict import Judged, Outcome
from vetgate.rules import RULES
from vetgate.rules.base import Rule

_DAYS = "days"
_IMITATES = frozenset({"imitates"})
_RESEMBLES = frozenset({"resembles"})


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
        installed: Collection[NormalizedName] = frozenset(),
        lasting: float = float("inf"),
    ) -> None:
        """Judge nothing yet.

        `home`: URLs of the indexes that names are looked up on. `wanted`: what a person typed or
        wrote, pinned or not; whatever else is asked for is judged as an addition of any version.
        `installed`: what is there already, and may stay without being fetched. `lasting`: seconds
        that a judgement holds.
        """
        self._policy, self._facts, self._now = policy, facts, now
        self._home, self._wanted, self._installed = tuple(home), wanted, installed
        self._named = {comparable(url) for url in policy.indexes}
        self._known = self._named | {comparable(url) for url in home}
        # How new a release is, is told by the page that it stands on, and needs no look-up.
        self._of_projects = tuple(rule for rule in rules if rule.id != TOO_NEW)
        self._too_new = next((rule for rule in rules if rule.id == TOO_NEW), None)
        self._of_releases = tuple(
            rule for rule in rules if rule.id in ABOUT_VERSIONS and self._level(rule) is Level.BLOCK
        )
        self._standings: Memo[tuple[NormalizedName, str], Standing] = Memo(lasting)
        self._learned: Memo[NormalizedName, PackageFacts] = Memo(lasting)

    def is_settled(self, name: NormalizedName, upstream: Upstream) -> bool:
        """Tell whether `before` would answer at once, without asking anybody."""
        return all(self._standings.has((name, one)) for one in {"", self._foreign(upstream)})

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
        if own.only == () and not own.stays:
            return PageRuling(own.judged, blocked=True, reason=own.reason)
        if here.only == () and not here.stays:
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
        if page.is_quarantined:
            standing = self._quarantined(standing, page)
            if standing.only == ():
                return PageRuling(standing.judged, blocked=True, reason=standing.reason)
        struck = self._struck(standing, page)
        hidden = {**struck, **left_out(standing, page)}
        judged = self._aged(standing, page)
        if not hidden and not standing.stays:
            # Most pages: their files need not be looked at one by one.
            return PageRuling(of_the_rest(judged), whole=standing.only is None)
        bare = len(hidden) == len({file.filename for file in page.offered})
        if bare and standing.stays:
            return PageRuling(judged, hidden, stays=True, reason=standing.reason)
        if hidden and bare:
            reason = standing.reason or next(iter(hidden.values()))
            if not struck:
                judged = self._of_what_is_there(standing, upstream)
            return PageRuling(judged, hidden, blocked=True, reason=reason)
        reason = standing.reason or next(iter(hidden.values()), "")
        reason = reason if hidden else ""
        return PageRuling(of_the_rest(judged), hidden, reason=reason, whole=standing.only is None)

    def standing(self, name: NormalizedName, upstream: Upstream) -> Standing:
        """Tell how a project stands; once in a run for each name. Raises `GateError`.

        From an index that the policy does not name it stands by that, too.
        """
        foreign = self._foreign(upstream)
        return self._standings.get((name, foreign), lambda: self._stand(name, foreign))

    def _foreign(self, upstream: Upstream) -> str:
        """Return the URL of an index that the policy does not name; empty: it does."""
        return "" if comparable(upstream.url) in self._known else upstream.url

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
        where = "no index" if not self._named else "others, and not this one,"
        return (
            f"the policy calls {name} private, and names {where} among its `indexes`: it may not "
            f"come from {upstream.host}"
        )

    def _stand(self, name: NormalizedName, foreign: str) -> Standing:
        typed = [one for one in self._wanted.get(name, ()) if isinstance(one.origin, FromIndex)]
        vouched = {one.versions for one in self._policy.allow if one.name == name and one.versions}
        candidates = [any_of(name), *typed, *(any_of(name, one) for one in sorted(vouched))]
        changes = tuple(Added(through(one, foreign)) for one in candidates)
        facts = self._learned.get(name, lambda: self._learn(name, changes))
        judged = self._judge(changes, facts)
        if any(one.outcome is Outcome.BLOCKED for one in judged):
            alike = self._facts.recorded((name,), _RESEMBLES)[name].resembles
            facts = facts._replace(resembles=alike)
            judged = self._judge(changes, facts)
        first = 1 if typed else 0
        found = against(judged[0])
        if found is None:
            return Standing(changes[first].after, judged[first], facts)
        letting = [place for place, one in enumerate(judged) if against(one) is None]
        only = tuple(dict.fromkeys(specifier(candidates[place]) for place in letting))
        if letting and first not in letting:
            # What is told is how that stands which may come in.
            first = letting[0]
        # Not even the version that is there: an index may have another file by its name.
        stays = name in self._installed
        return Standing(changes[first].after, judged[first], facts, only, found.message, stays)

    def _learn(self, name: NormalizedName, changes: tuple[Added, ...]) -> PackageFacts:
        facts = dict(self._facts.recorded((name,)))
        wanted = self._questions(changes, facts)
        if _IMITATES & wanted.get(name, frozenset()):
            imitated = self._facts.recorded((name,), _IMITATES)[name].imitates
            facts[name] = facts[name]._replace(imitates=imitated)
            wanted = self._questions(changes, facts)
        if wanted:
            return completed(facts[name], self._facts.learned(wanted)[name])
        return facts[name]

    def _questions(
        self, changes: tuple[Added, ...], facts: Mapping[NormalizedName, PackageFacts]
    ) -> Wanted:
        return questions(
            changes, facts, self._policy, self._of_projects, now=self._now(), home=self._home
        )

    def _level(self, rule: Rule) -> Level:
        own = self._policy.rules.get(rule.id)
        return (own.level if own else None) or rule.default_level

    def _judge(
        self,
        changes: tuple[Added, ...],
        facts: PackageFacts,
        rules: tuple[Rule, ...] | None = None,
    ) -> tuple[Judged, ...]:
        by = self._of_projects if rules is None else rules
        known = {facts.name: facts}
        return judge(changes, known, self._policy, by, now=self._now(), home=self._home).changes

    def _quarantined(self, standing: Standing, page: Listing) -> Standing:
        """Judge again by what the page says, which may be newer than what is on record."""
        said: Known[Presence] = Known(Quarantined(), self._now(), page.host)
        facts = standing.facts._replace(presence=said)
        (judged,) = self._judge((Added(standing.dependency),), facts)
        found = against(judged)
        if found is None:
            return standing
        return standing._replace(judged=judged, facts=facts, only=(), reason=found.message)

    def _of_what_is_there(self, standing: Standing, upstream: Upstream) -> Judged:
        """Judge a project that has none of the versions that somebody vouches for."""
        other = through(any_of(standing.facts.name), self._foreign(upstream))
        (judged,) = self._judge((Added(other),), standing.facts)
        note = f"only {', '.join(standing.only or ())} may come in, and no file of that is there"
        findings = (one._replace(notes=(*one.notes, note)) for one in judged.findings)
        return judged._replace(findings=tuple(findings))

    def _struck(self, standing: Standing, page: Listing) -> dict[str, str]:
        """Name the files of the releases that a rule on releases blocks.

        A file that was added to an old release of late is judged by its own time: whoever takes an
        account over may add one to what everybody has pinned loosely.
        """
        name = standing.facts.name
        typed = self._wanted.get(name, ())
        struck: dict[str, str] = {}
        for (version, _), files in self._doubtful(standing, page).items():
            if parsed(version) is None:
                # Not even what is left of it, once pip took a part for something else.
                struck.update((file.filename, UNTOLD) for file in files)
                continue
            facts = with_releases(standing.facts, files, page.host, self._now())
            candidate = chosen(name, version, typed)
            (judged,) = self._judge((Added(candidate),), facts, self._of_releases)
            finding = blocking(judged, frozenset())
            if finding is not None:
                struck.update((file.filename, finding.message) for file in files)
        return struck

    def _doubtful(self, standing: Standing, page: Listing) -> dict[tuple[str, bool], list[Offered]]:
        """Group the files that such a rule may block, by version, and by whether they are young."""
        since = self._since()
        looks_at_age = self._too_new in self._of_releases and page.uploads_since(since)
        advisories = standing.facts.advisories
        about = len(self._of_releases) > (self._too_new in self._of_releases)
        reported = about and isinstance(advisories, Known) and bool(advisories.value)
        if not looks_at_age and not reported:
            return {}
        grouped: dict[tuple[str, bool], list[Offered]] = {}
        for file in page.offered:
            young = looks_at_age and (file.uploaded is None or file.uploaded > since)
            if young or reported:
                grouped.setdefault((file.version or "", young), []).append(file)
        return grouped

    def _since(self) -> datetime:
        """Tell from when on a release is too new."""
        rule = self._too_new
        own = self._policy.rules.get(TOO_NEW)
        default = rule.limits.get(_DAYS, 0) if rule else 0
        return self._now() - timedelta(days=own.limits.get(_DAYS, default) if own else default)

    def _aged(self, standing: Standing, page: Listing) -> Judged:
        """Add what there is to say of the age of its newest release, by the page."""
        rule, judged = self._too_new, standing.judged
        if rule is None or self._level(rule) is Level.OFF:
            return judged
        if not page.tells_uploads or not page.uploads_since(self._since()):
            return judged
        facts = with_releases(standing.facts, page.offered, page.host, self._now())
        (young,) = self._judge((Added(standing.dependency),), facts, (rule,))
        outcome = max(judged.outcome, young.outcome)
        return judged._replace(outcome=outcome, findings=(*judged.findings, *young.findings))
