"""What is answered to a pip that asks at the door, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.judging import rule
from vetgate.commands.lookups import asking_of, home_indexes
from vetgate.commands.pip_addresses import claim, misplaced, named, strict, subject, with_reports
from vetgate.commands.pip_changes import coming, refused, stopping
from vetgate.commands.pip_front import Gate, Held, Opening, settings_of
from vetgate.installer.meeting import Found, Meeting, finding, found_at_the_end, meeting, taking
from vetgate.installer.wanted import NOWHERE, dependency, is_direct, same_file, taken
from vetgate.model.change import Added, Change
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    NormalizedName,
    normalize,
)
from vetgate.model.policy import Policy
from vetgate.model.urls import comparable, redacted
from vetgate.model.verdict import Judged, Outcome

_PIP = NormalizedName("pip")
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
        self._at: dict[str, tuple[int, bool]] = {}
        """By the URL of what comes by one: its place in `_judged`, and if a person chose it."""
        self._asked_for_by: dict[NormalizedName, str] = {}
        self._places: tuple[str, ...] = ()
        self._fronts: dict[str, str] = {}
        self._gates: list[Gate] = []
        self._looks_for_itself = False
        """All is resolved, and pip is no part of it: it looks whether there is a newer pip."""
        self.meeting: Meeting | None = None
        """What the pip that was started told; None: it did not come so far."""
        self.refused = False
        """pip was told not to go on."""
        self.unfit: str | None = None
        """Why this pip cannot be guarded."""
        self._talk: list[str] = []

    def answer(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Answer a question of the guard's; raises `GateError`."""
        deciding = {
            "meet": self._meet,
            "link": self._take,
            "named": self._call,
            "resolved": self._resolved,
        }
        decide = deciding.get(str(told.get("ask")))
        if decide is not None:
            return decide(told)
        match told.get("ask"):
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
            about = subject(one)
            key: object = about.name if isinstance(about.origin, FromIndex) else about
            known = found.get(key)
            if known is None or one.outcome > known.outcome:
                found[key] = one
        return tuple(found.values())

    def blocked(self) -> tuple[Judged, ...]:
        """Return what may not come in."""
        return tuple(one for one in self.judged() if one.outcome is Outcome.BLOCKED)

    def held(self) -> Mapping[NormalizedName, Mapping[str, str]]:
        """Return the files that were left out of pages, and why, by name.

        Of what a person pinned no other version was wanted, so none is told of. Of a project that
        did not come at all that is told, unless it has a reason of its own.
        """
        found: dict[NormalizedName, dict[str, str]] = {}
        pinned = {one.name for one in self._wanted if one.pinned}
        for one in self._held():
            told = stopping(one.judged) if one.blocked else one.name in pinned
            if one.hidden and not told:
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
            name = subject(one).name
            told.add(name)
            if self._looks_for_itself and name == _PIP:
                continue
            if name in whole:
                yield one._replace(outcome=Outcome.BLOCKED)
            elif one.outcome is Outcome.BLOCKED:
                yield one._replace(outcome=Outcome.WARNED)
            else:
                yield one
        for held in self._held():
            if held.blocked and held.name not in told:
                yield refused(held)

    def _placed(self, judged: Judged) -> Judged:
        """Say of what nobody typed where it comes from."""
        one = subject(judged)
        if one.name is None or any(each.name == one.name for each in self._wanted):
            return judged
        found = one._replace(location=NOWHERE, needed_by=self._chain(one.name))
        return judged._replace(change=Added(found))

    def _chain(self, name: NormalizedName) -> tuple[str, ...]:
        """Name the package that asks for another, the one that asks for that, and so on."""
        found: dict[str, None] = {}
        by = self._asked_for_by.get(name)
        while by is not None and by not in found:
            found[by] = None
            by = self._asked_for_by.get(normalize(by))
        return tuple(found)

    def _meet(self, told: Mapping[str, object]) -> Mapping[str, object]:
        met = meeting(told)
        if self.meeting is None:
            self.meeting = met
            self._facts = asking_of(self._asking, met.indexes, settings_of(met))
        wanted = [
            (root, dependency(root, self._folder, self._project, nested=met.nested, of=met.of))
            for root in met.roots
        ]
        self._places = tuple(dict.fromkeys((*self._places, *met.find_links)))
        if not met.nested:
            self._wanted += [one for _, one in wanted]
        changes = (*coming(wanted, met), *self._further(met))
        links = {one: root.link for root, one in wanted if root.link is not None}
        blocked = self._judge(changes, links, chosen=not met.nested)
        self._admitted |= {same_file(root.link) for root in met.roots if root.link is not None}
        answer = self._go(blocked)
        return {**answer, "indexes": self._front(met)} if answer["go"] else answer

    def _resolved(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Let pip go on if nothing was blocked; now the names of all that it takes are known.

        Of what it asks for from now on, a newer pip that it looks for is none of its plan.
        """
        self._note_who_asks(told.get("by"))
        self._name(found_at_the_end(told))
        answer = self._go(self.blocked())
        if not told.get("nested"):
            judged = (one for gate in self._gates for one in gate.judged())
            self._looks_for_itself = _PIP not in {subject(one).name for one in judged}
        return answer

    def _call(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Let what comes by an address be built if its source gives it no name that is blocked."""
        self._name((finding(told),))
        return self._go(self.blocked())

    def _name(self, found: Sequence[Found]) -> None:
        """Judge what came by an address once more, by the name and version that it has."""
        for one in found:
            at, chosen = self._at.get(same_file(one.url), (None, False))
            if at is not None and (one.name, one.version) != claim(subject(self._judged[at])):
                judged = named(self._judged[at], normalize(one.name))
                self._judged[at] = self._by_name((judged,), (one.version,), chosen=chosen)[0]

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
        name = normalize(asked.name or "")
        known = next((one for one in self._wanted if name and one.name == name), None)
        found = taken(asked, self._places, known, self._project)
        chosen = not any(one.installed and is_direct(one) for one in found)
        links = dict.fromkeys(found, asked.url)
        answer = self._go(self._judge(map(Added, found), links, chosen=chosen))
        if answer["go"]:
            self._admitted.add(same_file(asked.url))
        return answer

    def _judge(
        self, changes: Iterable[Change], links: Mapping[Dependency, str], *, chosen: bool
    ) -> tuple[Judged, ...]:
        """Judge changes; return what is blocked. `chosen`: a person here asked for them."""
        policy = self._policy if chosen else strict(self._policy)
        ruling = rule(tuple(changes), policy, self._facts, summarise=False)
        told = ruling.verdict.changes
        judged = self._by_name(told, [""] * len(told), chosen=chosen)
        for at, one in enumerate(told, len(self._judged)):
            link = links.get(subject(one))
            if link is not None and is_direct(subject(one)):
                self._at[same_file(link)] = (at, chosen)
        self._judged += judged
        self._talk += ruling.talk
        return tuple(one for one in judged if one.outcome is Outcome.BLOCKED)

    def _by_name(
        self, judged: Sequence[Judged], versions: Sequence[str], *, chosen: bool
    ) -> tuple[Judged, ...]:
        """Judge what comes by an address by its name too, as far as that is known."""
        told, talk = with_reports(judged, versions, self._policy, self._facts)
        self._talk += talk
        return tuple(misplaced(one, self._policy, chosen=chosen) for one in told)

    def _go(self, blocked: Sequence[Judged]) -> Mapping[str, object]:
        if not blocked:
            return {"go": True}
        self.refused = True
        names = sorted({subject(one).name or subject(one).spelled for one in blocked})
        return {"go": False, "why": f"vetgate holds back {', '.join(names)}: {_END}"}
