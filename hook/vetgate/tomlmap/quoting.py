"""The only writer of a TOML string."""

from __future__ import annotations

_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_PLANE_END = 0xFFFF


def quoted(text: str) -> str:
    """Return a TOML basic string (TOML 1.0, "String") in which every character can be seen.

    What TOML would allow raw but no reviewer would see (bidirectional overrides, zero-width
    signs, odd blanks) is written as an escape too. Lone surrogates have no form in TOML: they are
    the caller's to refuse.
    """
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\U{code:08X}" if code > _PLANE_END else f"\\u{code:04X}"
