"""What `load` accepts and refuses, and which line it gives to what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import GateError, ManifestError, PolicyError
from vetgate.tomlmap import Document, load

DOCUMENT = """\
# a comment with [brackets] and "quotes
title = "a # b"  # not a comment before

[project]
name = 'x'
dependencies = [
  "one",  # with ] in a comment
  "two", "three",
  # nothing here
  '''
four
''', \"\"\"fi\\"\"\"ve""\"\"\",
]
a.b."c.d".'e f' = 1
inline = { x = 1, y = { z = [ 1,
  2 ] } }
when = 1979-05-27 07:32:00
after = [[1], [
  2, [3,
    4]], {k = "]"}]

[tool."quo\\u0074ed key".deep]
k = true

[[tool.index]]
url = "1"
[[tool.index]]
url = "2"
[tool.index.sub]
x = 1
[[tool.index.more]]
y = 1
[[tool.index.more]]
y = 2
"""


def loaded(text: str) -> Document:
    return load(text.encode(), "x.toml", ManifestError)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("title",), 2),
        (("project",), 4),
        (("project", "name"), 5),
        (("project", "dependencies"), 6),
        (("project", "dependencies", 0), 7),
        (("project", "dependencies", 1), 8),
        (("project", "dependencies", 2), 8),
        (("project", "dependencies", 3), 10),
        (("project", "dependencies", 4), 12),
        (("project", "a", "b", "c.d", "e f"), 14),
        (("project", "inline", "y", "z", 0), 15),
        (("project", "inline", "y", "z", 1), 16),
        (("project", "when"), 17),
        (("project", "after", 0, 0), 18),
        (("project", "after", 1), 18),
        (("project", "after", 1, 0), 19),
        (("project", "after", 1, 1, 1), 20),
        (("project", "after", 2, "k"), 20),
        (("tool",), 22),
        (("tool", "quoted key", "deep", "k"), 23),
        (("tool", "index"), 25),
        (("tool", "index", 0), 25),
        (("tool", "index", 0, "url"), 26),
        (("tool", "index", 1), 27),
        (("tool", "index", 1, "url"), 28),
        (("tool", "index", 1, "sub", "x"), 30),
        (("tool", "index", 1, "more", 0, "y"), 32),
        (("tool", "index", 1, "more", 1, "y"), 34),
        ((), 1),
        (("nothing",), 1),
        (("project", "nothing", 3), 4),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_value_has_its_line(keys: tuple[str | int, ...], line: int, line_end: str) -> None:
    document = load(DOCUMENT.replace("\n", line_end).encode(), "x.toml", ManifestError)

    assert document.line(*keys) == line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n\nx = \n", "x.toml:3: not valid TOML: invalid value"),
        (
            b"x = 1\nx = 2\n",
            "x.toml:2: not valid TOML: cannot overwrite a value: x is set already",
        ),
        (b"x = 1\nx = [\n]\n", "x.toml:3: not valid TOML: cannot overwrite a value"),
        (b"[a]\n[a]\n", "x.toml:2: not valid TOML: cannot declare ('a',) twice"),
        (b"x = 1\ny = [1,\n", "x.toml:2: not valid TOML: invalid value"),
        (b"\xef\xbb\xbfx = 1", "x.toml:1: not valid TOML: it begins with a byte order mark"),
        (b"x = 1\ny = '\xff'", "x.toml:2: not UTF-8: byte 0xff"),
        (b"x = " + b"[" * 5000, "x.toml: not valid TOML: nested too deeply"),
        (b"\nx" + b".x" * 101 + b" = 1", "x.toml:2: not read: a dotted key of more than 100 parts"),
        (b"#" * (16 * 1024 * 1024 + 1), "x.toml: not read: larger than 16 MiB"),
    ],
)
def test_what_is_not_toml_is_one_error_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(ManifestError) as caught:
        load(content, "x.toml", ManifestError)

    assert str(caught.value) == message


def test_an_integer_of_too_many_digits_is_an_error() -> None:
    with pytest.raises(ManifestError, match=r"^x\.toml: not valid TOML: "):
        loaded("x = " + "1" * 5000)


def test_the_error_is_of_the_kind_that_the_caller_asks_for() -> None:
    with pytest.raises(PolicyError):
        load(b"x", "x.toml", PolicyError)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_bytes_are_a_document_or_the_error(content: bytes) -> None:
    try:
        document = load(content, "x.toml", ManifestError)
    except GateError as error:
        assert type(error) is ManifestError  # noqa: PT017 (the kind is the point)
    else:
        assert document.line("x") >= 1


@given(st.text(alphabet="[]{}=,.'\"# \n\\xé1", max_size=60))
def test_text_made_of_toml_signs_is_a_document_or_the_error(text: str) -> None:
    try:
        document = loaded(text)
    except GateError as error:
        assert type(error) is ManifestError  # noqa: PT017 (the kind is the point)
    else:
        assert 1 <= document.line("x") <= text.count("\n") + 1
