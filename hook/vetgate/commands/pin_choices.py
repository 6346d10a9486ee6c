"""Which release each requirement is to be pinned to, by what the index and the reports say now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.demanding import demands_of
from vetgate.commands.judging import open_snapshot, rule_again
from vetgate.commands.lookups import look_up
from vetgate.commands.pin_python import python_of
from vetgate.commands.pin_targets import Target, no_pin_exempts
from vetgate.errors import GateError
from vetgate.facts.index_settings import index_settings
from vetgate.facts.live.offers import Offer, offers
from vetgate.facts.live.simple_page import SimplePage
from vetgate.facts.live.transport import Absent, Failure
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, NormalizedName
from vetgate.model.facts import Advisory, Fact, PackageFacts, Quarantined, Unknown
from vetgate.model.manifest import State
from vetgate.model.pinnable import Wish, in_turn
from vetgate.model.policy import Policy
from vetgate.model.record import Record
from vetgate.pinning.choosing import Choice, Chosen, NoRelease, choose
from vetgate.render.exempting import blocking
from vetgate.rules import base


class Choices(Record):
    """What was chosen for each target, and what is to be said of the look-ups."""

    made: tuple[tuple[Target, Choice], ...] = ()
    """Each target with the rules that block its pin."""
    talk: tuple[str, ...] = ()


def choices(
    targets: Sequence[Target], state: State, policy: Policy, asking: Asking, *, pre: bool
) -> Choices:
    """Choose for each target; raises `GateError` if the index cannot be asked.

    Then nothing is pinned at all: which release is the newest cannot be told. Requirements of one
    package get one version, if there is one that all of them admit.
    """
    if not targets:
        return Choices()
    names = sorted({name for one in targets if (name := one.dependency.name) is not None})
    pages = offers(index_settings(asking.environment), names, seconds=asking.timeout)
    for name, page in pages.items():
        if isinstance(page, Failure):
            raise GateError(f"{name}: {page.why}", hint="nothing was written; try again later")
    there = [name for name in names if isinstance(pages[name], SimplePage)]
    facts, talk = _reported(there, asking)
    chooser = _Chooser(targets, pages, facts, state, policy, asking, pre=pre)
    return Choices(tuple(map(chooser.choose, targets)), talk)


def _reported(
    names: Sequence[NormalizedName], asking: Asking
) -> tuple[Mapping[NormalizedName, PackageFacts], tuple[str, ...]]:
    """Look up what published reports say, where that is not on record of the day."""
    if not names:
        return {}, ()
    snapshot = open_snapshot(asking.environment)
    try:
        return look_up(dict.fromkeys(names, frozenset({"advisories"})), snapshot, asking)
    finally:
        snapshot.close()


class _Chooser:
    """What all choices of a run go by."""

    def __init__(
        self,
        targets: Sequence[Target],
        pages: Mapping[NormalizedName, Offer],
        facts: Mapping[NormalizedName, PackageFacts],
        state: State,
        policy: Policy,
        asking: Asking,
        *,
        pre: bool,
    ) -> None:
        self._targets, self._pages, self._facts = targets, pages, facts
        self._state, self._policy, self._asking, self._pre = state, policy, asking, pre
        self._demands = demands_of(policy, asking.now)

    def choose(self, target: Target) -> tuple[Target, Choice]:
        """Choose for one; raises `GateError`."""
        name = target.dependency.name
        page = None if name is None else self._pages[name]
        if name is None or not isinstance(page, SimplePage):
            return target, NoRelease(
                "the index has no such package" if isinstance(page, Absent) else ""
            )
        if isinstance(page.facts.get("presence"), Quarantined):
            return target, NoRelease("the index's administrators hold it in quarantine")
        choice = self._chosen(target, page, name)
        return (
            self._checked(target, choice, name) if isinstance(choice, Chosen) else (target, choice)
        )

    def _chosen(self, target: Target, page: SimplePage, name: NormalizedName) -> Choice:
        python = python_of(self._state, target.dependency.location.file)
        reports = self._facts[name].advisories
        known = () if isinstance(reports, Unknown) else reports.value
        choice: Choice = NoRelease("")
        same = [one.dependency for one in self._targets if one.dependency.name == name]
        for specifier in in_turn(_specifier(target.dependency), map(_specifier, same)):
            wish = Wish(specifier, python, self._pre)
            choice = choose(page.files, wish, self._demands, known, name)
            if isinstance(choice, Chosen):
                return choice._replace(notes=(*choice.notes, *self._doubts(reports)))
        return choice

    def _doubts(self, reports: Fact[tuple[Advisory, ...]]) -> Iterator[str]:
        """Tell if it is not known what published reports say."""
        if isinstance(reports, Unknown):
            yield base.could_not_tell(base.REPORTED, reports.why).message
        elif not base.is_fresh(reports, self._asking.now, self._policy.max_age):
            yield base.too_old(reports, base.REPORTED, self._policy.max_age).message

    def _checked(
        self, target: Target, chosen: Chosen, name: NormalizedName
    ) -> tuple[Target, Choice]:
        """Find out what blocks the pin itself: of what blocked before, some is about versions."""
        origin = target.dependency.origin
        if not target.blocked or target.facts is None or not isinstance(origin, FromIndex):
            return target, chosen
        exactly = origin._replace(specifier=f"=={chosen.version}")
        pinned = target.dependency._replace(origin=exactly)
        facts = {name: target.facts._replace(advisories=self._facts[name].advisories)}
        verdict = rule_again((Added(pinned),), facts, self._policy, self._asking)
        still = tuple(blocking(verdict.changes[0].findings))
        if set(still) >= set(target.blocked):
            return target, NoRelease(no_pin_exempts(still))
        return target._replace(still=still), chosen


def _specifier(dependency: Dependency) -> str:
    origin = dependency.origin
    return origin.specifier if isinstance(origin, FromIndex) else ""
