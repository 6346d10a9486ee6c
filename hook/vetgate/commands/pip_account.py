"""What is told of a run of pip: what was decided of each package, and what was held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetgate.commands.pip_addresses import subject
from vetgate.commands.pip_changes import refused, stopping
from vetgate.commands.pip_front import Gate, Held
from vetgate.engine import is_private
from vetgate.installer.meeting import Asker
from vetgate.installer.wanted import NOWHERE, is_direct
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, NormalizedName, normalize
from vetgate.model.policy import Policy
from vetgate.model.verdict import Judged, Outcome

_PIP = NormalizedName("pip")


class Account:
    """What was wanted, and what became of it; the keeper notes it here as it goes."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.wanted: list[Dependency] = []
        """What a person typed or wrote."""
        self.built_with: dict[NormalizedName, Dependency] = {}
        """What builds were said to require."""
        self.decided: list[Judged] = []
        """What the keeper judged itself."""
        self.gates: list[Gate] = []
        self.upgrades = False
        """pip looks if there is a newer one of what it could leave in place."""
        self.failed = False
        """pip found no way, of what it was let have; or one that it started for a build did not."""
        self.looks_for_itself = False
        """All is resolved, and pip is no part of it: it looks whether there is a newer pip."""
        self.said: list[str] = []
        self._asked_for_by: dict[NormalizedName, Asker] = {}

    def judged(self) -> tuple[Judged, ...]:
        """Return all that was decided, once for each name, as it was asked for where it was."""
        found: dict[object, Judged] = {}
        for one in (*self.decided, *self._of_gates()):
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
        pinned = {one.name for one in self.wanted if one.pinned}
        for one in self._held():
            told = stopping(one.judged) if self._is_whole(one) else one.name in pinned
            if one.hidden and not (told or self._is_idle(one)):
                found.setdefault(one.name, {}).update(one.hidden)
        return found

    def troubles(self) -> tuple[str, ...]:
        """Return what kept pages from being judged."""
        return tuple(dict.fromkeys(one for gate in self.gates for one in gate.troubles()))

    def talk(self) -> tuple[str, ...]:
        """Return what is to be said beside."""
        said = (*self.said, *(line for gate in self.gates for line in gate.talk()))
        return tuple(dict.fromkeys(said))

    def note_who_asks(self, told: Mapping[str, Asker]) -> None:
        """Note by whom packages are asked for."""
        for name, by in told.items():
            self._asked_for_by.setdefault(normalize(name), by)

    def _held(self) -> Iterator[Held]:
        for gate in self.gates:
            yield from gate.held()

    def _is_whole(self, held: Held) -> bool:
        """Whether a project is blocked; one that is installed is if pip could not leave it so."""
        return held.blocked or (held.stays and self.failed and not self.troubles())

    def _is_idle(self, held: Held) -> bool:
        """Whether pip only looked if there is a newer one of what it leaves in place."""
        return held.stays and self.upgrades

    def _of_gates(self) -> Iterator[Judged]:
        """Yield what became of each page: what came in after all, if only in part, warns."""
        whole = {one.name for one in self._held() if self._is_whole(one)}
        told = set()
        for one in (self._placed(one) for gate in self.gates for one in gate.judged()):
            name = subject(one).name
            told.add(name)
            if self.looks_for_itself and name == _PIP:
                continue
            if name in whole:
                yield one._replace(outcome=Outcome.BLOCKED)
            elif one.outcome is Outcome.BLOCKED:
                yield one._replace(outcome=Outcome.WARNED)
            else:
                yield one
        for held in self._held():
            if held.blocked and held.name not in told:
                yield refused(held, private=is_private(held.name, self._policy))

    def _placed(self, judged: Judged) -> Judged:
        """Say of what nobody typed where it comes from, and of the rest where it was written."""
        one = subject(judged)
        written = [each for each in self.wanted if each.name == one.name]
        if one.name is None or one.location in {each.location for each in written}:
            return judged
        if written:
            # Somebody vouches for some versions of it.
            first = min(written, key=lambda each: each.constraint)
            found = one._replace(location=first.location, requirement=first.requirement)
            return judged._replace(change=Added(found))
        by_build = self.built_with.get(one.name)
        if by_build is not None and not is_direct(by_build):
            return judged._replace(change=Added(by_build._replace(installed=True)))
        asker = self._asked_for_by.get(one.name)
        found = one._replace(location=NOWHERE, needed_by=self._chain(one.name))
        if asker is not None and isinstance(one.origin, FromIndex):
            # Whatever its metadata says, it is no pin: no person here wrote it.
            origin = one.origin._replace(specifier=asker.specifier)
            requirement = f"{one.spelled}{asker.specifier}"
            found = found._replace(requirement=requirement, origin=origin, installed=True)
        return judged._replace(change=Added(found))

    def _chain(self, name: NormalizedName) -> tuple[str, ...]:
        """Name the package that asks for another, the one that asks for that, and so on."""
        found: dict[str, None] = {}
        by = self._asked_for_by.get(name)
        while by is not None and by.name not in found:
            found[by.name] = None
            by = self._asked_for_by.get(normalize(by.name))
        return tuple(found)
