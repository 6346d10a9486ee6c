"""Our stanza goes into files of the usual shape, and nothing else in them changes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import UsageError
from vetgate.precommit import REPOSITORY, stanza, with_hook

OURS = {"repo": REPOSITORY, "rev": "v0.1.0", "hooks": [{"id": "vetgate"}, {"id": "vetgate-policy"}]}
RUFF = "  - repo: https://forge.example/ruff\n    rev: v1\n    hooks:\n      - id: ruff\n"
STANZA = "\n".join(stanza("0.1.0")) + "\n"


def edited(before: str) -> str:
    return with_hook(before.encode(), "0.1.0").decode()


def refusal(before: str | bytes) -> tuple[int | None, str]:
    content = before if isinstance(before, bytes) else before.encode()
    with pytest.raises(UsageError) as caught:
        with_hook(content, "0.1.0")
    assert yaml.safe_load(caught.value.hint().partition(":  ")[2]) == [OURS]
    return caught.value.line, caught.value.problem.removeprefix("is not edited: ")


def test_without_a_file_there_is_a_new_one() -> None:
    assert with_hook(None, "0.1.0") == f"repos:\n{STANZA}".encode()


USUAL = {
    "one-repository": f"repos:\n{RUFF}|",
    "several": f"repos:\n{RUFF}{RUFF}|",
    "no-list-yet": "repos:\n|",
    "a-document-start": f"--- # ours\nrepos: # all\n{RUFF}|",
    "keys-around": f"ci:\n  skip: [a]\nrepos:\n{RUFF}|exclude: ^vendor/\nfail_fast: true\n",
    "blank-lines": f"repos:\n\n{RUFF}\n{RUFF}|\n\nfail_fast: true\n\n",
    "comments": f"# a\nrepos:\n  # b\n{RUFF}      # - id: ruff-format\n|# d\nfail_fast: true\n",
    "comment-in-the-list's-own-column": f"repos:\n{RUFF}|  # end\n",
    "a-commented-stanza": f"repos:\n{RUFF}|# - id: vetgate\n",
    "anchors": f"x: &v v2\nrepos:\n{RUFF}  - &b\n    repo: r\n    rev: *v\n    hooks: []\n|",
    "a-block-of-text": f"repos:\n{RUFF}        name: a\n        entry: |\n"
    "          id: vetgate\n\n          # no comment\n        language: system\n|",
    "a-block-of-text-last": f"repos:\n{RUFF}        exclude: >-\n"
    "          (?x)^(\n            # a\n          )$\n|\nfail_fast: true\n",
    "a-list-over-lines": f"repos:\n{RUFF}        args: [\n"
    '          --a,\n          "--b=\'#",\n        ]\n|',
    "hooks-of-like-names": f"repos:\n{RUFF}      - id: vetgate-policy\n"
    "      - id: not-vetgate\n        name: it's vetgate # id: vetgate\n|",
    "a-merge": f"x: &x\n  language: system\nrepos:\n{RUFF}        <<: *x\n|",
}


@pytest.mark.parametrize("marked", USUAL.values(), ids=USUAL)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_stanza_is_the_last_of_the_list_and_every_other_byte_stays(
    marked: str, end: str
) -> None:
    marked = marked.replace("\n", end)
    head, tail = marked.split("|") if marked.count("|") == 1 else marked.rsplit("|", 1)
    before = yaml.safe_load(head + tail)

    written = edited(head + tail)

    assert written == head + STANZA.replace("\n", end) + tail
    assert yaml.safe_load(written) == {**before, "repos": [*(before["repos"] or []), OURS]}


def test_a_list_at_the_left_is_gone_on_with_at_the_left() -> None:
    left = "repos:\n- repo: r\n  rev: v1\n  hooks:\n  - id: a\n# end\nfail_fast: true\n"

    written = edited(left)

    assert written == left.replace("# end", "\n".join(stanza("0.1.0", 0)) + "\n# end")
    assert yaml.safe_load(written)["repos"][-1] == OURS


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_last_line_without_an_end_leaves_a_last_line_without_an_end(end: str) -> None:
    before = f"repos:\n{RUFF}".removesuffix("\n").replace("\n", end)

    assert edited(before) == before + end + STANZA.removesuffix("\n").replace("\n", end)


@pytest.mark.parametrize(
    "hook",
    [
        "- id: vetgate",
        "- {id: vetgate}",
        "- id: 'vetgate'  # ours",
        '- name: gate\n        id: "vetgate"',
        "- id: gate\n        entry: vetgate check",
        "- id: gate\n        entry: python -m vetgate check --offline",
    ],
)
def test_where_the_hook_is_nothing_changes(hook: str) -> None:
    there = f"repos:\n  - repo: r\n    hooks:\n      {hook}\n{RUFF}"

    assert edited(there) == there
    assert edited(edited(f"repos:\n{RUFF}")) == edited(f"repos:\n{RUFF}")


@pytest.mark.parametrize(
    ("before", "line", "problem"),
    [
        ("repos: []\n", None, "not one `repos:` with a list below it"),
        ("", None, "not one `repos:` with a list below it"),
        ("fail_fast: true\n", None, "not one `repos:` with a list below it"),
        (f"repos:\n{RUFF}repos:\n{RUFF}", None, "not one `repos:` with a list below it"),
        ("repos: &all\n" + RUFF, None, "not one `repos:` with a list below it"),
        ("{repos: []}\n", 1, "a line that is no `key:`"),
        (f"repos:\n{RUFF}...\n", 6, "a line that is no `key:`"),
        (f"repos:\n{RUFF}---\nrepos:\n", 6, "a line that is no `key:`"),
        (f"- repos:\n{RUFF}", 1, "a line that is no `key:`"),
        ('x: "a\nrepos:\n  - b"\n', 1, "a quoted text that goes on in the next line"),
        ("repos:\n  - repo: 'r\n    s'\n", 2, "a quoted text that goes on in the next line"),
        ("repos:\n\t- repo: r\n", 2, "a sign that is not read alike everywhere"),
        (f"repos:\n{RUFF}# a\u2028b\n", 6, "a sign that is not read alike everywhere"),
        (f"\ufeffrepos:\n{RUFF}", 1, "a sign that is not read alike everywhere"),
        ("repos:\r  - repo: r\r", 1, "a sign that is not read alike everywhere"),
        (f"repos:\n{RUFF} x: y\n", 6, "a line that belongs to no entry of the list"),
        ("repos:\n  all:\n    - repo: r\n", 2, "a line that belongs to no entry of the list"),
        (
            "repos:\n  - repo: r\n    x: |+\n      a\n\n",
            3,
            "a text that keeps the blank lines below it",
        ),
        (b"repos:\n  - \xff\n", None, "it is not UTF-8"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_to_paste(
    before: str | bytes, line: int | None, problem: str
) -> None:
    assert refusal(before) == (line, problem)


_LINES = st.sampled_from(
    [
        "repos:",
        "  - repo: r",
        "    rev: 'v1'",
        "    hooks:",
        "      - id: a",
        "",
        "# c",
        "      # d",
        "fail_fast: true",
        "        args: [a,",
        "          b]",
        "        name: |",
        "          - id: x",
        "exclude: >",
        "...",
        "- repo: s",
        '  x: "y',
        "  z",
        "      - id: vetgate",
        "---",
        "  - *a",
        "\t",
        "    x: &a b",
        "z: 'a",
        "b: c'",
        "    - |",
        "      x",
        "  - - a",
        "    - b",
        '    "x"',
    ]
)


@given(st.lists(_LINES, max_size=14), st.sampled_from(["\n", "\r\n"]), st.sampled_from([0, 1]))
def test_whatever_is_edited_has_one_repository_more_and_is_otherwise_the_same(
    lines: list[str], end: str, ends: int
) -> None:
    text = end.join(["repos:", "  - repo: q", *lines]) + end * ends
    try:
        before = yaml.safe_load(text)
    except yaml.YAMLError:
        return
    try:
        written = edited(text)
    except UsageError:
        return
    after = yaml.safe_load(written)
    if written == text:
        return
    assert after == {**before, "repos": [*before["repos"], OURS]}
    assert edited(written) == written
