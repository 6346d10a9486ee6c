"""What goes with a value that is cut out of a TOML text, and what stays."""

from __future__ import annotations

import pytest

from vetgate.errors import PolicyError
from vetgate.tomlmap import load
from vetgate.tomlmap.cuts import Cuts
from vetgate.tomlmap.lines import Path

TEXT = """\
# above
a = 1 # one
b.c = 2

[t] # table
x = [1, [2, 3], {y = 4, z = 5}] # list
v = [
  "p", # of p
  # of q
  "q",
]
b.c = 3
[[t.u]]
k = 1
# within
l = 2
# below

[[t.u]]
[w]
"""


def without(path: Path, text: str = TEXT) -> str | None:
    cuts = Cuts.of(text)
    assert cuts is not None
    return cuts.without(path)


@pytest.mark.parametrize(
    ("path", "gone", "instead"),
    [
        (("a",), "a = 1 # one\n", ""),
        (("b",), "b.c = 2\n", ""),
        (("b", "c"), "b.c = 2\n", ""),
        (("t", "x", 0), "1, ", ""),
        (("t", "x", 1), "[2, 3], ", ""),
        (("t", "x", 1, 0), "2, ", ""),
        (("t", "x", 1, 1), ", 3", ""),
        (("t", "x", 2), ", {y = 4, z = 5}", ""),
        (("t", "x", 2, "y"), "y = 4, ", ""),
        (("t", "x", 2, "z"), ", z = 5", ""),
        (("t", "x"), "x = [1, [2, 3], {y = 4, z = 5}] # list\n", ""),
        (("t", "v", 0), '  "p", # of p\n', ""),
        (("t", "v", 1), '  "q",\n', ""),
        (("t", "b"), "b.c = 3\n", ""),
        (("t", "u", 0), "[[t.u]]\nk = 1\n# within\nl = 2\n", ""),
        (("w",), "[w]\n", ""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_goes_with_its_key_its_comma_and_its_line(
    path: Path, gone: str, instead: str, end: str
) -> None:
    assert TEXT.count(gone) == 1
    left = TEXT.replace(gone, instead).replace("\n", end)

    assert without(path, TEXT.replace("\n", end)) == left
    load(left.encode(), "cut.toml", PolicyError)


def test_a_table_that_is_opened_in_several_places_goes_from_all_of_them() -> None:
    text = "[a.b]\nx = 1\n[c]\ny = 2\n\n[a.b.d]\nz = 3\n"

    assert without(("a", "b"), text) == "[c]\ny = 2\n"


@pytest.mark.parametrize("path", [("no",), ("t", "x", 3), ("t", "x", 2, "no"), ("a", "b")])
def test_what_is_not_there_cannot_be_cut(path: Path) -> None:
    assert without(path) is None


def test_a_dotted_key_in_an_inline_table_is_not_cut() -> None:
    assert without(("a", "b"), "a = {b.c = 1, d = 2}\n") is None


def test_the_innermost_value_on_a_line_is_named_first() -> None:
    cuts = Cuts.of("a = 1\nb = [[2], {c = 3}]\n")
    assert cuts is not None

    assert cuts.on_line(2) == [("b", 0, 0), ("b", 1, "c"), ("b", 0), ("b", 1), ("b",)]


@pytest.mark.parametrize(
    ("text", "path", "at"),
    [
        ("x = 1\nab = 2\n", ("ab",), 6),
        ("[t]\nab = 2\n", ("t", "ab"), 4),
        ("t = {ab = 2}\n", ("t", "ab"), 5),
        ('"ab" = 2\n', ("ab",), None),
        ("[ab]\n", ("ab",), None),
    ],
)
def test_where_a_bare_key_stands_is_told(text: str, path: Path, at: int | None) -> None:
    cuts = Cuts.of(text)
    assert cuts is not None

    assert cuts.key(path) == at


def test_a_text_that_is_not_toml_is_given_up() -> None:
    assert Cuts.of("= 3") is None
