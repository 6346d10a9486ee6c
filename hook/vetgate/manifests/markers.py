"""The only judge of whether a text is an environment marker (PEP 508).

Markers are kept, never evaluated: the gate judges for every platform. Each text is looked at
once, and only one that the simple grammar below does not know costs the import of `packaging`.
"""

from __future__ import annotations

import re

_VARIABLE = (
    "(?:python_version|python_full_version|os_name|sys_platform|platform_release|platform_system"
    "|platform_version|platform_machine|platform_python_implementation|implementation_name"
    "|implementation_version|extra)"
)
_VALUE = r"""(?:"[A-Za-z0-9._+-]*"|'[A-Za-z0-9._+-]*')"""
_OPERATOR = r"(?: *(?:===|==|~=|!=|<=|>=|<|>) *| +in +| +not +in +)"
_COMPARISON = (
    rf"(?:{_VARIABLE}{_OPERATOR}{_VALUE}|{_VALUE}{_OPERATOR}{_VARIABLE}"
    # What stands in parentheses, once it was found to be a marker itself: see `_is_simple`.
    r"|\0)"
)
_MARKER = rf"{_COMPARISON}(?: +(?:and|or) +{_COMPARISON})*"
_WHOLE = re.compile(rf" *{_MARKER} *\Z")
_PARENTHESISED = re.compile(rf"\( *{_MARKER} *\)")
_LONG = 2000  # parentheses are taken off one level at a time, which a hostile text could abuse
_seen: dict[str, str | None] = {}


def why_not(text: str) -> str | None:
    """Tell why the text is no marker, or None where it is one."""
    if text not in _seen:
        _seen[text] = None if _is_simple(text) else _asked(text)
    return _seen[text]


def _is_simple(text: str) -> bool:
    if "\0" in text or len(text) > _LONG:
        return False
    while "(" in text:
        text, replaced = _PARENTHESISED.subn("\0", text)
        if not replaced:
            return False
    return _WHOLE.match(text) is not None


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
