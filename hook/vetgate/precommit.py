"""The only editor of `.pre-commit-config.yaml`: adds our stanza, every other byte as it was.

The text is spliced, since a YAML library that keeps comments is a large dependency that would see
one edit in the life of a project. The price is that only files of the usual shape are edited: block
style, `repos:` once and at the left, its list below it, nothing quoted over several lines. Of any
other the error tells what to paste.
"""

from __future__ import annotations

from collections.abc import Sequence

from vetgate.errors import UsageError
from vetgate.model.pattern import pattern
from vetgate.model.record import Record

FILE_NAME = ".pre-commit-config.yaml"
REPOSITORY = "https://github.com/vetgate/vetgate"
_HOOKS = ("vetgate", "vetgate-policy")

_OURS = pattern(
    r"(?:^|[ {,])id: *(?P<quote>['\"]?)vetgate(?P=quote) *(?:[,}]|#|$)"
    r"|(?:^|[ {,])entry: *['\"]?(?:[^#]*[ /])?vetgate check\b"
)
_KEY = pattern(r"[A-Za-z_][A-Za-z0-9_-]*:(?: .*)?\Z")
_REPOS = pattern(r"repos: *(?:#.*)?\Z")
_BEGIN = pattern(r"--- *(?:#.*)?\Z")
_ITEM = pattern(r"-(?: |\Z)")
_DASHES = pattern(r"(?:- +)*")
_SCALAR = pattern(r"(?:^|.*: +|.*- +)(?:[!&][^ ]+ +)*[|>][0-9+-]* *(?: #.*)?\Z")
_KEEPS = pattern(r"[|>][0-9]?\+")
# What YAML 1.1 takes for line ends, and a mark that only the start of a file may have.
_ODD = pattern("[\r\x85\u2028\u2029\x0b\x0c\ufeff]|^ *\t")


class _Line(Record):
    """A line that says something: no blank one, no comment, none of a block of text."""

    number: int
    """Counted from 0."""
    indent: int
    text: str
    """Without its indentation."""


def stanza(version: str, indent: int = 2) -> list[str]:
    """Return the lines of the stanza, its list indented by that many blanks."""
    lines = [f"- repo: {REPOSITORY}", f"  rev: v{version}", "  hooks:"]
    lines += [f"    - id: {hook}" for hook in _HOOKS]
    return [" " * indent + line for line in lines]


def with_hook(content: bytes | None, version: str) -> bytes:
    """Return the file with our stanza as the last of its repositories; None makes a new file.

    Returns the content as it is where the hook is there already. Raises `UsageError`, with the
    stanza in its hint, for a file of another shape.
    """
    if content is None:
        return "\n".join(["repos:", *stanza(version), ""]).encode()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _unusual("it is not UTF-8", None, version) from None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    said = _said(lines, version)
    if any(_OURS.search(_uncommented(line.text)) for line in said):
        return content
    last, indent = _end_of_list(lines, said, version)
    starts = text.split("\n")
    at = min(sum(len(line) + 1 for line in starts[: last + 1]), len(text))
    before = text[:at]
    end = "\r\n" if before[: before.rfind("\n") + 1].endswith("\r\n") else "\n"
    added = end.join(stanza(version, indent))
    if before.endswith("\n"):
        return f"{before}{added}{end}{text[at:]}".encode()
    # The file's last line has no end, and so has its last line afterwards.
    return f"{before}{end}{added}".encode()


def _said(lines: Sequence[str], version: str) -> list[_Line]:
    """Return the lines that say something; raises `UsageError` for what is not understood."""
    said: list[_Line] = []
    block: int | None = None
    for number, line in enumerate(lines):
        if _ODD.search(line):
            raise _unusual("a sign that is not read alike everywhere", number, version)
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if not text:
            continue
        if block is not None and indent > block:
            continue
        block = None
        if text.startswith("#"):
            continue
        if _is_open(text):
            raise _unusual("a quoted text that goes on in the next line", number, version)
        if _SCALAR.match(text):
            dashes = _DASHES.match(text)
            inner = len(dashes[0]) if dashes else 0
            # A text right behind a dash belongs to the dash, one behind a key to the key.
            block = indent + (inner if ":" in text else max(inner - 2, 0))
        said.append(_Line(number, indent, text))
    return said


def _end_of_list(lines: Sequence[str], said: Sequence[_Line], version: str) -> tuple[int, int]:
    """Return the last line of the list of repositories, and how far its items are indented."""
    start, listed = _list(said, version)
    if not listed:
        return start, 2
    indent = listed[0].indent
    for line in listed:
        if line.indent < indent or (line.indent == indent and not _ITEM.match(line.text)):
            raise _unusual("a line that belongs to no entry of the list", line.number, version)
        if _KEEPS.search(line.text):
            raise _unusual("a text that keeps the blank lines below it", line.number, version)
    last = listed[-1].number
    following = (line.number for line in said if line.number > last)
    # Texts and comments that are indented further belong to the last entry.
    for number in range(last + 1, next(following, len(lines))):
        depth = len(lines[number]) - len(lines[number].lstrip(" "))
        if lines[number].strip() and depth > indent:
            last = number
    return last, indent


def _list(said: Sequence[_Line], version: str) -> tuple[int, list[_Line]]:
    """Return the line of `repos:`, and the lines of its list."""
    starts: list[int] = []
    listed: list[_Line] = []
    inside = False
    for at, line in enumerate(said):
        if line.indent == 0 and _KEY.match(line.text):
            inside = _REPOS.match(line.text) is not None
            starts.extend([line.number] if inside else [])
        elif inside and (line.indent or _ITEM.match(line.text)):
            listed.append(line)
        elif not line.indent and (at or not _BEGIN.match(line.text)):
            raise _unusual("a line that is no `key:`", line.number, version)
    if len(starts) != 1:
        raise _unusual("not one `repos:` with a list below it", None, version)
    return starts[0], listed


def _is_open(text: str) -> bool:
    """Whether a quoted text begins in a line and does not end in it."""
    quote, before, at = "", ":", 0
    while at < len(text):
        sign = text[at]
        if quote:
            if sign == "\\" and quote == '"':
                at += 1
            elif sign == quote:
                quote = ""
        elif sign == "#" and text[at - 1 : at] == " ":
            return False
        elif sign in "'\"" and before in ":-,[{?":
            quote = sign
        if sign != " ":
            before = sign
        at += 1
    return bool(quote)


def _uncommented(text: str) -> str:
    return text.partition(" #")[0]


def _unusual(problem: str, number: int | None, version: str) -> UsageError:
    hooks = ", ".join(f"{{id: {hook}}}" for hook in _HOOKS)
    pasted = f"- {{repo: {REPOSITORY}, rev: v{version}, hooks: [{hooks}]}}"
    return UsageError(
        f"is not edited: {problem}",
        path=FILE_NAME,
        line=None if number is None else number + 1,
        hint=f"put this at the end of its list of repositories, and run this again:  {pasted}",
    )
