"""`explain` for a person: what is known about a package, or the page of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vetgate.model.verdict import Judged, Outcome
from vetgate.render.blocks import write_block, write_warning
from vetgate.render.canvas import Canvas
from vetgate.render.exempting import Advice
from vetgate.render.fact_words import fact_words
from vetgate.render.groups import Group, package
from vetgate.render.ordered import subject
from vetgate.render.rule_page import Prevalence, RulePage
from vetgate.render.text import exemptions_told

UNCOUNTED = "the snapshot in use cannot count this"


def package_text(judged: Judged, advice: Advice, *, width: int, colour: bool) -> str:
    """Return everything known about a package, and how it would be judged if it were added.

    `judged` is that supposed addition; its place is left out if its file is the empty string.
    """
    canvas = Canvas(width, colour=colour)
    canvas.paragraph((package(judged), "bold"))
    if judged.facts is None:
        canvas.paragraph("nothing is known: it was not looked up", depth=1)
    else:
        _write_table(canvas, list(fact_words(judged.facts)))
    canvas.blank()
    canvas.paragraph(f"If a commit added {subject(judged.change).requirement}:")
    canvas.blank()
    group = Group(package(judged), (judged,))
    if judged.outcome is Outcome.BLOCKED:
        write_block(canvas, group, advice)
    elif judged.outcome is Outcome.WARNED:
        write_warning(canvas, group)
    else:
        canvas.paragraph(("PASSED", "bold green"), " ", (group.package, "bold"))
        for line in exemptions_told([judged]):
            canvas.paragraph(line, depth=1)
    return canvas.text()


def rule_text(page: RulePage, *, width: int, colour: bool) -> str:
    """Return a rule's page, and what the policy in force makes of the rule."""
    canvas = Canvas(width, colour=colour)
    canvas.paragraph((page.id, "bold"), f": {page.title}")
    canvas.blank()
    _write_page(canvas, _body(page))
    canvas.paragraph(("Under the policy in force", "bold"))
    limits = [f"{name} = {page.limits[name]}" for name in sorted(page.limits)]
    exempting = sorted(exemption.value for exemption in page.exempted_by)
    rows = [
        ("level", page.level.value),
        ("limits", ", ".join(limits) or "none"),
        ("exempted by", ", ".join(exempting) or "nothing"),
    ]
    _write_table(canvas, rows)
    canvas.blank()
    canvas.paragraph(("How many packages it fires on", "bold"))
    if page.prevalence is None:
        canvas.paragraph(UNCOUNTED, depth=1)
    else:
        _write_table(canvas, [(each.among, _prevalence(each)) for each in page.prevalence])
    return canvas.text()


def _prevalence(prevalence: Prevalence) -> str:
    if prevalence.fires_on is None:
        return UNCOUNTED
    return f"{prevalence.fires_on:,} of {prevalence.packages:,}"


def _write_table(canvas: Canvas, rows: Sequence[tuple[str, str]]) -> None:
    column = max((len(label) for label, _ in rows), default=0) + 2
    for label, words in rows:
        canvas.paragraph(words, depth=1, bullet=label.ljust(column))


def _body(page: RulePage) -> list[str]:
    """Return the lines of the page, without the summary line if that is the title again."""
    lines = page.doc.strip().splitlines()
    if lines and lines[0].rstrip(".") == page.title.rstrip("."):
        return lines[1:]
    return lines


def _write_page(canvas: Canvas, lines: Iterable[str]) -> None:
    """Write Markdown as far as the pages use it: headings, paragraphs, lists, indented examples."""
    running: list[str] = []

    def flush() -> None:
        if running:
            bullet = "- " if running[0].startswith("- ") else ""
            words = " ".join(running).removeprefix("- ")
            canvas.paragraph(words, bullet=bullet, hanging=False)
            running.clear()

    blank = True  # of several empty lines one is kept, and none at the start
    for line in [*lines, ""]:
        words = line.strip()
        if not words or line.startswith(("    ", "#")) or words.startswith("- "):
            flush()
        if not words:
            if not blank:
                canvas.blank()
        elif line.startswith("    "):
            canvas.verbatim(line.rstrip())
        elif line.startswith("#"):
            canvas.paragraph((line.lstrip("#").strip(), "bold"))
        else:
            running.append(words)
        blank = not words
