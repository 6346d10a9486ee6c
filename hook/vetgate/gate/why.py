"""The page that a developer opens who was held back: what, why, what next, with the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from vetgate.gate.ruling import PageRuling
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.render.advice import ways_out
from vetgate.render.exempting import Advice
from vetgate.render.fact_words import fact_words
from vetgate.render.visible import visible

HEADERS = {
    # Nothing on the page runs or loads anything, whatever a project's metadata says.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_MOST_FILES = 20
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}th{text-align:left;font-weight:600;padding-right:1.5rem}"
    "td,th{vertical-align:top;padding-top:.25rem}pre{background:#f3f3f3;padding:.6rem;"
    "overflow-x:auto}.blocked{color:#a40000}.warned{color:#8a5a00}.passed{color:#006b2d}"
    "@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e6e6}pre{background:#24272b}"
    ".blocked{color:#ff8a80}.warned{color:#ffcc66}.passed{color:#7ddc9a}}"
)


def why_page(name: str, ruling: PageRuling, advice: Advice) -> str:
    """Return the page as HTML; everything that came from outside is made visible and escaped."""
    judged = ruling.judged
    body = [f"<h1>{_text(name)}</h1>"]
    if judged is None:
        reason = ruling.refused or ruling.undecided or "it could not be judged"
        word = "It may not come from here" if ruling.refused else "Nothing was decided"
        body.append(f'<p class="blocked">{word}: {_text(reason)}</p>')
        return _document(name, body)
    body += [_verdict(ruling, judged), *_findings(judged)]
    if ruling.hidden:
        body += _files(ruling.hidden)
    if judged.outcome is Outcome.BLOCKED:
        body += _next(judged, _without_pins(advice))
    if judged.facts is not None:
        rows = "".join(
            f"<tr><th>{_text(label)}</th><td>{_text(words)}</td></tr>"
            for label, words in fact_words(judged.facts)
        )
        body += ["<h2>What is known of it</h2>", f"<table>{rows}</table>"]
    return _document(name, body)


def _verdict(ruling: PageRuling, judged: Judged) -> str:
    outcome = Outcome.BLOCKED if ruling.blocked else judged.outcome
    words = {
        Outcome.BLOCKED: "Held back: nothing of it comes through this index.",
        Outcome.WARNED: "Comes through, with a warning.",
        Outcome.PASSED: "Comes through.",
    }[outcome]
    if ruling.hidden and not ruling.blocked:
        words = "Comes through in part: some of its releases are held back."
    return f'<p class="{outcome.name.lower()}"><strong>{words}</strong></p>'


def _findings(judged: Judged) -> Iterator[str]:
    if judged.findings:
        yield "<h2>Why</h2><ul>"
        for finding in judged.findings:
            yield f"<li>{_finding(finding)}</li>"
        yield "</ul>"


def _finding(finding: Finding) -> str:
    level = "blocks" if finding.level is Level.BLOCK else "warns"
    exempted = ""
    if finding.exempted_by is not None:
        exempted = f"; exempted by {finding.exempted_by.value}: {_text(finding.exempted_why)}"
    notes = "".join(f"<br>{_text(note)}" for note in finding.notes)
    said = f"<code>{_text(finding.rule)}</code> ({level}{exempted}): {_text(finding.message)}"
    return said + notes


def _files(hidden: Mapping[str, str]) -> Iterator[str]:
    yield "<h2>What is kept off its page</h2><ul>"
    shown = sorted(hidden.items())
    for filename, reason in shown[:_MOST_FILES]:
        yield f"<li><code>{_text(filename)}</code>: {_text(reason)}</li>"
    if len(shown) > _MOST_FILES:
        yield f"<li>and {len(shown) - _MOST_FILES:,} more files</li>"
    yield "</ul>"


def _without_pins(advice: Advice) -> Advice:
    """Leave out what a service cannot see: a pin or a lock stands in a file of the client's."""
    unseen = {Exemption.PIN, Exemption.LOCK}
    exemptions = {rule: by - unseen for rule, by in advice.exemptions.items()}
    return advice._replace(exemptions=exemptions)


def _next(judged: Judged, advice: Advice) -> Iterator[str]:
    yield "<h2>What next</h2>"
    for way in ways_out((judged,), advice):
        yield f"<p>{_text(way.sentence)}</p>"
        if way.copy:
            lines = "\n".join(_text(line) for line in way.copy)
            yield f"<pre>{lines}</pre>"


def _document(name: str, body: list[str]) -> str:
    head = f'<meta charset="utf-8"><title>vetgate: {_text(name)}</title><style>{_STYLE}</style>'
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'
    )


def _text(foreign: str) -> str:
    return escape(visible(foreign), quote=True)
