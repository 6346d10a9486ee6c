"""The only place that turns the bytes of a requirements file into its logical lines, as pip does.

What pip does: `pip/_internal/req/req_file.py` (`_decode_req_file`, `preprocess`). Where versions
of pip read the same bytes differently, the file is refused rather than read in one of the ways.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from vetgate.errors import ManifestError
from vetgate.model.pattern import pattern

_DECLARED = pattern(rb"coding[:=]\s*([-\w.]+)")
# By the names that Python knows them under: one byte is one character, and ASCII is ASCII.
_PLAIN = pattern(r"ascii|utf-8|iso8859-[0-9]+|koi8-[rtu]|mac-[a-z]+|cp(?!932|949|950)[0-9]+")
_ASCII = bytes(range(128))
_OPTION = pattern(r"(?:\A|\s)-")
_SAVE = "save the file as UTF-8 without a byte order mark"


def decoded(content: bytes, path: str) -> str:
    """Return the text of a requirements file; `path` is for the error only.

    A byte order mark decides first, then a declaration (PEP 263) in the first two lines, then
    it is UTF-8. pip would go on to guess by the locale: that is an error here, since the guess
    differs from machine to machine. Raises `ManifestError`.
    """
    encoding, text = encoded(content, path)
    try:
        return text.decode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        # The error's own text shows no content beyond the byte that cannot be decoded.
        line = _line_of(content, error)
        raise ManifestError(
            f"not readable as {encoding}", path=path, line=line, hint=_SAVE
        ) from error


def encoded(content: bytes, path: str) -> tuple[str, bytes]:
    """Return the encoding, and the bytes that are in it: all but a byte order mark.

    Raises `ManifestError` for an encoding that versions of pip do not agree on.
    """
    return _marked(content, path) or _declared(content, path) or ("utf-8", content)


def _line_of(content: bytes, error: Exception) -> int | None:
    if isinstance(error, UnicodeDecodeError) and not error.encoding.startswith("utf-16"):
        return content.count(b"\n", 0, error.start) + 1
    return None


def _marked(content: bytes, path: str) -> tuple[str, bytes] | None:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8", content[len(codecs.BOM_UTF8) :]
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise ManifestError(
            "UTF-32, which some versions of pip read as UTF-16", path=path, hint=_SAVE
        )
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            text = content[len(mark) :]
            if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise ManifestError(
                    "two byte order marks, which pip reads differently from machine to machine",
                    path=path,
                    hint=_SAVE,
                )
            return encoding, text
    return None


def _declared(content: bytes, path: str) -> tuple[str, bytes] | None:
    for number, line in enumerate(content.split(b"\n", 2)[:2], 1):
        declared = _DECLARED.search(line) if line.startswith(b"#") else None
        if declared is None:
            continue
        encoding = declared[1].decode("ascii")
        if not _is_plain(encoding):
            # With UTF-7, say, pip would see lines that nobody who reads the file can see.
            raise ManifestError(
                f"declares the encoding {encoding!r}, in which ASCII may be something else",
                path=path,
                line=number,
                hint="save the file as UTF-8, and declare nothing",
            )
        return encoding, content
    return None


def _is_plain(encoding: str) -> bool:
    try:
        name = codecs.lookup(encoding).name
        return bool(_PLAIN.fullmatch(name)) and _ASCII.decode(name) == _ASCII.decode("ascii")
    except (UnicodeError, LookupError, ValueError):
        return False


def logical_lines(text: str, path: str) -> Iterator[tuple[int, str]]:
    """Yield what remains of each line, with the number (from 1) of the line where it begins.

    Continued lines are joined, comments and outer white space are gone, nothing empty is left.
    A line ends wherever `str.splitlines` says so, which includes form feeds and U+2028.
    Raises `ManifestError` for a line that pip continues and others do not; `path` is for it only.
    """
    parts: list[str] = []
    optioned = False
    first = 0
    for number, part in enumerate(text.splitlines(), 1):
        line = part
        if "#" in line and line.lstrip().startswith("#"):
            # A line that is a comment ends a continuation, even with a backslash at its end.
            line = " " + line
        elif line.endswith("\\"):
            if not parts:
                first, optioned = number, False
            optioned = optioned or ("-" in line and _OPTION.search(line) is not None)
            _check_continued(line, path, number, optioned=optioned)
            parts.append(line.strip("\\"))
            continue
        if parts:
            parts.append(line)
            line = "".join(parts)
            parts = []
        else:
            first = number
        if line := without_comment(line):
            yield first, line
    if parts and (line := without_comment("".join(parts))):
        yield first, line


def _check_continued(line: str, path: str, number: int, *, optioned: bool) -> None:
    """Refuse a line that ends in a backslash and that pip and uv go on from differently.

    `optioned`: it holds an option, or one of the lines does that it continues.
    """
    if "#" in line and without_comment(line) != line.strip():
        # To pip the comment goes on in the next line; to uv that is a requirement.
        raise ManifestError(
            "a backslash at the end of a comment, which pip alone takes for a continuation",
            path=path,
            line=number,
            hint="take the backslash out",
        )
    if optioned and not line.endswith((" \\", "\t\\")):
        # To pip the value goes on in the next line; to uv that is a requirement, or an option.
        raise ManifestError(
            "a backslash right behind an option or its value, which pip and uv read differently",
            path=path,
            line=number,
            hint="write one blank and one backslash, or take the backslash out",
        )


def without_comment(line: str) -> str:
    r"""Do as `re.sub(r"(^|\s+)#.*$", "", line).strip()`, in linear time."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return (line if at < 0 else line[:at]).strip()
