"""The law of the scanner: in a generated document, each leaf is on the line it was written on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import ManifestError
from vetgate.tomlmap import load
from vetgate.tomlmap.lines import Path, lines

Leaf: TypeAlias = "int | str | bool"
Value: TypeAlias = "Leaf | list[Value] | dict[str, Value]"

NAMES = st.sampled_from(["a", "b", "c-d", "e.f", "g h", "", "é", 'q"uote', "#", "1", "[x]"])
LEAVES = st.integers(0, 99) | st.booleans() | st.text(alphabet="ab #[]{}=,'\"\\\n", max_size=8)
VALUES: st.SearchStrategy[Value] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TABLES: st.SearchStrategy[Value] = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=3),
    lambda inner: st.dictionaries(
        NAMES, inner | st.lists(inner, min_size=1, max_size=3) | VALUES, max_size=3
    ),
    max_leaves=5,
)


class Writer:
    """Writes a value as TOML in one of the many ways, and notes where each leaf went."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 (no secret: a way to vary a layout)
        self.text = ""
        self.leaves: dict[Path, int] = {}

    def _some(self, *choices: str) -> None:
        self.text += self._chance.choice(choices)

    def _key(self, name: str) -> str:
        if name in {"a", "b", "c-d", "1"} and self._chance.random() < 0.6:
            return name
        if '"' not in name and self._chance.random() < 0.4:
            return f"'{name}'"
        return json.dumps(name)

    def _keys(self, path: Path) -> str:
        dot = self._chance.choice([".", " . "])
        return dot.join(self._key(str(part)) for part in path if not isinstance(part, int))

    def table(self, path: Path, table: dict[str, Value]) -> None:
        """Write the pairs of a table, then the tables under it with headers of their own."""
        below: list[tuple[Path, dict[str, Value] | list[Value]]] = []
        for name, value in table.items():
            if (_is_tables(value) or isinstance(value, dict)) and self._chance.random() < 0.7:
                assert isinstance(value, dict | list)
                below.append(((*path, name), value))
                continue
            self._some("", "\n", "# [c] = 'x\n", "  ")
            self._pair((*path, name), [name], value)
            self._some("\n", "  # ]}\n", "\n\n")
        for under, value in below:
            if isinstance(value, dict):
                self._some("", "\n")
                self.text += f"[{self._keys(under)}]\n"
                self.table(under, value)
            else:
                for index, element in enumerate(value):
                    self.text += f"[[ {self._keys(under)} ]] # [[\n"
                    assert isinstance(element, dict)
                    self.table((*under, index), element)

    def _pair(self, path: Path, names: list[str], value: Value) -> None:
        if isinstance(value, dict) and len(value) == 1 and self._chance.random() < 0.5:
            ((name, inner),) = value.items()
            self._pair((*path, name), [*names, name], inner)
            return
        line = self.text.count("\n") + 1
        self.text += f"{self._keys(tuple(names))} = "
        self._value(path, value, line)

    def _value(self, path: Path, value: Value, line: int) -> None:
        if isinstance(value, list):
            self._array(path, value)
        elif isinstance(value, dict):
            self.text += "{"
            for number, (name, inner) in enumerate(value.items()):
                self.text += "," if number else ""
                self._pair((*path, name), [name], inner)
            self.text += " }"
        else:
            self.leaves[path] = line
            if isinstance(value, str):
                self._string(value)
            else:
                self.text += json.dumps(value)

    def _array(self, path: Path, value: list[Value]) -> None:
        self.text += "["
        for index, inner in enumerate(value):
            self._some(" ", "\n", "# ' ]\n", "")
            self._value((*path, index), inner, self.text.count("\n") + 1)
            self._some("\n", "")
            self._some(",", " ,") if index + 1 < len(value) else self._some(",", "")
        self._some("]", "\n]", ' # "\n]')

    def _string(self, value: str) -> None:
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        way = self._chance.random()
        if way < 0.3:
            self.text += f'"""\n{plain}"""'
        elif way < 0.6 and "'" not in value and not value.startswith("\n"):
            self.text += f"'''{value}'''"
        else:
            self.text += '"' + plain.replace("\n", "\\n") + '"'


def _is_tables(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def found(value: object, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from found(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from found(inner, (*path, index))
    else:
        yield path


@given(table=TABLES, seed=st.integers(0, 1000), carriage=st.booleans())
def test_each_leaf_is_on_the_line_it_was_written_on(
    *, table: Value, seed: int, carriage: bool
) -> None:
    assert isinstance(table, dict)
    writer = Writer(seed)
    writer.table((), table)
    text = writer.text.replace("\n", "\r\n") if carriage else writer.text

    document = load(text.encode(), "x.toml", ManifestError)

    assert document.data == table
    assert {path: document.line(*path) for path in found(document.data)} == writer.leaves


@pytest.mark.parametrize("text", ["[", "[[a]", "a", "a =", "a = [1", "a = {b", "= 1", 'a = "'])
def test_text_that_is_not_toml_ends_the_scan_and_nothing_else(text: str) -> None:
    assert set(lines(text).values()) <= {1}
