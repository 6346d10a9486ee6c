"""`audit` for a person: a row per package, the worst first, and a row per rule."""

from __future__ import annotations

from vetgate.model.dependency import FromIndex, FromOption, FromPath, FromUrl, FromVcs
from vetgate.model.policy import Level
from vetgate.model.verdict import Outcome
from vetgate.render.audited import REFERENCE, Audit, counts, rows
from vetgate.render.canvas import Canvas
from vetgate.render.groups import Group
from vetgate.render.never import assert_never
from vetgate.render.ordered import subject
from vetgate.render.text import summary
from vetgate.render.visible import counted, visible

_STYLES = {Outcome.BLOCKED: "bold red", Outcome.WARNED: "yellow", Outcome.PASSED: ""}
_HEAD = ("package", "admits", "verdict", "why")
_RULES_HEAD = ("rule", "here", "exempted", "could not tell", "top 100", "1k", "10k", "all")


def audit_text(audit: Audit, *, width: int, colour: bool) -> str:
    """Return the two tables and what they add up to."""
    canvas = Canvas(width, colour=colour)
    if not audit.judged:
        canvas.paragraph("vetgate: nothing to judge")
        return canvas.text()
    write_packages(canvas, audit)
    canvas.blank()
    told = [
        (
            count.rule,
            *(f"{number:,}" for number in (count.fired, count.exempted, count.unknown)),
            *(figures(count.rule)),
        )
        for count in counts(audit)
    ]
    canvas.table(_RULES_HEAD, told, numbers=range(1, len(_RULES_HEAD)))
    canvas.paragraph(
        f"here: of {counted(audit.packages, 'package', 'packages')}; top 100 to all: on how many "
        "of PyPI's packages a commercial scanner's rule fires, by its public page",
        hanging=False,
    )
    canvas.blank()
    canvas.paragraph(summary(audit.judged))
    return canvas.text()


def packages_text(audit: Audit, *, width: int, colour: bool) -> str:
    """Return the table of packages alone."""
    canvas = Canvas(width, colour=colour)
    if not audit.judged:
        return "no dependencies are in use"
    write_packages(canvas, audit)
    return canvas.text()


def write_packages(canvas: Canvas, audit: Audit) -> None:
    """Write the table of packages."""
    located = audit.environment is None
    head = (*_HEAD[:3], "where", _HEAD[3]) if located else _HEAD
    told = []
    for group in rows(audit.judged):
        outcome = group.members[0].outcome
        where = (_where(group),) if located else ()
        verdict = (outcome.name.lower(), _STYLES[outcome])
        told.append((group.package, _version(group, located=located), verdict, *where, _why(group)))
    canvas.table(head, told)


def _version(group: Group, *, located: bool) -> str:
    """Return what versions are admitted, or where else it comes from.

    If it is `located`, its line in a manifest tells the rest: a URL would be broken in a column.
    """
    origin = subject(group.members[0].change).origin
    match origin:
        case FromIndex():
            told = origin.specifier or "any"
        case FromPath():
            told = "a path" if located else origin.path
        case FromUrl():
            told = "a URL" if located else origin.url
        case FromVcs():
            told = "a repository" if located else origin.url
        case FromOption():
            told = "an option" if located else origin.url
        case _:
            assert_never(origin)
    return told


def _where(group: Group) -> str:
    places = [subject(one.change).location for one in group.members]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{visible(places[0].file)}:{places[0].line}{more}"


def _why(group: Group) -> str:
    """Name the rules that say something, by what they come to."""
    told: dict[str, dict[str, None]] = {}
    for finding in group.findings:
        if finding.exempted_by is not None:
            heading = f"exempted by {finding.exempted_by.value}: "
        elif finding.unknown:
            heading = "could not tell: "
        elif finding.level is Level.WARN and group.members[0].outcome is Outcome.BLOCKED:
            heading = "only warns: "
        else:
            heading = ""
        told.setdefault(heading, {})[finding.rule] = None
    return "; ".join(heading + ", ".join(rules) for heading, rules in sorted(told.items()))


def figures(rule: str) -> tuple[str, ...]:
    """Return the reference figures of a rule as they are told."""
    told = REFERENCE.get(rule)
    if told is None:
        return ("-",) * 4
    return (*(f"{number:,}" for number in told[:3]), f"{told.all / 1000:.2f}k")
