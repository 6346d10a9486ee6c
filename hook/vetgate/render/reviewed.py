"""What `vetgate review` shows: one blocked package after the other, and in the end what it did."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from vetgate.model.facts import PackageFacts
from vetgate.model.record import Record
from vetgate.render.blocks import NOT_ASKED, write_reasons
from vetgate.render.canvas import Canvas
from vetgate.render.fact_words import told_facts
from vetgate.render.groups import Group
from vetgate.render.visible import counted, visible

_KNOWN = "known:"


class Key(Record):
    """A key, its word, what it does here, and why not, if it does nothing here."""

    key: str
    word: str
    does: str
    help: str
    why_not: str = ""


class Item(Record):
    """One blocked package: where it stands, why it is blocked, and what is known about it."""

    package: str
    groups: tuple[Group, ...]
    facts: PackageFacts | None = None
    meant: tuple[str, ...] = ()
    """Well-known names that may have been meant, the nearest first."""


def item_text(
    item: Item, keys: Sequence[Key], place: tuple[int, int], *, width: int, colour: bool
) -> str:
    """Return the page of one package; `place`: its number, and how many there are."""
    canvas = Canvas(width, colour=colour)
    canvas.blank()
    number, total = place
    canvas.paragraph(
        ("BLOCKED", "bold red"), " ", (item.package, "bold"), f" ({number:,} of {total:,})"
    )
    for group in item.groups:
        write_reasons(canvas, group)
    if item.facts is not None:
        _write_facts(canvas, item.facts)
    if item.meant:
        canvas.paragraph(f"did you mean {' or '.join(item.meant)}?", depth=1)
    canvas.blank()
    canvas.paragraph(_offered(keys))
    return canvas.text()


def help_text(keys: Sequence[Key], *, width: int, colour: bool) -> str:
    """Tell what each key does, and why some do nothing here."""
    canvas = Canvas(width, colour=colour)
    for one in keys:
        why_not = f" (not here: {one.why_not})" if one.why_not else ""
        canvas.paragraph(one.help, why_not, bullet=f"{one.key}  ")
    return canvas.text()


def question(package: str, keys: Sequence[Key]) -> str:
    """Return what is asked about one package, for one line of any terminal."""
    return visible(f"{package} [{'/'.join(one.key for one in keys if not one.why_not)}] ", limit=60)


def done_text(lines: Sequence[str], still: Sequence[str], *, width: int, colour: bool) -> str:
    """Tell what one decision did, and which rules go on blocking the package."""
    canvas = Canvas(width, colour=colour)
    for line in lines:
        canvas.paragraph(line, depth=1)
    if still:
        canvas.paragraph(f"still blocked by {' and '.join(still)}", depth=1)
    return canvas.text()


def left_text(left: Sequence[tuple[str, Sequence[str]]], *, width: int, colour: bool) -> str:
    """Tell which packages go on being blocked after all, and by which rules."""
    canvas = Canvas(width, colour=colour)
    if not left:
        canvas.paragraph("nothing of it is blocked then")
        return canvas.text()
    canvas.paragraph(f"{counted(len(left), 'package is', 'packages are')} blocked all the same:")
    for package, rules in left:
        canvas.paragraph((package, "bold"), f": {', '.join(rules)}", depth=1)
    return canvas.text()


def written_text(paths: Sequence[str], add: Sequence[str], *, width: int, colour: bool) -> str:
    """Tell which files were written, and what git is to be given."""
    canvas = Canvas(width, colour=colour)
    canvas.paragraph(f"written: {', '.join(sorted(paths))}")
    if add:
        canvas.paragraph("the commit has it once it is staged:")
        canvas.verbatim(f"git add {shlex.join(sorted(add))}", depth=1, style="green")
    return canvas.text()


def _offered(keys: Sequence[Key]) -> str:
    return ", ".join(f"{one.key} {one.does}" for one in keys if not one.why_not)


def _write_facts(canvas: Canvas, facts: PackageFacts) -> None:
    """Write what is known; what is not, in one line for each reason."""
    unknown: dict[str, list[str]] = {}
    told: list[tuple[str, str]] = []
    for label, words, why in told_facts(facts):
        if why is None:
            told.append((label, words))
        elif why != NOT_ASKED:
            unknown.setdefault(why, []).append(label)
    if not told and not unknown:
        return
    canvas.paragraph(_KNOWN, depth=1)
    column = max((len(label) for label, _ in told), default=0) + 2
    for label, words in told:
        canvas.paragraph(words, depth=2, bullet=label.ljust(column))
    for why, labels in unknown.items():
        canvas.paragraph(f"unknown ({why}): {', '.join(labels)}", depth=2)
