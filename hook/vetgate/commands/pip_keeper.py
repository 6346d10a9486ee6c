"""What is answered to a pip that asks at the door, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.judging import rule
from vetgate.commands.lookups import asking_of, home_indexes
from vetgate.commands.pip_account import Account
from vetgate.commands.pip_addresses import claim, misplaced, named, strict, subject, with_reports
from vetgate.commands.pip_changes import coming, is_for
from vetgate.commands.pip_front import Opening, settings_of
from vetgate.commands.pip_own import build_pins, own_pins
from vetgate.installer.meeting import (
    Found,
    Meeting,
    Root,
    Source,
    a_source,
    askers,
    finding,
    found_at_the_end,
    meeting,
    taking,
)
from vetgate.installer.wanted import (
    NOWHERE,
    as_written,
    dependency,
    is_chosen,
    is_direct,
    is_inside,
    same_file,
    taken,
)
from vetgate.model.change import Added, Change
from vetgate.model.dependency import (
    Dependency,
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
        self.account = Account(policy)
        self._admitted: set[str] = set()
        self._at: dict[str, tuple[int, bool]] = {}
        """By the URL of what comes by one: its place in `decided`, and if a person chose it."""
        self._places: tuple[str, ...] = ()
        self._fronts: dict[str, str] = {}
        self.meeting: Meeting | None = None
        """What the pip that was started told; None: it did not come so far."""
        self.refused = False
        """pip was told not to go on."""
        self.unfit: str | None = None
        """Why this pip cannot be guarded."""

    @property
    def asks_elsewhere(self) -> bool:
        """Whether pip goes by another index than the one that is set up here."""
        set_up, asked = self._asking.environment, self._facts.environment
        return asked.get("VETGATE_INDEX_URL") != set_up.get("VETGATE_INDEX_URL")

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
                self.account.failed = True
                self.account.note_who_asks(askers(told))
            case "original":
                found = (gate.original(str(told.get("url"))) for gate in self.account.gates)
                return {"url": next(filter(None, found), None)}
            case "told":
                self._plan_build(a_source(told))
                return {"go": True}
            case "unfit":
                self.unfit = str(told.get("why"))
            case _:
                pass
        return {"go": False, "why": "vetgate does not know this question"}

    def _meet(self, told: Mapping[str, object]) -> Mapping[str, object]:
        met = meeting(told)
        if self.meeting is None:
            self.meeting = met
            self.account.upgrades = met.upgrade
            self._facts = asking_of(self._asking, met.indexes, settings_of(met))
        wanted = [
            (root, dependency(root, self._folder, self._project, nested=met.nested, of=met.of))
            for root in met.roots
        ]
        self._places = tuple(dict.fromkeys((*self._places, *met.find_links)))
        if not met.nested:
            self.account.wanted += [one for _, one in wanted]
            self.account.wanted += own_pins(wanted, self._folder, self._project)
            given = self._asking.environment
            self.account.wanted += build_pins(met.build_constraints, self._folder, given)
        for _, one in wanted:
            if met.nested and one.name is not None:
                self.account.built_with[one.name] = one
        links = {one: root.link for root, one in wanted if root.link is not None}
        blocked: list[Judged] = []
        for chosen in (True, False):
            asked = [pair for pair in wanted if self._is_trusted(pair[1], met) is chosen]
            changes = list(coming(asked, met, self._is_of_some_versions))
            changes += self._further(met, chosen=chosen)
            if changes:
                blocked += self._judge(changes, links, chosen=chosen)
        self._admitted |= {same_file(root.link) for root in met.roots if root.link is not None}
        answer = self._go(blocked)
        return {**answer, "indexes": self._front(met)} if answer["go"] else answer

    @staticmethod
    def _is_trusted(one: Dependency, met: Meeting) -> bool:
        """Whether an address, if it is one, is what a person here named."""
        return not met.nested and (is_chosen(one) or not is_direct(one))

    def _is_of_some_versions(self, one: Dependency) -> bool:
        """Whether somebody here vouches for some versions that are asked for.

        By a pin beside it (a constraint, another requirement), or by an allowance; the page of the
        project shows those versions alone.
        """
        beside = [each for each in self.account.wanted if each.name == one.name and each.pinned]
        allowed = (each.versions for each in self._policy.allow if each.name == one.name)
        return any(is_for(one, each) for each in beside) or any(allowed)

    def _plan_build(self, source: Source) -> None:
        """Judge what a source says that it is built with: only a build would ask for it."""
        asked: list[Change] = []
        for text in source.builds:
            root = Root(text, None, editable=False, constraint=False, hashes=(), source=None)
            one = dependency(root, self._folder, self._project, nested=True)
            if one.name in self.account.built_with or self._is_of_some_versions(one):
                continue
            if one.name is not None:
                self.account.built_with[one.name] = one
            asked.append(Added(one))
        if asked:
            self._judge(asked, {}, chosen=False)
        missing = []
        if source.builds:
            missing.append("what the packages that it is built with need in turn")
        if not source.sure:
            missing.append("what it asks for once it is built")
        if missing:
            told = (
                f"{source.name} comes as source: {' and '.join(missing)} is missing from this plan"
            )
            self.account.said.append(f"note: {told}")

    def _resolved(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Let pip go on if nothing was blocked; now the names of all that it takes are known.

        Of what it asks for from now on, a newer pip that it looks for is none of its plan.
        """
        self.account.note_who_asks(askers(told))
        self._name(found_at_the_end(told))
        answer = self._go(self.account.blocked())
        if not told.get("nested"):
            judged = (one for gate in self.account.gates for one in gate.judged())
            self.account.looks_for_itself = _PIP not in {subject(one).name for one in judged}
        return answer

    def _call(self, told: Mapping[str, object]) -> Mapping[str, object]:
        """Let what comes by an address be built if its source gives it no name that is blocked."""
        self._name((finding(told),))
        return self._go(self.account.blocked())

    def _name(self, found: Sequence[Found]) -> None:
        """Judge what came by an address once more, by the name and version that it has."""
        decided = self.account.decided
        for one in found:
            at, chosen = self._at.get(same_file(one.url), (None, False))
            if at is not None and (one.name, one.version) != claim(subject(decided[at])):
                judged = named(decided[at], normalize(one.name))
                decided[at] = self._by_name((judged,), (one.version,), chosen=chosen)[0]

    def _further(self, met: Meeting, *, chosen: bool) -> Iterator[Change]:
        """Yield the places on the web that pip looks in too, as a manifest that names them does.

        `chosen`: those that a person here named, and not a list from the web.
        """
        if met.nested:
            return  # a build looks where the pip that started it was told to
        home = {comparable(url) for url in home_indexes(self._asking.environment)}
        own = {url for gate in self.account.gates for url in gate.urls}
        named = (
            ("--index-url", met.indexes[:1]),
            ("--extra-index-url", met.indexes[1:]),
            ("--find-links", met.find_links),
        )
        for option, url in dict.fromkeys((option, url) for option, urls in named for url in urls):
            if (url in met.from_web) is chosen:
                continue
            if url.lower().startswith(_WEB) and url not in own and comparable(url) not in home:
                shown = redacted(url)
                place = FromOption(option, shown)
                yield Added(Dependency(None, option, f"{option} {shown}", place, NOWHERE))

    def _front(self, met: Meeting) -> list[str]:
        """Return the gate's address for each index, in order."""
        own = {url for gate in self.account.gates for url in gate.urls}
        new = [url for url in dict.fromkeys(met.indexes) if url not in own | self._fronts.keys()]
        if new:
            gate = self._opening(met, new, self.account.wanted, self._facts)
            self.account.gates.append(gate)
            self._fronts.update(zip(new, gate.urls, strict=True))
        return [self._fronts.get(url, url) for url in met.indexes]

    def _take(self, told: Mapping[str, object]) -> Mapping[str, object]:
        asked = taking(told)
        if same_file(asked.url) in self._admitted:
            return {"go": True}
        name = normalize(asked.name or "")
        named_so = [one for one in self.account.wanted if name and one.name == name]
        # What a lock file names comes as it says; else what somebody pinned counts before the rest.
        known = min(named_so, key=lambda one: (not one.locked, not one.pinned), default=None)
        found = taken(asked, self._places, known, self._project)
        if is_inside(asked.of, self._project):
            # A part of the project asks for it: just what a person wrote there is a pin.
            found = tuple(as_written(one, named_so) for one in found)
        chosen = all(is_chosen(one) for one in found if is_direct(one))
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
        for at, one in enumerate(told, len(self.account.decided)):
            link = links.get(subject(one))
            if link is not None and is_direct(subject(one)):
                self._at[same_file(link)] = (at, chosen)
        self.account.decided += judged
        self.account.said += ruling.talk
        return tuple(one for one in judged if one.outcome is Outcome.BLOCKED)

    def _by_name(
        self, judged: Sequence[Judged], versions: Sequence[str], *, chosen: bool
    ) -> tuple[Judged, ...]:
        """Judge what comes by an address by its name too, as far as that is known."""
        told, talk = with_reports(judged, versions, self._policy, self._facts)
        self.account.said += talk
        return tuple(misplaced(one, self._policy, chosen=chosen) for one in told)

    def _go(self, blocked: Sequence[Judged]) -> Mapping[str, object]:
        if not blocked:
            return {"go": True}
        self.refused = True
        names = sorted({subject(one).name or subject(one).spelled for one in blocked})
        return {"go": False, "why": f"vetgate holds back {', '.join(names)}: {_END}"}
