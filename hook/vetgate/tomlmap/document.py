"""The only caller of the TOML decoder: bytes in, a checked document out, or one error."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from vetgate.errors import GateError
from vetgate.model.pattern import pattern

MAX_BYTES = 16 * 1024 * 1024
"""More than any lock file that was ever seen; what is larger is not read."""

_BOM = b"\xef\xbb\xbf"
_WHERE = pattern(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\Z")
_KEY = pattern(r"[ \t]*([\w.'\"-]{1,80})[ \t]*=")

# The decoders take time quadratic in the parts of a dotted key: twenty thousand parts, which fit
# in 40 kB, cost seven seconds. Each try below is bounded, so that the search itself is linear.
_ENDLESS_KEY = pattern(
    rb"""(?:\.[ \t]*(?:[\w-]{1,200}|"[^"\n]{0,200}"|'[^'\n]{0,200}')[ \t]*){100}"""
)


class Document:
    """One TOML file: its values, and the line of each."""

    __slots__ = ("_error", "_lines", "_text", "data", "path")

    def __init__(
        self, data: Mapping[str, object], text: str, path: str, error: type[GateError]
    ) -> None:
        self.data, self.path, self._text, self._error = data, path, text, error
        self._lines: dict[tuple[str | int, ...], int] | None = None

    def line(self, *keys: str | int) -> int:
        """Return the line, from 1, of the value at a path, or of its nearest ancestor.

        The line of a keyed value is that of its key; of an element of an array, where it begins;
        of a table, its header; of the whole document, 1.
        """
        if self._lines is None:
            from vetgate.tomlmap.lines import lines

            self._lines = lines(self._text)
        for end in range(len(keys), 0, -1):
            found = self._lines.get(keys[:end])
            if found is not None:
                return found
        return 1

    def error(self, problem: str, *keys: str | int, hint: str = "") -> GateError:
        """Return the error, of the kind that this document was loaded with, for a place in it."""
        return self._error(problem, path=self.path, line=self.line(*keys), hint=hint)


def load(content: bytes, path: str, error: type[GateError]) -> Document:
    """Decode a TOML file.

    Raises `error`, with the line where the decoder tells it, for anything that is not TOML, and
    for what no decoder should be asked to read: bytes that are not UTF-8, a byte order mark,
    nesting without end.
    """
    text = _checked(content, path, error)
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return Document(tomllib.loads(text), text, path, error)
    except RecursionError:
        raise error("not valid TOML: nested too deeply", path=path) from None
    except ValueError as problem:
        # Not only the decoder's own error: Python refuses an integer of thousands of digits.
        said = str(problem)
        where = _WHERE.search(said)
        if where is None:
            line = None
        elif where[1]:
            line = int(where[1])
        else:
            line = text.rstrip("\n").count("\n") + 1
        said = _WHERE.sub("", said)
        if said == "Cannot overwrite a value" and line is not None:
            said += _key(text, line)
        raise error(f"not valid TOML: {said[:1].lower()}{said[1:]}", path=path, line=line) from None


def _key(text: str, line: int) -> str:
    """Name the key on a line, for a message; the decoder tells where its value ends."""
    found = _KEY.match(text.split("\n")[line - 1])
    return "" if found is None else f": {found[1]} is set already"


def _checked(content: bytes, path: str, error: type[GateError]) -> str:
    if len(content) > MAX_BYTES:
        raise error(f"not read: larger than {MAX_BYTES // 1024 // 1024} MiB", path=path)
    if content.startswith(_BOM):
        raise error(
            "not valid TOML: it begins with a byte order mark",
            path=path,
            line=1,
            hint="save the file as UTF-8 without a byte order mark",
        )
    endless = _ENDLESS_KEY.search(content)
    if endless is not None:
        line = content.count(b"\n", 0, endless.start()) + 1
        raise error("not read: a dotted key of more than 100 parts", path=path, line=line)
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise error(
            f"not UTF-8: byte 0x{content[problem.start]:02x}",
            path=path,
            line=content.count(b"\n", 0, problem.start) + 1,
            hint="TOML files are written in UTF-8",
        ) from None
