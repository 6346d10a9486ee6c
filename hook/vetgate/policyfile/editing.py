"""The only editor of a policy's text: bytes in, bytes out, everything outside the edit the same.

The text is spliced at the places that `vetgate.tomlmap.statements` tells, rather than taken apart
and written anew by a style-preserving library such as tomlkit: a splice cannot alter a byte that
it does not touch (mixed line ends, blanks at a line's end, tables out of order), and such a
library would be a second parser beside the decoder that the gate judges by, whose every
disagreement with it would be a hole. What a splice could get wrong is where it cuts. So the
decoder reads every outcome, and anything but the old values plus or minus the entry is refused.

An allow-list that is written inline (`allow = [...]`) is not edited: its commas, comments and
layout are its author's, and there is no splice that suits them all. The error says what to write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from vetgate.errors import PolicyError
from vetgate.model.pattern import pattern
from vetgate.policyfile.entry import Entry
from vetgate.tomlmap import load
from vetgate.tomlmap.lines import Path
from vetgate.tomlmap.statements import Statement, statements

_KEY = "allow"
_COMMENT = pattern(r"[ \t]*#[^\r\n]*")


def with_entry(content: bytes, path: str, entry: Entry, *, table: tuple[str, ...] = ()) -> bytes:
    """Return a policy with one more allowance, as `with_entries` does with several."""
    return with_entries(content, path, (entry,), table=table)


def with_entries(
    content: bytes, path: str, entries: Sequence[Entry], *, table: tuple[str, ...] = ()
) -> bytes:
    """Return a policy with further allowances, in their order after those that it has.

    `table` is where the policy begins, as in `read`. Raises `PolicyError` for an allow-list that
    is written inline, and for a file that this cannot edit without touching more.
    """
    if not entries:
        return content
    text, marks = _scanned(content, path)
    inline = ", ".join(entry.inline() for entry in entries)
    _refuse_inline(marks, path, text, table, f"put this into it: {inline}")
    at = _end_of_list(text, marks, table)
    before, after = text[:at], text[at:]
    end = _line_end(before or after)
    block = f"{end}{end}".join(end.join(entry.block(*table)) for entry in entries)
    if not before:
        edited = f"{block}{end}{after}"
    elif before.endswith("\n"):
        edited = f"{before}{end}{block}{end}{after}"
    else:
        # The file's last line has no end, and so has its last line afterwards.
        edited = f"{before}{end}{end}{block}{after}"
    alone = "\n".join(line for entry in entries for line in entry.block())
    added = load(alone.encode(), path, PolicyError).data[_KEY]
    if not isinstance(added, list):
        raise _no_edit(path)
    return _checked(content, edited, path, table, lambda listed: [*listed, *added])


def without_entries(
    content: bytes, path: str, indexes: Collection[int], *, table: tuple[str, ...] = ()
) -> bytes:
    """Return a policy without some entries of its allow-list, counted from 0.

    A comment between the lines of an entry goes with it; one above or below stays. Raises
    `PolicyError` as `with_entry` does.
    """
    text, marks = _scanned(content, path)
    hint = "take the entry out of it by hand, or write each as a [[allow]] table"
    _refuse_inline(marks, path, text, table, hint)
    edited, gone = text, len(text)
    for index in sorted(set(indexes), reverse=True):
        start, end = _extent(text, marks, (*table, _KEY, index), path)
        # Two neighbours may both take the blank line between them.
        edited, gone = edited[:start] + edited[min(end, gone) :], start
    return _checked(
        content,
        edited,
        path,
        table,
        lambda listed: [one for at, one in enumerate(listed) if at not in indexes],
    )


def _scanned(content: bytes, path: str) -> tuple[str, tuple[Statement, ...]]:
    # Loaded for what it refuses: a byte order mark, bytes that are not UTF-8, what is not TOML.
    load(content, path, PolicyError)
    text = content.decode("utf-8")
    marks = statements(text)
    if marks is None:
        raise _no_edit(path)
    return text, marks


def _no_edit(path: str) -> PolicyError:
    return PolicyError(
        "cannot be edited without touching more than the allow-list",
        path=path,
        hint="edit it by hand; nothing was written",
    )


def _refuse_inline(
    marks: Sequence[Statement], path: str, text: str, table: tuple[str, ...], hint: str
) -> None:
    whole: Path = (*table, _KEY)
    for mark in marks:
        if not mark.header and mark.path == whole[: len(mark.path)]:
            line = text.count("\n", 0, mark.start) + 1
            problem = "the allow-list is written inline, and such a list is not edited"
            raise PolicyError(problem, path=path, line=line, hint=hint)


def _end_of_list(text: str, marks: Sequence[Statement], table: tuple[str, ...]) -> int:
    """Return where a further entry goes: the start of a line, or the end of the text."""
    last = _within(marks, (*table, _KEY))
    if last < 0:
        last = _within(marks, table)
    if last < 0:
        # Nothing is said of the policy (any more).
        last = len(marks) - 1
    while last + 1 < len(marks) and not marks[last + 1].header:
        last += 1
    if last + 1 >= len(marks):
        written = text.rstrip(" \t\r\n")
        return _line_after(text, len(written)) if written else 0
    return _past_comments(text, _line_after(text, marks[last].end), marks[last + 1].start)


def _within(marks: Sequence[Statement], whole: Path) -> int:
    """Return the number of the last statement about a table or what is in it, -1 for none."""
    about = (at for at, mark in enumerate(marks) if mark.path[: len(whole)] == whole)
    return max(about, default=-1)


def _past_comments(text: str, at: int, limit: int) -> int:
    """Step over the comment lines that follow directly, unless they lead to what comes next."""
    past = at
    while past < limit and _COMMENT.match(text, past):
        past = _line_after(text, past)
    return at if past >= limit or text[past:limit].strip(" \t") == "" else past


def _line_after(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _line_end(text: str) -> str:
    """Return the line end that the last line of a text has."""
    return "\r\n" if text[: text.rfind("\n") + 1].endswith("\r\n") else "\n"


def _extent(text: str, marks: Sequence[Statement], entry: Path, path: str) -> tuple[int, int]:
    """Return where an entry begins and ends, with one blank line above it."""
    first = next((at for at, mark in enumerate(marks) if mark.header and mark.path == entry), None)
    if first is None:
        raise _no_edit(path)
    last = first
    while last + 1 < len(marks) and not marks[last + 1].header:
        last += 1
    start = text.rfind("\n", 0, marks[first].start) + 1
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if start and not text[above:start].strip(" \t\r\n"):
        start = above
    end = _line_after(text, marks[last].end)
    if end == len(text) and not text.endswith("\n"):
        # The file's last line has no end, and so has its last line afterwards.
        start = len(text[:start].removesuffix("\n").removesuffix("\r"))
    following = _line_after(text, end)
    if not start and not text[end:following].strip(" \t\r\n") and text[following:].strip():
        # Nothing is above: then the blank line below would be the first of the file.
        end = following
    return start, end


def _checked(
    content: bytes,
    edited: str,
    path: str,
    table: tuple[str, ...],
    change: Callable[[list[object]], list[object]],
) -> bytes:
    """Return the edited text if the decoder reads from it what it should, and nothing else."""
    written = edited.encode("utf-8")
    wanted = _copied(load(content, path, PolicyError).data)
    found = _copied(load(written, path, PolicyError).data)
    policy = _reached(wanted, table)
    listed = policy.pop(_KEY, [])
    _reached(found, table)
    if not isinstance(listed, list):
        raise _no_edit(path)
    if changed := change(listed):
        policy[_KEY] = changed
    if not _same(wanted, found):
        raise _no_edit(path)
    return written


def _copied(data: Mapping[str, object]) -> dict[str, object]:
    return {key: _copied(each) if isinstance(each, dict) else each for key, each in data.items()}


def _reached(data: dict[str, object], table: tuple[str, ...]) -> dict[str, object]:
    """Return a table, made where the file has none: with its last entry a table may be gone."""
    for key in table:
        step = data.setdefault(key, {})
        if not isinstance(step, dict):
            raise TypeError(key)
        data = step
    return data


def _same(one: object, other: object) -> bool:
    """Compare values of TOML, of which `==` takes some for equal that are not, and nan for none."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)
