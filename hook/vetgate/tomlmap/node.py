"""The only way from a TOML value to a Python type: each step checks, and names what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time

from vetgate.errors import GateError
from vetgate.model.pattern import pattern
from vetgate.tomlmap.document import Document

_BARE = pattern(r"[A-Za-z0-9_-]+\Z")


class Node:
    """A value in a document, and its place."""

    __slots__ = ("_document", "keys", "value")

    def __init__(self, document: Document, keys: tuple[str | int, ...], value: object) -> None:
        self._document, self.keys, self.value = document, keys, value

    @classmethod
    def root(cls, document: Document) -> Node:
        """Return the whole document."""
        return cls(document, (), document.data)

    @property
    def path(self) -> str:
        """The file."""
        return self._document.path

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self._document.line(*self.keys)

    @property
    def array_label(self) -> str:
        """The path of the array or table that this stands in."""
        return Node(self._document, self.keys[:-1], None).label

    @property
    def label(self) -> str:
        """The path as TOML writes it, with indexes in brackets: `tool.uv.index[0]`."""
        said = ""
        for key in self.keys:
            if isinstance(key, int):
                said += f"[{key}]"
            else:
                quoted = key.replace("\\", "\\\\").replace('"', '\\"')
                said += f".{key}" if _BARE.match(key) else f'."{quoted}"'
        return said.removeprefix(".")

    def error(self, problem: str, *, hint: str = "") -> GateError:
        """Return, to be raised, the error that this place is wrong."""
        return self._document.error(problem, *self.keys, hint=hint)

    def wrong_type(self, wanted: str, *, hint: str = "") -> GateError:
        """Return, to be raised, the error that this place holds something of another type."""
        problem = f"{self.label} must be {wanted}, not {_type_word(self.value)}"
        return self.error(problem, hint=hint)

    def get(self, key: str) -> Node | None:
        """Return the value of a key of this table, None if it has no such key."""
        if not isinstance(self.value, dict):
            raise self.wrong_type("a table")
        if key not in self.value:
            return None
        return Node(self._document, (*self.keys, key), self.value[key])

    def needed(self, key: str) -> Node:
        """Return the value of a key of this table, which must have it."""
        found = self.get(key)
        if found is None:
            raise self.error(f"{self.label} must have the key {key}")
        return found

    def reach(self, *keys: str) -> Node | None:
        """Return what `get` finds step by step."""
        node: Node | None = self
        for key in keys:
            if node is not None:
                node = node.get(key)
        return node

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Yield the pairs of this table."""
        if not isinstance(self.value, dict):
            raise self.wrong_type("a table")
        for key, value in self.value.items():
            yield key, Node(self._document, (*self.keys, key), value)

    def elements(self) -> Iterator[Node]:
        """Yield the elements of this array."""
        if not isinstance(self.value, list):
            raise self.wrong_type("an array")
        for index, value in enumerate(self.value):
            yield Node(self._document, (*self.keys, index), value)

    def entries_of(self, key: str) -> Iterator[tuple[str, Node]]:
        """Yield the pairs of the table under a key of this table; nothing without that key."""
        found = self.get(key)
        if found is not None:
            yield from found.entries()

    def elements_of(self, key: str) -> Iterator[Node]:
        """Yield the elements of the array under a key of this table; nothing without that key."""
        found = self.get(key)
        if found is not None:
            yield from found.elements()

    def text(self) -> str:
        """Return this string."""
        if not isinstance(self.value, str):
            raise self.wrong_type("a string")
        return self.value

    def flag(self) -> bool:
        """Return this boolean."""
        if not isinstance(self.value, bool):
            raise self.wrong_type("a boolean")
        return self.value

    def number(self) -> int:
        """Return this integer. A boolean is none, though Python calls it one."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.wrong_type("an integer")
        return self.value

    def day(self) -> date:
        """Return this date. A date with a time is none, though Python calls it one."""
        if isinstance(self.value, datetime) or not isinstance(self.value, date):
            raise self.wrong_type("a date (2026-11-23, without quotes)")
        return self.value

    def is_text(self) -> bool:
        """Tell whether this is a string."""
        return isinstance(self.value, str)

    def is_table(self) -> bool:
        """Tell whether this is a table."""
        return isinstance(self.value, dict)

    def is_array(self) -> bool:
        """Tell whether this is an array."""
        return isinstance(self.value, list)

    def only(self, known: Collection[str], *, hint: str = "") -> None:
        """Raise if this table has a key that is not known, at the line of that key."""
        for key, node in self.entries():
            if key not in known:
                raise node.error(f"unknown key {node.label}", hint=hint or _one_of(known))


def _one_of(words: Collection[str]) -> str:
    return f"known here: {', '.join(sorted(words))}"


def _type_word(value: object) -> str:
    words: tuple[tuple[type, str], ...] = (
        (bool, "a boolean"),
        (int, "an integer"),
        (float, "a float"),
        (str, "a string"),
        (list, "an array"),
        (dict, "a table"),
        (datetime, "a date and time"),
        (date, "a date"),
        (time, "a time"),
    )
    return next((word for kind, word in words if isinstance(value, kind)), "something else")
