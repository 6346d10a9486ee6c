"""The only scanner of TOML text: which line each key, element and table stands on.

It runs over text that the decoder has accepted, so it looks for the ends of tokens and never
judges them. Should it ever lose the thread, it stops: what it did not reach has its ancestor's
line, and no value depends on it.
"""

from __future__ import annotations

import re
import sys
from typing import TypeAlias

from vetgate.model.pattern import pattern

Path: TypeAlias = "tuple[str | int, ...]"
"""Keys, and indexes of arrays, from the root of the document."""

_BLANK = pattern(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = pattern(r"""([A-Za-z0-9_-]+)|"([^"\\\n]*)"|'([^'\n]*)'|("[^"\\\n]*(?:\\.[^"\\\n]*)*")""")
_DOT = pattern(r"[ \t]*\.[ \t]*")
_EQUALS = pattern(r"[ \t]*=")
_SCALAR = pattern(
    r'''
    """ [^"\\]* (?: (?: \\. | "{1,2} (?!") ) [^"\\]* )* "{3,5}
    | \'\'\' [^']* (?: '{1,2} (?!') [^']* )* '{3,5}
    | " [^"\\\n]* (?: \\. [^"\\\n]* )* "
    | ' [^'\n]* '
    | \d{4}-\d\d-\d\d [ ] \d\d: [^\s,\]}#]*   # a date and a time apart
    | [^\s,\[\]{}#"']+
    ''',
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """Map the path of every value in a valid TOML text to its line, from 1."""
    scanner = Scanner(text)
    try:
        scanner.document()
    except LostError:
        return scanner.lines
    return scanner.lines


class LostError(Exception):
    """The text is not what the scanner takes it for."""


class Scanner:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._line, self._counted = 1, 0
        self._sizes: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}
        self.scalars: dict[Path, tuple[int, int]] = {}
        """From where to where the values stand that hold no others."""
        self.nested: dict[Path, tuple[int, int]] = {}
        """The same of those that hold others: arrays, and inline tables."""
        self.keys: dict[Path, int] = {}
        """Where the key of each pair begins."""

    def document(self) -> None:
        """Run over the whole text; raises `LostError`."""
        table: Path = ()
        while self.at_statement():
            table, _ = self.statement(table)

    def at_statement(self) -> bool:
        """Skip what means nothing, and tell whether a header or a pair follows."""
        return bool(self._peek())

    def statement(self, table: Path) -> tuple[Path, Path | None]:
        """Read a header or a pair in `table`; return the table then open, and the pair's path."""
        if self._taken("[["):
            table = self._header(array=True)
            self._expect("]]")
            return table, None
        if self._taken("["):
            table = self._header(array=False)
            self._expect("]")
            return table, None
        path = self._pair(table)
        self._values(path)
        return table, path

    @property
    def at(self) -> int:
        """How many characters are read."""
        return self._at

    def _peek(self) -> str:
        """Skip what means nothing, and return the next character, empty at the end."""
        blank = _BLANK.match(self._text, self._at)
        if blank is not None:
            self._at = blank.end()
        return self._text[self._at : self._at + 1]

    def _taken(self, word: str) -> bool:
        if not self._text.startswith(word, self._at):
            return False
        self._at += len(word)
        return True

    def _expect(self, word: str) -> None:
        self._peek()
        if not self._taken(word):
            raise LostError

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _key(self) -> list[str]:
        """Read a dotted key."""
        parts: list[str] = []
        while True:
            found = _KEY.match(self._text, self._at)
            if found is None:
                raise LostError
            self._at = found.end()
            bare, basic, literal, escaped = found.groups()
            if escaped is not None:
                basic = _unescaped(escaped)
            parts.append(next(part for part in (bare, basic, literal) if part is not None))
            dot = _DOT.match(self._text, self._at)
            if dot is None:
                return parts
            self._at = dot.end()

    def _header(self, *, array: bool) -> Path:
        """Read the key of a table, and return the path that its pairs belong to."""
        self._peek()
        line = self._here()
        *parents, last = self._key()
        path: Path = ()
        for part in parents:
            path = self._element((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, last)
        if array:
            self._sizes[path] = self._sizes.get(path, 0) + 1
            self.lines.setdefault(path, line)
            path = self._element(path)
        self.lines[path] = line
        return path

    def _element(self, path: Path) -> Path:
        """Step into the last element, where a path leads to an array of tables."""
        size = self._sizes.get(path)
        return path if size is None else (*path, size - 1)

    def _pair(self, table: Path) -> Path:
        """Read `key =`, and return the path of the value that follows."""
        line, start = self._here(), self._at
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.keys[path] = start
        equals = _EQUALS.match(self._text, self._at)
        if equals is None:
            raise LostError
        self._at = equals.end()
        return path

    def _values(self, path: Path) -> None:
        """Read one value and all that is in it; a stack of its own keeps any depth harmless."""
        open_arrays: list[tuple[Path, int]] = []  # -1 in place of an index: an inline table
        while True:
            opening = self._peek()
            if opening in "[{" and opening:
                self.nested[path] = (self._at, self._at)
                self._at += 1
                open_arrays.append((path, 0 if opening == "[" else -1))
            else:
                scalar = _SCALAR.match(self._text, self._at)
                if scalar is None:
                    raise LostError
                self._at = scalar.end()
                self.scalars[path] = scalar.span()
            following = self._next(open_arrays)
            if following is None:
                return
            path = following

    def _next(self, opened: list[tuple[Path, int]]) -> Path | None:
        """Close what ends here, and return the path of the next value, if there is one."""
        while opened:
            inside = self._peek()
            parent, index = opened[-1]
            if inside == ",":
                self._at += 1
            elif inside in "]}":
                self._at += 1
                opened.pop()
                self.nested[parent] = (self.nested[parent][0], self._at)
            elif index < 0:
                return self._pair(parent)
            else:
                path = (*parent, index)
                self.lines[path] = self._here()
                opened[-1] = (parent, index + 1)
                return path
        return None


def _unescaped(token: str) -> str:
    """Read a quoted key that has escapes as the decoder reads it."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return str(tomllib.loads(f"key = {token}")["key"])
