"""What a run of pip came to, for a person: what was judged, what was held back, what to do."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from vetgate.model.dependency import FromOption, NormalizedName
from vetgate.model.verdict import Judged, Outcome
from vetgate.render.groups import Group, grouped
from vetgate.render.ordered import subject
from vetgate.render.text import exemptions_told, summary
from vetgate.render.visible import counted, visible

if TYPE_CHECKING:  # needed for a block only
    from vetgate.render.canvas import Canvas
    from vetgate.render.exempting import Advice


class End(enum.Enum):
    """How a run of pip ended, and what is said of that."""

    CAME_THROUGH = ""
    STOPPED = "; nothing was installed"
    WENT_ON = "; pip went on without it, and what else it brought in is there"
    FAILED = "; pip itself failed, for the reason that it gives above"
    CUT_SHORT = "; pip was ended before it was done"
    UNPLANNED = "; there is no plan, for the reason given above"


_FEW = 3
"""Packages of which the same is said that are still told of one by one."""

Held = Mapping[NormalizedName, Mapping[str, str]]
"""By name: the files that were left out, and why."""


def pip_text(
    judged: Sequence[Judged],
    held: Held,
    advice: Callable[[], Advice],
    *,
    end: End,
    width: int,
    colour: bool,
) -> str:
    """Return the report; each package is told of once."""
    passed = all(one.outcome is Outcome.PASSED for one in judged)
    if passed and not held:
        return "\n".join(_passed(judged, end))
    from vetgate.render.canvas import Canvas

    canvas = Canvas(width, colour=colour)
    _write_groups(canvas, judged, advice)
    for name, files in sorted(held.items()):
        _write_held(canvas, name, files)
    told = list(exemptions_told(judged))
    for line in told:
        canvas.paragraph(line, depth=1)
    if told:
        canvas.blank()
    canvas.paragraph(f"vetgate: {_judged(judged)}: {summary(judged)}{end.value}", hanging=False)
    return canvas.text()


def _passed(judged: Sequence[Judged], end: End) -> list[str]:
    if not judged:
        return [f"vetgate: nothing to judge{end.value}"]
    # Of a run that failed, nobody knows what it would have asked for besides.
    all_passed = "all passed" if end is End.CAME_THROUGH else "none was held back"
    lines = [f"vetgate: {_judged(judged)}, {all_passed}{end.value}"]
    return lines + [f"  {line}" for line in exemptions_told(judged)]


def _judged(judged: Sequence[Judged]) -> str:
    places = sum(isinstance(subject(one.change).origin, FromOption) for one in judged)
    told = counted(len(judged) - places, "package", "packages")
    if places:
        told += f" and {counted(places, 'place to look in', 'places to look in')}"
    return f"{told} judged"


def _write_groups(canvas: Canvas, judged: Sequence[Judged], advice: Callable[[], Advice]) -> None:
    from vetgate.render.blocks import write_block, write_warning

    for group in grouped(judged, Outcome.BLOCKED):
        write_block(canvas, group, advice())
        canvas.blank()
    alike: dict[str, list[Group]] = {}
    for group in grouped(judged, Outcome.WARNED):
        alike.setdefault(repr(group.findings), []).append(group)
    for groups in alike.values():
        if len(groups) <= _FEW:
            for group in groups:
                write_warning(canvas, group)
                canvas.blank()
        else:
            _write_alike(canvas, groups)


def _write_alike(canvas: Canvas, groups: Sequence[Group]) -> None:
    """Write once what is said of many: a further index, say, befalls all that is installed."""
    names = ", ".join(sorted(group.package for group in groups))
    said = f"WARNED {len(groups)} packages"
    canvas.paragraph((said, "bold yellow"), ": ", visible(names))
    for finding in groups[0].findings:
        canvas.paragraph((finding.rule, "bold"), f": {finding.message}", depth=1)
    canvas.blank()


def _write_held(canvas: Canvas, name: str, files: Mapping[str, str]) -> None:
    canvas.paragraph(("HELD BACK", "bold yellow"), " ", (f"some files of {name}", "bold"))
    reasons: dict[str, list[str]] = {}
    for file, why in sorted(files.items()):
        reasons.setdefault(why, []).append(file)
    for why, names in reasons.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        canvas.paragraph(f"{visible(names[-1])}{more}: {why}", depth=1)
    canvas.blank()
