"""`explain --policy` for a person: a policy file that says all there is, each line with its source.

What it prints is itself a policy: read as one, it means the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance
from vetgate.render.policy_page import PolicyPage, Setting
from vetgate.render.visible import visible
from vetgate.tomlmap.quoting import quoted

_WIDEST = 48
"""Columns up to which the sources stand below each other."""


def policy_text(page: PolicyPage) -> str:
    """Return the policy in force as TOML, with the place of each setting in a comment."""
    lines = [*_files(page.files), *_settings(page.settings)]
    for allowance in page.allow:
        lines += [("", None), *_allowance(allowance)]
    widths = [len(code) for code, source in lines if source and len(code) <= _WIDEST]
    width = max(widths, default=0)
    said = (code if source is None else f"{code:{width}}  # {source}" for code, source in lines)
    return "\n".join(line.rstrip() for line in said)


_Line = tuple[str, "str | None"]
"""Code, and what is said about it in a comment."""


def _files(files: tuple[str, ...]) -> Iterator[_Line]:
    if not files:
        yield "# no policy file: the defaults", None
        return
    yield f"# the policy in force: {visible(files[0], limit=None)}", None
    for file in files[1:]:
        yield f"# which extends {visible(file, limit=None)}", None


def _settings(settings: tuple[Setting, ...]) -> Iterator[_Line]:
    table = ""
    for setting in settings:
        if setting.table != table:
            table = setting.table
            yield "", None
            yield f"[{table}]", None
        lock = "" if setting.lock is None else f", locked by {_place(setting.lock)}"
        if isinstance(setting.value, tuple) and len(setting.said) != 1:
            yield f"{setting.key} = [", lock.removeprefix(", ") or None
            for element, place in zip(setting.value, setting.said, strict=True):
                yield f"  {quoted(element)},", _place(place)
            yield "]", None
        else:
            yield f"{setting.key} = {_value(setting.value)}", _place(setting.said[0]) + lock


def _allowance(one: Allowance) -> Iterator[_Line]:
    yield "[[allow]]", _place(one.location)
    yield f"name = {quoted(one.name)}", None
    if one.versions is not None:
        yield f"versions = {quoted(one.versions)}", None
    if one.rules is not None:
        yield f"rules = {_value(tuple(sorted(one.rules)))}", None
    yield f"reason = {quoted(one.reason)}", None
    if one.by is not None:
        yield f"by = {quoted(one.by)}", None
    for key, day in (("on", one.on), ("expires", one.expires)):
        if day is not None:
            yield f"{key} = {day.isoformat()}", None


def _value(value: int | str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return quoted(value) if isinstance(value, str) else str(value)


def _place(place: Location | None) -> str:
    return "default" if place is None else f"{visible(place.file, limit=None)}:{place.line}"
