"""The only place that knows what to take out of a TOML text so that one value is gone.

With a value go its key or header, the comma that parts it from the next one, the comment at the
end of its last line, and the line itself where nothing else stands on it. Whoever cuts lets the
decoder read the outcome: it has the last word on whether the cut was right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vetgate.model.pattern import pattern
from vetgate.tomlmap.lines import LostError, Path, Scanner
from vetgate.tomlmap.statements import Statement, statements

_BLANKS = pattern(r"[ \t]*")
_LINE_END = pattern(r"[ \t]*(?P<comma>,)?[ \t]*(?:#[^\n]*)?\r?\n")
_TO_COMMA = pattern(r"(?:[ \t\r\n]|#[^\n]*\n)*,")


class Cuts:
    """A text, of which one value is to be taken out."""

    def __init__(self, text: str, scanner: Scanner, marks: Sequence[Statement]) -> None:
        self._text, self._scanner, self._marks = text, scanner, marks

    @classmethod
    def of(cls, text: str) -> Cuts | None:
        """Read a valid TOML text; None if the scanner lost the thread."""
        scanner = Scanner(text)
        try:
            scanner.document()
        except LostError:
            return None
        marks = statements(text)
        return None if marks is None else cls(text, scanner, marks)

    def on_line(self, line: int) -> list[Path]:
        """Return the paths of what begins on a line, from 1: the innermost first."""
        found = [path for path, at in self._scanner.lines.items() if at == line]
        return sorted(found, key=len, reverse=True)

    def key(self, path: Path) -> int | None:
        """Return where the one bare key of a pair begins; None where it is written otherwise."""
        start = self._scanner.keys.get(path)
        if start is None or not self._text.startswith(str(path[-1]), start):
            return None
        return start

    def without(self, path: Path) -> str | None:
        """Return the text without the value at a path; None if that cannot be cut out alone."""
        about = [at for at, mark in enumerate(self._marks) if mark.path[: len(path)] == path]
        if about:
            return self._without_statements(about)
        span = self._inner(path)
        if span is None:
            return None
        start, end = span
        return self._text[:start] + self._text[end:]

    def _without_statements(self, about: Sequence[int]) -> str:
        text = self._text
        for first, last in reversed(list(_runs(about))):
            mark = self._marks[first]
            start = text.rfind("\n", 0, mark.start) + 1
            above = text.rfind("\n", 0, max(start - 1, 0)) + 1
            if mark.header and start and not text[above:start].strip(" \t\r\n"):
                start = above
            end = _line_after(text, self._marks[last].end)
            text = text[:start] + text[end:]
        return text

    def _inner(self, path: Path) -> tuple[int, int] | None:
        """Return what to cut for a value in an array or in an inline table."""
        whole, span = self._scanner.nested.get(path[:-1]), self._span(path)
        if whole is None or span is None:
            return None
        beside = [other for other in self._scanner.lines if other[:-1] == path[:-1]]
        spans = sorted(found for other in beside if (found := self._span(other)) is not None)
        if len(spans) != len(beside):
            return None
        at = spans.index(span)
        before = spans[at - 1][1] if at else None
        after = spans[at + 1][0] if at + 1 < len(spans) else None
        if self._text[whole[0]] == "[":
            lines = self._own_lines(span, before or whole[0] + 1, last=after is None)
            if lines is not None:
                return lines
        return self._between(span, before, after)

    def _span(self, path: Path) -> tuple[int, int] | None:
        """Return from where to where a value stands, its key included."""
        found = self._scanner.scalars.get(path) or self._scanner.nested.get(path)
        if found is None:
            return None
        return self._scanner.keys.get(path, found[0]), found[1]

    def _own_lines(
        self, span: tuple[int, int], since: int, *, last: bool
    ) -> tuple[int, int] | None:
        """Return the lines that hold an element of an array and nothing else, if it has such."""
        start = self._text.rfind("\n", 0, span[0]) + 1
        end = _LINE_END.match(self._text, span[1])
        if start < since or self._text[start : span[0]].strip(" \t") or end is None:
            return None
        return (start, end.end()) if end["comma"] or last else None

    def _between(
        self, span: tuple[int, int], before: int | None, after: int | None
    ) -> tuple[int, int]:
        """Return what to cut where others stand on the same line."""
        text, (start, end) = self._text, span
        if after is not None and "\n" not in text[end:after]:
            return start, after
        if after is None and before is not None and "\n" not in text[before:start]:
            return before, end
        comma = _TO_COMMA.match(text, end)
        end = end if comma is None else comma.end()
        blanks = _BLANKS.match(text, end)
        return start, end if blanks is None else blanks.end()


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of neighbours, lowest first."""
    for number in numbers:
        if number - 1 not in numbers:
            last = number
            while last + 1 in numbers:
                last += 1
            yield number, last


def _line_after(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
