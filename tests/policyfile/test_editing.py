"""An edit adds or removes one entry, and leaves every other byte alone."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyfile.samples import KNOWN, POLICY, PROJECT, TOOL, policies, projects
from vetgate.errors import PolicyError
from vetgate.model.policy import Allowance
from vetgate.policyfile import read
from vetgate.policyfile.editing import with_entries, with_entry, without_entries
from vetgate.policyfile.entry import Entry

EVIL = Entry("evil", "x")
LINES = ["[[allow]]", 'name = "evil"', 'reason = "x"']


def added(content: bytes, table: tuple[str, ...] = (), entry: Entry = EVIL) -> bytes:
    return with_entry(content, "p.toml", entry, table=table)


def taken(content: bytes, *indexes: int, table: tuple[str, ...] = ()) -> bytes:
    return without_entries(content, "p.toml", indexes, table=table)


def said(content: bytes, table: tuple[str, ...] = ()) -> tuple[Allowance, ...]:
    return read(content, "p.toml", KNOWN, table=table).allow


def new_lines(before: str, after: str) -> list[str]:
    return [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "{}\n", id="empty"),
        pytest.param("\n\n", "{}\n\n\n", id="blank"),
        pytest.param("# x\n", "# x\n\n{}\n", id="comment"),
        pytest.param("# x", "# x\n\n{}", id="no-final-newline"),
        pytest.param("trust-rank = 1\n\n\n", "trust-rank = 1\n\n{}\n\n\n", id="blank-end"),
        pytest.param("[rules]\n# end\n", "[rules]\n# end\n\n{}\n", id="comment-at-the-end"),
        pytest.param("[rules]", "[rules]\n\n{}", id="header-only"),
        pytest.param("a=1\r\nb=2\r\n", "a=1\r\nb=2\r\n\r\n{crlf}\r\n", id="crlf"),
        pytest.param("a=1\nb=2\r\n", "a=1\nb=2\r\n\r\n{crlf}\r\n", id="mixed-ends-as-the-last"),
        pytest.param("a=1\r\nb=2\n", "a=1\r\nb=2\n\n{}\n", id="mixed-ends-as-the-last-too"),
        pytest.param(
            "[[allow]]\nname='a'\nreason='b' # c\n# d\n\n# e\n[rules]\n",
            "[[allow]]\nname='a'\nreason='b' # c\n# d\n\n{}\n\n# e\n[rules]\n",
            id="after-the-last-entry",
        ),
        pytest.param(
            "[[allow]]\nname='a'\nreason='b'\n# of the rules\n[rules]\n",
            "[[allow]]\nname='a'\nreason='b'\n\n{}\n# of the rules\n[rules]\n",
            id="not-between-a-comment-and-its-table",
        ),
        pytest.param(
            "[[allow]]\nname='''\n[x]\n'''\nreason='b'\n[x]\n",
            "[[allow]]\nname='''\n[x]\n'''\nreason='b'\n\n{}\n[x]\n",
            id="not-into-a-string",
        ),
    ],
)
def test_an_entry_goes_after_those_that_there_are(before: str, after: str) -> None:
    wanted = after.replace("{crlf}", "\r\n".join(LINES)).replace("{}", "\n".join(LINES))

    assert added(before.encode()) == wanted.encode()
    assert taken(wanted.encode(), before.count("[[allow]]")) == before.encode()


def test_a_policy_full_of_comments_gains_four_lines() -> None:
    after = added(POLICY.encode()).decode()

    assert after == POLICY.replace(
        'é"\n\n# the end', 'é"\n\n[[allow]]\nname = "evil"\nreason = "x"\n\n# the end'
    )


def test_in_a_project_file_the_entry_stays_with_the_policy() -> None:
    after = added(PROJECT.encode(), TOOL).decode()

    assert after == PROJECT.replace(
        "downloads = 500\n",
        'downloads = 500\n\n[[tool.vetgate.allow]]\nname = "evil"\nreason = "x"\n',
    )


@pytest.mark.parametrize(
    "before",
    [
        "[tool]\nvetgate.unknown = 'warn'\nother.x = 1\n[tool.z]\n",
        "tool.vetgate.unknown = 'warn'\n[x]\n",
        "[[tool.vetgate.allow]]\nname = 'a'\nreason = 'b'",
        "[tool.vetgate]",
    ],
)
def test_a_policy_in_other_spellings_is_edited_and_restored(before: str) -> None:
    after = added(before.encode(), TOOL)

    assert [one.name for one in said(after, TOOL)][-1] == "evil"
    assert taken(after, len(said(after, TOOL)) - 1, table=TOOL) == before.encode()


@pytest.mark.parametrize(
    ("indexes", "gone"),
    [
        ((0,), ["[[allow]]", 'name="acme-contrib"', "reason = '''"]),
        ((1,), ["  [[ allow ]]   # indented", '  name = "other"']),
        ((0, 1), ["[[allow]]", "  [[ allow ]]   # indented"]),
    ],
)
def test_what_is_taken_out_leaves_the_comments_around_it(
    indexes: tuple[int, ...], gone: list[str]
) -> None:
    after = taken(POLICY.encode(), *indexes).decode()
    difference = new_lines(POLICY, after)

    assert {f"- {line}" for line in gone} <= set(difference)
    assert all(line[0] == "-" for line in difference)
    assert [line for line in POLICY.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]


def test_the_first_entry_of_a_file_takes_the_blank_line_below_it_along() -> None:
    before = "[[allow]]\nname='a'\nreason='b'\n\n[[allow]]\nname='c'\nreason='d'\n"

    assert taken(before.encode(), 0) == b"[[allow]]\nname='c'\nreason='d'\n"


@pytest.mark.parametrize(
    ("content", "table", "line"),
    [
        ("# x\nallow = []\n", (), 2),
        ("allow = [\n {name='a', reason='b'}, # c\n]\n", (), 1),
        ("[tool.vetgate]\nallow = [{name='a', reason='b'}]\n", TOOL, 2),
        ("[tool]\n\nvetgate = {unknown = 'warn'}\n", TOOL, 3),
        ("tool = {vetgate = {}}\n", TOOL, 1),
    ],
)
def test_an_inline_list_is_refused_with_what_to_write(
    content: str, table: tuple[str, ...], line: int
) -> None:
    with pytest.raises(PolicyError) as caught:
        added(content.encode(), table)

    assert (str(caught.value), caught.value.hint()) == (
        f"p.toml:{line}: the allow-list is written inline, and such a list is not edited",
        'put this into it: { name = "evil", reason = "x" }',
    )


def test_an_entry_of_an_inline_list_is_not_taken_out() -> None:
    with pytest.raises(PolicyError, match=r"^p\.toml:1: the allow-list is written inline"):
        taken(b"allow = [{name='a', reason='b'}]", 0)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xef\xbb\xbfunknown = 'warn'\n", "p.toml:1: not valid TOML: it begins with a byte"),
        (b"unknown = '\xff'\n", "p.toml:1: not UTF-8: byte 0xff"),
        (b"a = 1\na = 2\n", "p.toml:2: not valid TOML: cannot overwrite a value: a is set already"),
    ],
)
def test_what_the_decoder_does_not_read_is_not_edited(content: bytes, problem: str) -> None:
    with pytest.raises(PolicyError) as caught:
        added(content)

    assert str(caught.value).startswith(problem)


def test_an_entry_that_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError, match="cannot be edited without touching more"):
        taken(b"unknown = 'warn'\n", 0)


def check_laws(content: bytes, table: tuple[str, ...], reason: str) -> None:
    before = said(content, table)
    entry = Entry("evil", f"r{reason}", rules=("unpopular",))

    after = added(content, table, entry)

    now = said(after, table)
    new = [one for one in now if one.name == "evil"]
    assert [(one.reason, one.rules) for one in new] == [
        (f"r{reason}".strip(), frozenset({"unpopular"}))
    ]
    assert [one[:2] for one in now if one not in new] == [one[:2] for one in before]
    # All that was there is there, in one piece before and one after the new lines.
    head = next(at for at in range(len(content) + 1) if after[:at] == content[:at]
                and after.endswith(content[at:]))  # fmt: skip
    assert len(after) > len(content) >= head
    assert taken(after, now.index(new[0]), table=table) == content


@given(policies, st.text())
def test_an_entry_is_one_more_and_taking_it_back_restores_every_byte(
    content: bytes, reason: str
) -> None:
    check_laws(content, (), reason)


@given(projects, st.text())
def test_the_same_holds_in_a_project_file(content: bytes, reason: str) -> None:
    check_laws(content, TOOL, reason)


@given(policies, st.data())
def test_what_is_taken_out_is_that_entry_and_no_other(content: bytes, data: st.DataObject) -> None:
    before = said(content)
    doomed = data.draw(st.sets(st.sampled_from(range(len(before))))) if before else set[int]()

    after = taken(content, *doomed)

    assert [one.name for one in said(after)] == [
        one.name for at, one in enumerate(before) if at not in doomed
    ]
    kept = [line for line in content.split(b"\n") if b"# above" in line or b"# below" in line]
    assert [line for line in after.split(b"\n") if b"# above" in line or b"# below" in line] == kept


def test_the_first_two_entries_go_at_once() -> None:
    entries = [f'[[allow]]\nname = "{name}"\nreason = "r"\n' for name in "abc"]

    assert taken("\n".join(entries).encode(), 0, 1).decode().lstrip("\n") == entries[2]
    assert taken(f"{entries[0]}\n{entries[1]}{entries[2]}".encode(), 0, 1).decode() == entries[2]


@given(st.text(alphabet="[]{}=,.'\"# \n\ralowten1", max_size=80))
def test_no_text_is_edited_wrongly_or_ends_in_a_bug(text: str) -> None:
    try:
        after = added(text.encode())
    except PolicyError:
        return
    assert taken(after, 0) == text.encode()


@given(policies)
def test_several_entries_in_one_edit_are_those_of_several_edits(policy: bytes) -> None:
    entries = (Entry("evil-one", "x"), Entry("evil-two", "y", ">=1"))
    try:
        each = added(added(policy, entry=entries[0]), entry=entries[1])
    except PolicyError:
        with pytest.raises(PolicyError):
            with_entries(policy, "p.toml", entries)
        return

    assert with_entries(policy, "p.toml", entries) == each
    assert with_entries(policy, "p.toml", ()) == policy
