"""The only judge of whether a text is an environment marker (PEP 508).

Markers are kept, never evaluated: the gate judges for every platform. Each text is looked at
once, and only one that the simple grammar below does not know costs the import of `packaging`.
"""

from __future__ import annotations

import re

_LONG = 2000  # parentheses are taken off one level at a time, which a hostile text could abuse
_seen: dict[str, str | None] = {}


def why_not(text: str) -> str | None:
    """Tell why the text is no marker, or None where it is one."""
    if text not in _seen:
        _seen[text] = None if _is_simple(text) else _asked(text)
    return _seen[text]


def _is_simple(text: str) -> bool:
    """Tell whether the text is made of plain comparisons, `and`, `or`, parentheses and blanks.

    Each comparison becomes a NUL, then what joins or encloses them does, until one is left.
    """
    if "\0" in text or len(text) > _LONG:
        return False
    text = _comparison().sub("\0", text)
    replaced = 1
    while replaced:
        text, replaced = re.subn(r"\( *\0 *\)|\0 +(?:and|or) +\0", "\0", text)
    return text.strip(" ") == "\0"


def _comparison() -> re.Pattern[str]:
    variable = (
        r"\b(?:python_version|python_full_version|os_name|sys_platform"
        r"|platform_(?:release|system|version|machine|python_implementation)"
        r"|implementation_(?:name|version)|extra)\b"
    )
    value = """(?:"[A-Za-z0-9._+-]*"|'[A-Za-z0-9._+-]*')"""
    operator = "(?: *(?:===|==|~=|!=|<=|>=|<|>) *| +(?:not +)?in +)"
    return re.compile(f"{variable}{operator}{value}|{value}{operator}{variable}")


def _asked(text: str) -> str | None:
    import warnings

    from packaging.markers import InvalidMarker, Marker

    try:
        with warnings.catch_warnings():
            # packaging reads quoted values as Python does, with a warning for "\d".
            warnings.simplefilter("ignore")
            Marker(text)
    except InvalidMarker as error:
        return first_line(error)
    except (ValueError, RecursionError):
        return "not a marker"
    return None


def first_line(error: Exception) -> str:
    """Return the first line of a message of `packaging` in our style: the rest shows the text."""
    message = str(error).partition("\n")[0].rstrip(".")
    return message[:1].lower() + message[1:]
