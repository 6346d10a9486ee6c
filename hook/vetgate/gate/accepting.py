"""Which form of a page a client takes (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from vetgate.gate.page import SIMPLE_HTML, SIMPLE_JSON

_HTML = "text/html"
_RANGES = {
    SIMPLE_JSON: (SIMPLE_JSON, "application/vnd.pypi.simple.latest+json", "application/*", "*/*"),
    SIMPLE_HTML: (SIMPLE_HTML, "application/vnd.pypi.simple.latest+html", "application/*", "*/*"),
    _HTML: (_HTML, "text/*", "*/*"),
}


def accepted(accept: str, *, is_json: bool) -> str | None:
    """Choose the media type to answer in: the page's own form if the client takes it at all.

    A page that need not be translated loses nothing; so the client's order counts among the rest
    only. None: it takes neither. Without a header, any will do; browsers get HTML.
    """
    if not accept.strip():
        return _HTML
    weights = {form: _weight(accept, ranges) for form, ranges in _RANGES.items()}
    own = (SIMPLE_JSON,) if is_json else (SIMPLE_HTML, _HTML)
    # A bare `*/*` is what tools send that name nothing: those that read JSON say so.
    named = SIMPLE_JSON in accept or "simple.latest+json" in accept
    taken = [form for form, weight in weights.items() if weight > 0]
    if not named and SIMPLE_JSON in taken and len(taken) > 1:
        taken.remove(SIMPLE_JSON)
    best = sorted(taken, key=lambda form: (form not in own, -weights[form]))
    return best[0] if best else None


def _weight(accept: str, ranges: tuple[str, ...]) -> float:
    """Return the weight of a form: what the most particular range says that names it."""
    said: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        said[name] = _quality(parameters)
    return next((said[one] for one in ranges if one in said), 0.0)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
