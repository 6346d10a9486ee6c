"""What the decisions of one review come to: edits, allowances, and the verdict that they leave."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from vetgate.commands.advising import advice_for
from vetgate.commands.asking import Asking
from vetgate.commands.edits import Spot, write
from vetgate.commands.judging import rule, rule_again
from vetgate.commands.pin_choices import choices
from vetgate.commands.pin_edits import PinEdits
from vetgate.commands.pin_targets import Target, blocked_target
from vetgate.commands.policy_edits import Draft, redrafted
from vetgate.commands.presence import refuse_absent
from vetgate.commands.terms import checked
from vetgate.commands.vouching import added, refuse_useless, warnings
from vetgate.errors import UsageError
from vetgate.model.change import Incoming, Removed
from vetgate.model.dependency import Dependency, FromIndex
from vetgate.model.policy import Allowance
from vetgate.model.verdict import Judged, Outcome
from vetgate.pinning.choosing import Choice, Chosen
from vetgate.pinning.editing import Gone, Name, Pin
from vetgate.policyfile.entry import Entry
from vetgate.render.advice import can_be_had
from vetgate.render.exempting import blocking, to_name
from vetgate.render.pinned import pinned_words
from vetgate.render.reviewed import Item
from vetgate.writing import Replacement


class Plan:
    """Decisions about blocked packages; nothing is written before `write`."""

    def __init__(self, root: str, folder: str, policy: Draft, asking: Asking) -> None:
        self._root, self._folder, self._asking = root, folder, asking
        self._edits = PinEdits(root, asking.environment, hashes=False)
        self._before = self._draft = policy
        self._entries: dict[str, tuple[Entry, Allowance]] = {}
        self._spots: dict[Dependency, Spot | str] = {}
        self._wanted: list[Replacement] = []

    @property
    def policy(self) -> str:
        """The path of the file that allowances go to."""
        return self._before.shown

    def look(self, items: Sequence[Item]) -> None:
        """Read the files of all that is blocked as they are now; raises `ManifestError`."""
        for item in items:
            for _, change in members(item):
                self._spots[change.after] = self._edits.look(change.after)

    def why_no_pin(self, item: Item) -> str:
        """Tell why a package cannot be pinned, empty if it can."""
        if self._asking.offline:
            return "a pin needs the index, and nobody may be asked"
        pinned = {spot for spot, edit in self._edits.taken if isinstance(edit, Pin)}
        if all(self._spots[change.after] in pinned for _, change in members(item)):
            return "it is pinned already"
        if not any(can_be_had(judged) for judged, _ in members(item)):
            return "the index has no release of it"
        found = list(self._targets(item))
        whys = [why for why in found if isinstance(why, str)]
        return whys[0] if len(whys) == len(found) else ""

    def why_no_edit(self, item: Item, *, name: bool) -> str:
        """Tell why a package cannot be taken out or, with `name`, renamed; empty if it can."""
        for _, change in members(item):
            spot = self._spots[change.after]
            if isinstance(spot, str):
                return spot
            if change.after.origin.kind == "option":
                return "it is an option, and says where others come from"
            if name and change.after.origin.kind != "index":
                return "it does not come from an index"
        return ""

    def vouchable(self, item: Item) -> tuple[str, ...] | None:
        """Return the rules that an allowance would have to name now; None: none is of use."""
        advice = advice_for(self._draft.policy)
        found = [to_name(judged, advice) for judged in self._judged([item])]
        helped = [rules for rules in found if rules is not None]
        if not helped:
            return None
        return tuple(sorted({rule for rules in helped for rule in rules}))

    def list_is_locked(self) -> bool:
        """Whether nothing can be added to the allow-list in this policy file."""
        return "allow" in self._draft.policy.closed

    def pin(self, item: Item) -> list[str]:
        """Pin a package wherever it is blocked and can be; return what is to be said.

        Raises `GateError`, with nothing taken in.
        """
        targets = [one for one in self._targets(item) if isinstance(one, Target)]
        policy = self._draft.policy
        # What is to be said of look-ups was said at the start.
        chosen = choices(targets, self._edits.state, policy, self._asking, pre=False).made
        before = self._edits.taken
        self._drop(item)
        try:
            for target, choice in chosen:
                self._pin(target, choice)
            self._edits.make()
        except UsageError:
            self._edits.back_to(before)
            raise
        spots = (self._spots[target.dependency] for target, _ in chosen)
        return [
            words
            for spot in spots
            if isinstance(spot, Spot)
            for words in pinned_words(self._edits.pinned_at(spot))
        ]

    def _pin(self, target: Target, choice: Choice) -> None:
        if isinstance(choice, Chosen):
            # What goes on blocking is told for the package as a whole.
            why = self._edits.pin(target._replace(still=()), choice)
        else:
            why = choice.why
        if why is not None:
            file, line = target.dependency.location
            raise UsageError(f"not pinned: {why}", path=file, line=line)

    def edit(self, item: Item, edit: Gone | Name) -> list[str]:
        """Take a package out, or rename it; return what is to be said. Raises `UsageError`."""
        before = self._edits.taken
        self._drop(item)
        said = []
        try:
            for _, change in members(item):
                spot = self._spots[change.after]
                if isinstance(spot, Spot):
                    self._edits.take(spot, edit)
            self._edits.make()
        except UsageError:
            self._edits.back_to(before)
            raise
        for _, change in members(item):
            file, line = change.after.location
            becomes = "is taken out" if isinstance(edit, Gone) else f"becomes {edit.name}"
            said.append(f"{file}:{line}: {change.after.requirement} {becomes}")
        return list(dict.fromkeys(said))

    def vouch(self, item: Item, entry: Entry) -> list[str]:
        """Take an allowance in; return what is to be said. Raises `GateError`, with none taken."""
        wanted = checked(entry)
        refuse_useless(wanted, self._before.policy)
        said = [*refuse_absent(wanted.name, self._before.policy, self._asking, wanted.rules)]
        entries = {**self._entries, item.package: (entry, wanted)}
        drafted, notes = self._vouched(self._before.found.content, entries)
        self._entries, self._draft = entries, drafted
        end = "" if entry.expires is None else f" until {entry.expires.isoformat()}"
        rules = f", for {', '.join(entry.rules)}" if entry.rules else ""
        said.append(f"{drafted.shown}: {wanted.name} is allowed{end}{rules}")
        return [*said, *notes, *warnings(entry, wanted)]

    def still(self, item: Item) -> tuple[str, ...]:
        """Return the rules that block a package after what was decided; raises `SnapshotError`."""
        found = (blocking(judged.findings) for judged in self._judged([item]))
        return tuple(sorted({rule for rules in found for rule in rules}))

    def left(self, items: Sequence[Item]) -> list[tuple[str, tuple[str, ...]]]:
        """Return what is blocked after all decisions, by which rules; raises `SnapshotError`.

        All is judged together, under the policy as it is to be written.
        """
        found: dict[str, set[str]] = {}
        for judged in self._judged(items):
            if not isinstance(judged.change, Removed):
                name = judged.change.after.name or judged.change.after.spelled
                found.setdefault(name, set()).update(blocking(judged.findings))
        return [(name, tuple(sorted(rules))) for name, rules in sorted(found.items())]

    def _judged(self, items: Sequence[Item]) -> list[Judged]:
        """Judge what was decided about packages; return what is blocked of it.

        What is known of them was learned once, and only names that are new are looked up: an index
        that does not answer must not be waited for at every key.
        """
        changes = tuple(self._changes(items))
        facts = {item.facts.name: item.facts for item in items if item.facts is not None}
        policy, names = self._draft.policy, {None, *facts}
        old = tuple(one for one in changes if one.after.name in names)
        new = tuple(one for one in changes if one.after.name not in names)
        judged = list(rule_again(old, facts, policy, self._asking).changes)
        if new:
            judged += rule(new, policy, self._asking, summarise=False).verdict.changes
        return [one for one in judged if one.outcome is Outcome.BLOCKED]

    def changed(self) -> list[tuple[str, Replacement]]:
        """Return each file to write, with the path to tell it by; raises `GateError`."""
        found = {one.path: (self._edits.shown[one.path], one) for one in self._edits.changed()}
        policy = self._before.found.path
        if self._entries:
            real = os.path.realpath(policy)
            # The policy may be a table of a manifest that is edited too.
            edited = self._edits.content(real)
            base = self._before.found.content if edited is None else edited
            drafted, _ = self._vouched(base, self._entries)
            before = self._before.found.content if self._before.exists else None
            shown = os.path.relpath(policy, self._root)
            found[real] = (shown, Replacement(policy, before, drafted.found.content))
        return [found[real] for real in sorted(found)]

    def write(self) -> list[str]:
        """Write all files or none, and return their paths as seen from the folder.

        Raises `UsageError`, with all as they were.
        """
        wanted = self.changed()
        self._wanted = [one for _, one in wanted]
        write(self._root, self._wanted, {one.path: shown for shown, one in wanted})
        at = os.path.realpath(self._folder)
        return sorted(os.path.relpath(os.path.realpath(one.path), at) for _, one in wanted)

    def state(self) -> str:
        """Tell what an interrupt left: all is written or nothing is."""
        for one in self._wanted:
            with suppress(OSError), open(one.path, "rb") as file:
                if file.read() == one.after:
                    return "everything was written before that"
        return "nothing was written"

    def _vouched(
        self, content: bytes, entries: dict[str, tuple[Entry, Allowance]]
    ) -> tuple[Draft, list[str]]:
        """Return a policy with further allowances, and what is to be said of the last one."""
        drafted = redrafted(self._before, content, self._folder)
        said: list[str] = []
        for entry, wanted in entries.values():
            after, said = added(drafted, entry, wanted, self._asking.now.date())
            drafted = redrafted(drafted, after, self._folder)
        return drafted, said

    def _targets(self, item: Item) -> Iterator[Target | str]:
        environment = self._asking.environment
        for judged, change in members(item):
            spot = self._spots[change.after]
            if isinstance(spot, str):
                yield spot
            else:
                yield blocked_target(judged, change, self._before.policy, environment)

    def _drop(self, item: Item) -> None:
        """Forget earlier edits of a package: a later decision stands in their place."""
        spots = {self._spots[change.after] for _, change in members(item)}
        self._edits.back_to(one for one in self._edits.taken if one[0] not in spots)

    def _changes(self, items: Sequence[Item]) -> Iterator[Incoming]:
        edited = dict(self._edits.taken)
        for item in items:
            for _, change in members(item):
                spot = self._spots[change.after]
                if isinstance(spot, str) or spot not in edited:
                    yield change
                elif (now := self._edits.now(spot)) is not None:
                    yield _moved(change, now)


def members(item: Item) -> Iterator[tuple[Judged, Incoming]]:
    """Yield what is blocked of a package."""
    for group in item.groups:
        for judged in group.members:
            if not isinstance(judged.change, Removed):
                yield judged, judged.change


def _moved(change: Incoming, now: Dependency) -> Incoming:
    """Return a change that brings in what an edit left.

    What the whole project says of it (its indexes, say) is not in its own file, and stays.
    """
    origin = change.after.origin
    if isinstance(origin, FromIndex) and isinstance(now.origin, FromIndex):
        origin = origin._replace(specifier=now.origin.specifier)
    after = change.after._replace(
        name=now.name, spelled=now.spelled, requirement=now.requirement, origin=origin
    )
    return change._replace(after=after)
