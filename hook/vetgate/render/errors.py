"""The one place that words an error for a person."""

from __future__ import annotations

from vetgate.errors import GateError
from vetgate.render.visible import visible


def error_text(error: GateError) -> str:
    """Return `error: where: problem`, and a line `hint: ...` if the error knows a way out."""
    hint = error.hint()
    said = f"error: {visible(str(error))}"
    return f"{said}\nhint: {visible(hint)}" if hint else said
