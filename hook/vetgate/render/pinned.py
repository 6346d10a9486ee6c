"""What `vetgate pin` says it did: what was pinned, what was left and why, and what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from vetgate.model.dependency import Location
from vetgate.model.record import Record
from vetgate.render.canvas import Canvas
from vetgate.render.visible import counted, visible


class Pinned(Record):
    """A requirement before and after."""

    location: Location
    before: str
    after: str
    uploaded: datetime | None
    """The first upload of the version (aware UTC), None where the index does not tell."""
    releases: int
    notes: tuple[str, ...] = ()


class Left(Record):
    """A requirement that stays as it is."""

    location: Location
    requirement: str
    why: str


def pinned_text(
    pinned: Sequence[Pinned],
    left: Sequence[Left],
    *,
    width: int,
    colour: bool,
    add: Sequence[str] = (),
) -> str:
    """Tell what was pinned and what was not; `add`: the files that git is to be given."""
    canvas = Canvas(width, colour=colour)
    for one in sorted(pinned, key=lambda one: (one.location, one.before)):
        canvas.paragraph(
            (f"{_where(one.location)}: ", "cyan"),
            f"{one.before} -> ",
            (one.after, "bold"),
            _chosen_from(one),
        )
        for note in one.notes:
            canvas.paragraph(note, depth=1)
    for kept in sorted(set(left)):
        canvas.paragraph(
            (f"{_where(kept.location)}: ", "cyan"), f"{kept.requirement}: not pinned: {kept.why}"
        )
    if add:
        canvas.paragraph("the commit has it once it is staged:")
        canvas.verbatim(f"git add {shlex.join(sorted(add))}", depth=1, style="green")
    return canvas.text()


def pinned_words(one: Pinned) -> list[str]:
    """Tell of one pin, a sentence at a time, in the words of `pinned_text`."""
    said = f"{_where(one.location)}: {one.before} -> {one.after}{_chosen_from(one)}"
    return [said, *one.notes]


def _chosen_from(one: Pinned) -> str:
    uploaded = "" if one.uploaded is None else f"uploaded {one.uploaded.date().isoformat()}, "
    return f" ({uploaded}{counted(one.releases, 'release', 'releases')})"


def diff_text(path: str, before: str, after: str) -> str:
    """Return the unified diff of one file, to be read: what cannot be seen is written out."""
    from difflib import unified_diff

    old, new = (text.splitlines(keepends=True) for text in (before, after))
    return "\n".join(_shown(unified_diff(old, new, f"a/{path}", f"b/{path}")))


def _shown(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        kept = "".join(line.splitlines()).split("\t")
        yield "\t".join(visible(part, limit=None) for part in kept)


def _where(location: Location) -> str:
    return f"{location.file}:{location.line}"
