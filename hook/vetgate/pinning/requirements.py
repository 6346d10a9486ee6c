"""The only editor of requirements files: one requirement, in one line of many.

The text is spliced where the parser says that the requirement begins: no byte elsewhere can
change. What a splice could get wrong is where it cuts, so the parser reads every outcome
(`vetgate.pinning.editing`).
"""

from __future__ import annotations

from vetgate.manifests import options
from vetgate.manifests.lines import encoded, logical_lines
from vetgate.model.dependency import Location, NormalizedName
from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.pinning.place import UnsafeError, named, splice

_VARIABLE = pattern(r"\$\{[A-Z0-9_]+\}")


class _Line(Record):
    """A logical line, and where in the file's text each of its characters stands."""

    text: str
    places: list[int]
    start: int
    """Where its first line begins, and its last one ends."""
    end: int


def pinned(
    content: bytes,
    location: Location,
    name: NormalizedName,
    version: str,
    hashes: tuple[str, ...],
) -> bytes:
    """Return the file with one requirement pinned, and its hashes on lines that continue it.

    Raises `UnsafeError` where that cannot be done without touching more.
    """
    encoding, body, text = _opened(content, location)
    line = _logical(text, location)
    cut = splice(_requirement(line), name, version)
    if cut is None:
        raise UnsafeError("it is not written as a name with versions")
    start = line.places[cut.start - 1] + 1
    end = start if cut.start == cut.end else line.places[cut.end - 1] + 1
    if cut.end > cut.start:
        start = line.places[cut.start]
    if end - start != cut.end - cut.start:
        raise UnsafeError("its versions are spread over several lines")
    edited = text[:start] + cut.written + text[end:]
    if hashes:
        at = line.places[-1] + 1 + len(edited) - len(text)
        joint = f" \\{_line_end(text)}    --hash="
        edited = edited[:at] + "".join(f"{joint}{one}" for one in hashes) + edited[at:]
    return content[: len(content) - len(body)] + edited.encode(encoding)


def removed(content: bytes, location: Location) -> bytes:
    """Return the file without a requirement: without the lines that it stands on.

    Raises `UnsafeError` where they cannot be told.
    """
    encoding, body, text = _opened(content, location)
    line = _logical(text, location)
    edited = text[: line.start] + text[line.end :]
    return content[: len(content) - len(body)] + edited.encode(encoding)


def renamed(content: bytes, location: Location, name: NormalizedName, meant: str) -> bytes:
    """Return the file with another name in one requirement; raises `UnsafeError`."""
    encoding, body, text = _opened(content, location)
    line = _logical(text, location)
    span = named(_requirement(line), name)
    if span is None:
        raise UnsafeError("it is not written as a name with versions")
    start, end = line.places[span[0]], line.places[span[1] - 1] + 1
    if end - start != span[1] - span[0]:
        raise UnsafeError("its name is spread over several lines")
    edited = text[:start] + meant + text[end:]
    return content[: len(content) - len(body)] + edited.encode(encoding)


def _opened(content: bytes, location: Location) -> tuple[str, bytes, str]:
    """Return the encoding, the bytes that are in it, and their text."""
    encoding, body = encoded(content, location.file)
    text = body.decode(encoding)
    if text.encode(encoding) != body:
        raise UnsafeError(f"its bytes are not those that {encoding} would write")
    return encoding, body, text


def _requirement(line: _Line) -> str:
    """Return what stands on a line before its options; empty for what is no requirement."""
    if _VARIABLE.search(line.text):
        raise UnsafeError("an environment variable completes it")
    try:
        return options.read(line.text).argument
    except options.OptionError:
        return ""


def _line_end(text: str) -> str:
    """Return the line end that the file uses first."""
    for at, character in enumerate(text):
        if character == "\n":
            return "\n"
        if character == "\r":
            return text[at : at + 2] if text[at + 1 : at + 2] == "\n" else "\r"
    return "\n"


def _logical(text: str, location: Location) -> _Line:
    """Return the logical line that begins on a line, as `logical_lines` joins it."""
    first = location.line
    found = next(
        (line for number, line in logical_lines(text, location.file) if number == first), ""
    )
    places: list[int] = []
    at = start = end = 0
    for number, whole in enumerate(text.splitlines(keepends=True), 1):
        if number >= first:
            start = at if number == first else start
            end = at + len(whole)
            part = whole.splitlines()[0]
            lead = 0
            comment = part.lstrip().startswith("#")
            if continued := part.endswith("\\") and not comment:
                lead = len(part) - len(part.lstrip("\\"))
                part = part.strip("\\")
            places += range(at + lead, at + lead + len(part))
            if not continued:
                break
        at += len(whole)
    joined = "".join(text[place] for place in places)
    # Comments and outer white space are gone from what the parser reads.
    begin = joined.find(found)
    if not found or begin != len(joined) - len(joined.lstrip()):
        raise UnsafeError("where it stands is not certain")
    return _Line(found, places[begin : begin + len(found)], start, end)
