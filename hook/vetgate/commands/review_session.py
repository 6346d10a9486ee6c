"""The conversation of `vetgate review`: a page, a key, what it did, and in the end one question."""

from __future__ import annotations

from collections.abc import Sequence

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking
from vetgate.commands.prompting import ask, show
from vetgate.commands.review_keys import keys_for
from vetgate.commands.review_plan import Plan, members
from vetgate.commands.screen import colour, width
from vetgate.commands.terms import end_of, refuse_no_text
from vetgate.engine import MALWARE
from vetgate.errors import GateError, UsageError
from vetgate.git.identity import author_email
from vetgate.manifests.lines import decoded
from vetgate.model.dependency import normalize
from vetgate.pinning.editing import Gone, Name
from vetgate.policyfile.entry import Entry
from vetgate.render.errors import error_text
from vetgate.render.pinned import diff_text
from vetgate.render.reviewed import (
    Item,
    Key,
    done_text,
    help_text,
    item_text,
    left_text,
    question,
    written_text,
)
from vetgate.render.visible import counted

_END = "180d"
_NEVER = "never"
_NOTHING = "nothing was written"


class _LeftError(Exception):
    """Whoever was asked wants to leave, or is gone."""


class Session:
    """One person's way through what is blocked."""

    def __init__(
        self, plan: Plan, items: Sequence[Item], folder: str, asking: Asking, *, git: bool
    ) -> None:
        self._plan, self._items, self._folder, self._git = plan, items, folder, git
        self._asking = asking
        self._width, self._colour = width(asking.environment), colour(asking.environment)

    def run(self, talk: Sequence[str]) -> Answer:
        """Ask about each package, then once for all; raises `GateError`."""
        for line in talk:
            show(line)
        try:
            for number, item in enumerate(self._items, 1):
                self._review(item, (number, len(self._items)))
            return self._end()
        except _LeftError:
            return Answer("", BLOCKED, (_NOTHING,))

    def _review(self, item: Item, place: tuple[int, int]) -> None:
        """Ask about one package until nothing blocks it or it is left as it is."""
        keys = self._keys(item)
        show(item_text(item, keys, place, width=self._width, colour=self._colour))
        while True:
            key = self._asked(question(item.package, keys)).lower()
            chosen = next((one for one in keys if key in (one.key, one.word)), None)
            if chosen is None or chosen.key == "?":
                show(help_text(keys, width=self._width, colour=self._colour))
            elif chosen.why_not:
                self._tell(f"not here: {chosen.why_not}")
            elif chosen.key == "q":
                raise _LeftError
            elif chosen.key == "s" or self._done(item, chosen.key):
                return
            else:
                keys = self._keys(item)

    def _keys(self, item: Item) -> tuple[Key, ...]:
        return keys_for(item, self._plan, self._plan.policy)

    def _done(self, item: Item, key: str) -> bool:
        """Do what a key says, and tell; whether nothing blocks the package any more."""
        try:
            said = self._decided(item, key)
        except GateError as error:
            show(error_text(error))
            return False
        if said is None:
            return False
        still = self._plan.still(item)
        self._tell(*said, still=still)
        return not still

    def _decided(self, item: Item, key: str) -> list[str] | None:
        """Return what a decision did, None if it was not made after all."""
        if key == "p":
            return self._plan.pin(item)
        if key == "r":
            return self._plan.edit(item, Gone())
        if key == "m":
            name = self._name(item.meant)
            return None if name is None else self._plan.edit(item, Name(normalize(name)))
        entry = self._entry(item)
        return None if entry is None else self._plan.vouch(item, entry)

    def _name(self, meant: Sequence[str]) -> str | None:
        """Ask which of several names was meant."""
        if len(meant) == 1:
            return meant[0]
        offered = ", ".join(f"{number} {name}" for number, name in enumerate(meant, 1))
        answer = self._asked(f"which? {offered}: ").lower()
        for number, name in enumerate(meant, 1):
            if answer in (str(number), name):
                return name
        self._tell("none of these: nothing was decided about it")
        return None

    def _entry(self, item: Item) -> Entry | None:
        """Ask for what an allowance has to say."""
        name = next(change.after.name for _, change in members(item) if change.after.name)
        rules = self._plan.vouchable(item) or None
        if rules is not None and MALWARE in rules:
            show("warning: a published report names it malicious, and this would let it pass")
        reason = self._asked(f"why can {name} be trusted? ")
        if not reason:
            self._tell("no reason was given, and it stays blocked")
            return None
        refuse_no_text("reason", reason)
        today = self._asking.now.date()
        while True:
            said = self._asked(f"until when? a date, 90d, 12w, 6m or never [{_END}] ") or _END
            try:
                end = None if said.lower() == _NEVER else end_of(said, today)
            except UsageError as error:
                show(error_text(error))
                continue
            by = author_email(self._folder)
            return Entry(name, reason, None, rules, by, today, end)

    def _end(self) -> Answer:
        """Show all that would be written, ask, and write it."""
        changed = self._plan.changed()
        if not changed:
            return Answer("", BLOCKED, ("nothing to write: all of it was left as it is",))
        show("")
        for path, one in changed:
            old, new = (decoded(text or b"", path) for text in (one.before, one.after))
            show(diff_text(path, old, new))
        left = self._plan.left(self._items)
        show("\n" + left_text(left, width=self._width, colour=self._colour))
        asked = f"write {counted(len(changed), 'file', 'files')}? [y/N] "
        if self._asked(asked).lower() not in ("y", "yes"):
            return Answer("", BLOCKED, (_NOTHING,))
        paths = self._plan.write()
        text = written_text(
            paths, paths if self._git else (), width=self._width, colour=self._colour
        )
        return Answer(text, BLOCKED if left else PASSED)

    def _asked(self, question: str) -> str:
        answer = ask(question)
        if answer is None:
            # The end of the input, or of the terminal: the question's line is still open.
            show("")
            raise _LeftError
        return answer

    def _tell(self, *lines: str, still: Sequence[str] = ()) -> None:
        show(done_text(lines, still, width=self._width, colour=self._colour))
