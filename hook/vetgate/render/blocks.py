"""A block and a warning on the canvas: what, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Updated
from vetgate.model.facts import PackageFacts, Unknown
from vetgate.model.policy import Level
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.render.advice import ways_out
from vetgate.render.canvas import Canvas
from vetgate.render.exempting import Advice
from vetgate.render.groups import Group, exempted
from vetgate.render.ordered import subject

NOT_ASKED = "not asked"


def write_block(canvas: Canvas, group: Group, advice: Advice) -> None:
    """Write one blocked package."""
    canvas.paragraph(("BLOCKED", "bold red"), " ", (group.package, "bold"))
    write_reasons(canvas, group)
    canvas.paragraph("what to do:", depth=1)
    either = ""
    for way in ways_out(group.members, advice):
        before = "" if way.question else either
        canvas.paragraph(f"{before}{way.sentence}", depth=2, bullet="- ")
        for line in way.copy:
            canvas.verbatim(line, depth=4, style="green")
        either = "or "


def write_reasons(canvas: Canvas, group: Group) -> None:
    """Write where a blocked package stands, and why it is blocked there."""
    _write_places(canvas, group)
    canvas.paragraph("why:", depth=1)
    _write_findings(canvas, group, depth=2)


def write_warning(canvas: Canvas, group: Group) -> None:
    """Write one package that passes with a warning."""
    canvas.paragraph(("WARNED", "bold yellow"), " ", (group.package, "bold"))
    _write_places(canvas, group)
    _write_findings(canvas, group, depth=1)


def _write_places(canvas: Canvas, group: Group) -> None:
    for judged in group.members:
        canvas.paragraph(*_place(judged), depth=1)


def _place(judged: Judged) -> Iterator[str | tuple[str, str]]:
    change = judged.change
    dependency = subject(change)
    if dependency.location.file:
        file, line = dependency.location
        # A lock file that pip has read has no lines.
        yield (f"{file}:{line}" if line else file, "cyan")
        yield f" [{dependency.table}]: " if dependency.table else ": "
    elif dependency.needed_by:
        yield (f"needed by {dependency.needed_by[0]}", "cyan")
        yield ": "
    yield dependency.requirement
    if isinstance(change, Updated):
        yield f" (was {change.before.requirement})"
    if dependency.constraint:
        yield " (a constraint)"


def _write_findings(canvas: Canvas, group: Group, *, depth: int) -> None:
    blocked = group.members[0].outcome is Outcome.BLOCKED
    doubts: dict[str, list[Finding]] = {}
    for finding in group.findings:
        why = finding.evidence.get("why")
        if finding.unknown and isinstance(why, str):
            doubts.setdefault(why, []).append(finding)
            continue
        weight = _weight(finding, blocked=blocked)
        canvas.paragraph((finding.rule, "bold"), f"{weight}: {finding.message}", depth=depth)
        for note in finding.notes:
            canvas.paragraph(note, depth=depth + 1)
    for why, findings in doubts.items():
        _write_doubt(canvas, why, findings, blocked=blocked, depth=depth)
    for line in _unlearned(group):
        canvas.paragraph(line, depth=depth)


def _write_doubt(
    canvas: Canvas, why: str, findings: list[Finding], *, blocked: bool, depth: int
) -> None:
    """Write what one silence keeps several rules from telling: it is said once."""
    rules: dict[str, str] = {}
    for finding in findings:
        weighed = " (only warns)" if blocked and finding.level is Level.WARN else ""
        what = str(finding.evidence.get("unknown", "a fact"))
        said = f"{finding.rule}{weighed}"
        rules[what] = f"{rules[what]}, {said}" if what in rules else said
    canvas.paragraph(("could not tell", "bold"), f" ({why}):", depth=depth)
    for what, said in rules.items():
        canvas.paragraph((said, "bold"), f": {what}", depth=depth + 1)
    for note in dict.fromkeys(note for finding in findings for note in finding.notes):
        canvas.paragraph(note, depth=depth + 1)


def _weight(finding: Finding, *, blocked: bool) -> str:
    words = []
    if finding.exempted_by is not None:
        words.append(exempted(finding))
    elif blocked and finding.level is Level.WARN:
        words.append("only warns")
    if finding.unknown:
        words.append("could not tell")
    return f" ({', '.join(words)})" if words else ""


def _unlearned(group: Group) -> Iterator[str]:
    """Tell the facts that could not be had, if a finding could not tell and does not say why."""
    facts = group.members[0].facts
    doubts = [
        finding.message
        for finding in group.findings
        if finding.unknown and "why" not in finding.evidence
    ]
    if facts is None or not doubts:
        return
    unlearned: list[tuple[str, str]] = []
    for name in PackageFacts._fields[1:]:
        fact: object = getattr(facts, name)
        if isinstance(fact, Unknown) and fact.why != NOT_ASKED:
            unlearned.append((name, fact.why))
    if all(any(why in said for _, why in unlearned) for said in doubts):
        return
    for name, why in unlearned:
        yield f"unknown: {name.replace('_', ' ')} ({why})"
