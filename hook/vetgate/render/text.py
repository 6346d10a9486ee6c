"""`check` for a person: one plain line if all is well; rich is imported only if it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vetgate.model.typed import TYPE_CHECKING
from vetgate.model.verdict import Judged, Outcome, Verdict
from vetgate.render.groups import exempted, grouped, package
from vetgate.render.nothing import NOTHING_TO_JUDGE
from vetgate.render.visible import counted, visible

if TYPE_CHECKING:  # needed for a block only, and this module is on the path of every commit
    from vetgate.render.exempting import Advice

_FEW = 5
_KINDS = (("added", "addition", "additions"), ("updated", "update", "updates"))


def check_text(
    verdict: Verdict,
    advice: Callable[[], Advice],
    *,
    width: int,
    colour: bool,
    quiet: bool = False,
) -> str:
    """Return the verdict as text, wrapped to `width` columns; `advice` is asked for a block only.

    Lines to copy (a pin, a command) are never broken. `quiet` tells of blocks only, and is
    empty if there is none.
    """
    if verdict.outcome is Outcome.PASSED:
        return "" if quiet else "\n".join(_passed(verdict))
    if quiet and verdict.outcome is not Outcome.BLOCKED:
        return ""
    from vetgate.render.blocks import write_block, write_warning
    from vetgate.render.canvas import Canvas

    canvas = Canvas(width, colour=colour)
    for group in grouped(verdict.changes, Outcome.BLOCKED):
        write_block(canvas, group, advice())
        canvas.blank()
    if not quiet:
        for group in grouped(verdict.changes, Outcome.WARNED):
            write_warning(canvas, group)
            canvas.blank()
        if told := list(exemptions_told(verdict.changes)):
            for line in told:
                canvas.paragraph(line, depth=1)
            canvas.blank()
    canvas.paragraph(summary(verdict.changes) + _who_passed(verdict.changes))
    return canvas.text()


def summary(changes: Sequence[Judged]) -> str:
    """Return `2 blocked, 1 warned, 3 passed`; what was removed is no passing."""
    judged = [each.outcome for each in changes if each.change.kind != "removed"]
    return ", ".join(
        f"{judged.count(outcome):,} {outcome.name.lower()}" for outcome in reversed(Outcome)
    )


def _who_passed(changes: Sequence[Judged]) -> str:
    """Name what passed, if it is few: ` (requests)`."""
    names = sorted(
        {
            package(each)
            for each in changes
            if each.outcome is Outcome.PASSED and each.change.kind != "removed"
        }
    )
    return f" ({', '.join(names)})" if 0 < len(names) <= _FEW else ""


def _passed(verdict: Verdict) -> Iterator[str]:
    kinds = [judged.change.kind for judged in verdict.changes]
    told = [counted(kinds.count(kind), *words) for kind, *words in _KINDS if kind in kinds]
    yield f"vetgate: {' and '.join(told)} passed" if told else NOTHING_TO_JUDGE
    yield from (f"  {line}" for line in exemptions_told(verdict.changes))


def exemptions_told(changes: Sequence[Judged]) -> Iterator[str]:
    """Tell, package by package, what would not have passed without an exemption."""
    for group in grouped(changes, Outcome.PASSED):
        rules: dict[str, list[str]] = {}
        for finding in group.findings:
            rules.setdefault(exempted(finding), []).append(finding.rule)
        for why, ids in rules.items():
            said = ", ".join([*dict.fromkeys(ids), why])
            yield visible(f"{group.package}: {said}")
        notes = dict.fromkeys(note for finding in group.findings for note in finding.notes)
        yield from (visible(f"{group.package}: {note}") for note in notes)
