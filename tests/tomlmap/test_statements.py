"""Where the statements of a TOML text begin and end."""

from __future__ import annotations

import pytest

from vetgate.tomlmap.statements import statements

TEXT = """\
# a comment
a = 1 # one
 b.c = [ # open
  {x = ']'}, "#",
]
[t] # table
s = '''
[[no]]
'''
[[t.list]]
[[t.list]]
q."w x" = { y = [1, 2] }
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_each_statement_is_cut_out_without_what_is_around_it(line_end: str) -> None:
    text = TEXT.replace("\n", line_end)

    found = statements(text)

    assert found is not None
    assert [
        (one.path, one.header, text[one.start : one.end].replace("\r", "")) for one in found
    ] == [
        (("a",), False, "a = 1"),
        (("b", "c"), False, "b.c = [ # open\n  {x = ']'}, \"#\",\n]"),
        (("t",), True, "[t]"),
        (("t", "s"), False, "s = '''\n[[no]]\n'''"),
        (("t", "list", 0), True, "[[t.list]]"),
        (("t", "list", 1), True, "[[t.list]]"),
        (("t", "list", 1, "q", "w x"), False, 'q."w x" = { y = [1, 2] }'),
    ]


def test_a_text_without_statements_has_none() -> None:
    assert statements("# nothing\n\n") == ()


def test_a_text_that_is_not_toml_is_given_up() -> None:
    assert statements("= 3") is None
