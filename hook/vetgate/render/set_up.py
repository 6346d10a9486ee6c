"""What `init` says: what it would write, what it wrote, and what it leaves to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vetgate.model.record import Record
from vetgate.render.visible import visible

NEXT = (
    "next: pre-commit install -t pre-commit -t pre-merge-commit -t pre-push",
    "then: commit both files",
)


class Step(Record):
    """One file to write: its path as shown, its content before (None: no file) and after."""

    shown: str
    before: bytes | None
    after: bytes


def plan_text(steps: Sequence[Step]) -> str:
    """Show what would be written: a new file whole, a change as its differing lines."""
    return "\n".join(line for step in steps for line in _planned(step))


def wrote_text(steps: Iterable[Step]) -> list[str]:
    """Tell what was written."""
    return [
        f"{visible(step.shown)}: {'written' if step.before is None else 'the hook is added'}"
        for step in steps
    ]


def guesses_text(private: Sequence[str], indexes: Sequence[str]) -> str:
    """Show what may be private, before somebody is asked."""
    told = ["a guess, by the project's own name and the indexes that it uses:"]
    told.extend(
        f"  {key} = {', '.join(map(visible, values))}"
        for key, values in (("private", private), ("indexes", indexes))
        if values
    )
    return "\n".join(told)


def left_out_text(left_out: Sequence[tuple[str, str]]) -> list[str]:
    """Tell which packages one decision does not vouch for, and why."""
    return [f"left out: {visible(name)}: {visible(why)}" for name, why in left_out]


def entries_text(entries: Sequence[tuple[str, Sequence[str]]], heading: str) -> list[str]:
    """Tell entries, each a name and rules, under a heading that says what became of them."""
    return [heading, *(f"  {visible(name)}: {', '.join(rules)}" for name, rules in entries)]


def _planned(step: Step) -> Iterator[str]:
    after = step.after.decode("utf-8", errors="replace").splitlines()
    if step.before is None:
        yield f"{visible(step.shown)}: would be written:"
        yield from (f"  {visible(line, limit=None)}".rstrip() for line in after)
        return
    from difflib import unified_diff

    yield f"{visible(step.shown)}: would be changed:"
    before = step.before.decode("utf-8", errors="replace").splitlines()
    changes = list(unified_diff(before, after, lineterm=""))[2:]
    yield from (f"  {visible(line, limit=None)}".rstrip() for line in changes)
