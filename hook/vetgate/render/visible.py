"""The one place that makes text from outside harmless to a terminal and to a reader."""

from __future__ import annotations

LONGEST = 600
"""Characters of one piece of foreign text that are shown; the rest is counted."""


def visible(text: str, *, limit: int | None = LONGEST) -> str:
    r"""Return `text` with every character that cannot be seen written out as an escape.

    Covers what `str.isprintable` refuses: control characters (so no ANSI sequence survives),
    format characters (so no bidirectional override and no zero-width joiner), line and paragraph
    separators, lone surrogates, and blanks that only look like a space. A newline becomes `\n`:
    one piece stays on one line. See the Unicode technical report 36 for what they are used for.
    """
    cut = ""
    if limit is not None and len(text) > limit:
        cut = f"... ({len(text) - limit} more characters)"
        text = text[:limit]
    if text.isprintable():
        return text + cut
    return "".join(map(_escaped, text)) + cut


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def counted(number: int, one: str, many: str) -> str:
    """Return `1 addition`, `12,000 additions`."""
    return f"{number:,} {one if number == 1 else many}"
