"""What is answered to a pip that asks at the door, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.judging import rule
from vetgate.commands.lookups import asking_of, home_indexes
from vetgate.commands.pip_front import Gate, Held, Opening
from vetgate.engine import is_private
from vetgate.installer.meeting import Meeting, Root, meeting, taking
from vetgate.installer.wanted import NOWHERE, dependency, is_direct, same_file, taken
from vetgate.model.change import Added, Change, Removed, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    Location,
    NormalizedName,
    normalize,
)
from vetgate.model.policy import Exemption, Level, Policy, RulePolicy
from vetgate.model.urls import comparable, redacted
from vetgate.model.verdict import Finding, Judged, Outcome

_OFF_INDEX = "off-index"
_WEB = ("http://", "https://")
_END = "see the end of the output"


class Keeper:
    """Answers one run of pip, the pips of its builds included; what it decided stays with it."""

    def __init__(
        self, policy: Policy, asking: Asking, folder: str, project: str, opening: Opening
    ) -> None:
        self._policy, self._asking, self._opening = policy, asking, opening
        self._facts = asking
        self._folder, self._project = folder, project
        self._wanted: list[Dependency] = []
        self._judged: list[Judged] = []
        self._admitted: set[str] = set()
        self._asked_for_by: dict[NormalizedName, str] = {}
        self._places: tuple[str, ...] = ()
        self._fronts: dict[str, str] = {}
        self._gates: list[Gate] = []
        self._settled: frozenset[NormalizedName | None] | None = None
        """What pages were asked for when all was resolved: others are for pip's own sake."""
        self.meeting: Meeting | None = None
        """What the pip that was started told; None: it did not come so far."""
        self.refused = False
        """pip was told not to go on."""
        self.unfit: str | None = None
        """Why this pip cannot be guarded."""
        self._talk: list[str] = []

    def answer(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Answer a question of the guard's; raises `GateError`."""
        match told.get("ask"):
            case "meet":
                return self._meet(meeting(told))
            case "link":
                return self._take(told)
            case "resolved":
                return self._resolved(told)
            case "failed":
                self._note_who_asks(told.get("by"))
            case "original":
                found = (gate.original(str(told.get("url"))) for gate in self._gates)
                return {"url": next(filter(None, found), None)}
            case "told":
                if not told.get("sure"):
                    self._talk.append(
                        f"note: {told.get('name')} comes as source: what else it needs is known "
                        "only when it is built, and is missing from this plan"
                    )
                return {"go": True}
            case "unfit":
                self.unfit = str(told.get("why"))
            case _:
                pass
        return {"go": False, "why": "vetgate does not know this question"}

    def judged(self) -> tuple[Judged, ...]:
        """Return all that was decided, once for each name, as it was asked for where it was."""
        found: dict[object, Judged] = {}
        for one in (*self._judged, *self._of_gates()):
            subject = _subject(one)
            key: object = subject.name if isinstance(subject.origin, FromIndex) else subject
            known = found.get(key)
            if known is None or one.outcome > known.outcome:
                found[key] = one
        return tuple(found.values())

    def blocked(self) -> tuple[Judged, ...]:
        """Return what may not come in."""
        return tuple(one for one in self.judged() if one.outcome is Outcome.BLOCKED)

    def held(self) -> Mapping[NormalizedName, Mapping[str, str]]:
        """Return the files that were left out of pages, and why, by name.

        Of what a person pinned no other version was wanted, so none is told of.
        """
        found: dict[NormalizedName, dict[str, str]] = {}
        pinned = {one.name for one in self._wanted if one.pinned}
        for one in self._held():
            if one.hidden and not one.blocked and one.name not in pinned:
                found.setdefault(one.name, {}).update(one.hidden)
        return found

    def troubles(self) -> tuple[str, ...]:
        """Return what kept pages from being judged."""
        return tuple(dict.fromkeys(one for gate in self._gates for one in gate.troubles()))

    def talk(self) -> tuple[str, ...]:
        """Return what is to be said beside."""
        said = (*self._talk, *(line for gate in self._gates for line in gate.talk()))
        return tuple(dict.fromkeys(said))

    def _note_who_asks(self, told: object) -> None:
        if isinstance(told, dict):
            for name, by in told.items():
                self._asked_for_by.setdefault(normalize(str(name)), str(by))

    def _held(self) -> Iterator[Held]:
        for gate in self._gates:
            yield from gate.held()

    def _of_gates(self) -> Iterator[Judged]:
        """Yield what became of each page: what came in after all, if only in part, warns."""
        whole = {one.name for one in self._held() if one.blocked}
        told = set()
        for one in (self._placed(one) for gate in self._gates for one in gate.judged()):
            name = _subject(one).name
            told.add(name)
            if self._settled is not None and name not in self._settled:
                continue
            if name in whole:
                yield one._replace(outcome=Outcome.BLOCKED)
            elif one.outcome is Outcome.BLOCKED:
                yield one._replace(outcome=Outcome.WARNED)
            else:
                yield one
        for held in self._held():
            if held.blocked and held.name not in told and self._settled is None:
                yield _refused(held)

    def _placed(self, judged: Judged) -> Judged:
        """Say of what nobody typed where it comes from."""
        subject = _subject(judged)
        if subject.name is None or any(one.name == subject.name for one in self._wanted):
            return judged
        by = self._asked_for_by.get(subject.name)
        place = NOWHERE if by is None else Location(f"needed by {by}", 0)
        return judged._replace(change=Added(subject._replace(location=place)))

    def _meet(self, met: Meeting) -> Mapping[str, object]:
        self._settled = None
        if self.meeting is None:
            self.meeting = met
            self._facts = asking_of(self._asking, met.indexes)
        wanted = [
            (root, dependency(root, self._folder, self._project, nested=met.nested))
            for root in met.roots
        ]
        self._places = tuple(dict.fromkeys((*self._places, *met.find_links)))
        if not met.nested:
            self._wanted += [one for _, one in wanted]
        changes = (*_changes(wanted, met), *self._further(met))
        blocked = self._judge(changes, self._strict() if met.nested else self._policy)
        self._admitted |= {same_file(root.link) for root in met.roots if root.link is not None}
        answer = self._go(blocked)
        return {**answer, "indexes": self._front(met)} if answer["go"] else answer

    def _resolved(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Let pip go on if nothing was blocked; what it asks for from now on is none of its plan.

        pip looks for a newer pip at its end. What a build asks for is told as a meeting of its own.
        """
        self._note_who_asks(told.get("by"))
        self._settled = None
        answer = self._go(self.blocked())
        if not told.get("nested"):
            judged = (one for gate in self._gates for one in gate.judged())
            self._settled = frozenset(_subject(one).name for one in judged)
        return answer

    def _further(self, met: Meeting) -> Iterator[Change]:
        """Yield the places on the web that pip looks in too, as a manifest that names them does."""
        if met.nested:
            return  # a build looks where the pip that started it was told to
        home = {comparable(url) for url in home_indexes(self._asking.environment)}
        own = {url for gate in self._gates for url in gate.urls}
        for option, urls in (("--index-url", met.indexes), ("--find-links", met.find_links)):
            for url in dict.fromkeys(urls):
                if url.startswith(_WEB) and url not in own and comparable(url) not in home:
                    shown = redacted(url)
                    place = FromOption(option, shown)
                    yield Added(Dependency(None, option, f"{option} {shown}", place, NOWHERE))

    def _front(self, met: Meeting) -> list[str]:
        """Return the gate's address for each index, in order."""
        own = {url for gate in self._gates for url in gate.urls}
        new = [url for url in dict.fromkeys(met.indexes) if url not in own | self._fronts.keys()]
        if new:
            gate = self._opening(met, new, self._wanted, self._facts)
            self._gates.append(gate)
            self._fronts.update(zip(new, gate.urls, strict=True))
        return [self._fronts.get(url, url) for url in met.indexes]

    def _take(self, told: Mapping[str, object]) -> Mapping[str, object]:
        asked = taking(told)
        if same_file(asked.url) in self._admitted:
            return {"go": True}
        known = next((one for one in self._wanted if asked.name and one.name == asked.name), None)
        found = taken(asked, self._places, known, self._project)
        chosen = not any(one.installed and is_direct(one) for one in found)
        policy = self._policy if chosen else self._strict()
        strangers = tuple(filter(None, map(self._misplaced, found)))
        self._judged += strangers
        answer = self._go((*self._judge(map(Added, found), policy), *strangers))
        if answer["go"]:
            self._admitted.add(same_file(asked.url))
        return answer

    def _misplaced(self, one: Dependency) -> Judged | None:
        """Refuse a private name from where the policy does not say that it comes from."""
        if one.name is None or not is_private(one.name, self._policy):
            return None
        place = one.origin.only_index if isinstance(one.origin, FromIndex) else None
        named = {comparable(url) for url in self._policy.indexes}
        if place is not None and comparable(place) in named:
            return None
        why = "and this is none of its `indexes`: it may not come from here"
        finding = Finding(
            _OFF_INDEX, Level.BLOCK, f"the policy calls {one.name} private, {why}", {}
        )
        return Judged(Added(one), Outcome.BLOCKED, (finding,))

    def _strict(self) -> Policy:
        """Return the policy for what no person asked for: no URL but what somebody vouches for."""
        own = self._policy.rules.get(_OFF_INDEX, RulePolicy())
        vouched = frozenset({Exemption.ALLOW})
        strict = own._replace(level=Level.BLOCK, exempted_by=vouched)
        rules = {**self._policy.rules, _OFF_INDEX: strict}
        return self._policy._replace(rules=rules)

    def _judge(self, changes: Iterable[Change], policy: Policy) -> tuple[Judged, ...]:
        ruling = rule(tuple(changes), policy, self._facts, summarise=False)
        self._judged += ruling.verdict.changes
        self._talk += [line for line in ruling.talk if line not in self._talk]
        return tuple(one for one in ruling.verdict.changes if one.outcome is Outcome.BLOCKED)

    def _go(self, blocked: Sequence[Judged]) -> Mapping[str, object]:
        if not blocked:
            return {"go": True}
        self.refused = True
        names = sorted({_subject(one).name or _subject(one).spelled for one in blocked})
        return {"go": False, "why": f"vetgate holds back {', '.join(names)}: {_END}"}


def _refused(held: Held) -> Judged:
    """Return as judged what may not come from where it was asked for."""
    name = held.name
    finding = Finding(_OFF_INDEX, Level.BLOCK, held.reason, {})
    subject = Dependency(name, name, name, FromIndex(""), NOWHERE)
    return Judged(Added(subject), Outcome.BLOCKED, (finding,))


def _changes(wanted: Iterable[tuple[Root, Dependency]], met: Meeting) -> Iterable[Change]:
    """Return what comes in by what pip was given; what is there already and stays does not."""
    for root, one in wanted:
        if root.constraint and not is_direct(one):
            continue
        before = met.installed.get(one.name or "")
        if before is None or is_direct(one):
            yield Added(one)
        elif met.upgrade or not _admits(one, before):
            yield Updated(_there(one, before), one)


def _admits(one: Dependency, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    origin = one.origin
    try:
        return isinstance(origin, FromIndex) and SpecifierSet(origin.specifier).contains(
            version, prereleases=True
        )
    except (InvalidSpecifier, InvalidVersion):
        return False


def _there(one: Dependency, version: str) -> Dependency:
    return one._replace(
        requirement=f"{one.spelled}=={version}",
        origin=FromIndex(f"=={version}"),
        location=NOWHERE,
        installed=True,
    )


def _subject(one: Judged) -> Dependency:
    change = one.change
    return change.before if isinstance(change, Removed) else change.after
