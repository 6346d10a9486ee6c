"""`prevalence` for a person: a row per rule, beside the reference figures; and a sample."""

from __future__ import annotations

from vetgate.model.prevalence import Among, Count
from vetgate.render.audit_text import figures
from vetgate.render.canvas import Canvas
from vetgate.render.counted import Report

_UNKNOWN = "-"
_HEAD = ("rule", "top 100", "1k", "10k", "all")
_REFERENCE = ("ref 100", "ref 1k", "ref 10k", "ref all")


def prevalence_text(report: Report, *, width: int, colour: bool) -> str:
    """Return the table, and the packages of the sample with what the rule says of each."""
    canvas = Canvas(width, colour=colour)
    groups = report.table.groups
    rows = [
        (rule, *map(_cell, counts, groups), *figures(rule))
        for rule, counts in report.table.counts.items()
    ]
    head = (*_HEAD, *_REFERENCE)
    canvas.table(head, rows, numbers=range(1, len(head)))
    sizes = ", ".join(f"{group.packages:,}" for group in groups)
    canvas.paragraph(
        f"fires on, of {sizes} packages in the snapshot of {report.snapshot.built.date()}, each "
        "added without a version under the default policy; +: could not tell of some, -: of all; "
        "ref: a commercial scanner's rule of this kind on PyPI, by its public page",
        hanging=False,
    )
    if report.sample is not None:
        canvas.blank()
        if not report.sample:
            canvas.paragraph("it fires on no package of this snapshot")
        told = [
            (one.name, _UNKNOWN if one.rank is None else f"{one.rank:,}", one.message)
            for one in report.sample
        ]
        if told:
            canvas.table(("package", "rank", "what it says"), told, numbers=(1,))
    return canvas.text()


def _cell(count: Count, group: Among) -> str:
    if count.unknown and count.unknown == group.packages:
        return _UNKNOWN
    return f"{count.fires_on:,}{'+' if count.unknown else ''}"
