"""What a delta tells is exactly what differs, and what it makes is the same to the byte."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from updating.publications import write_day
from vetgate.errors import UpdateError
from vetgate.facts.packing import pack
from vetgate.facts.settling import compact, settle
from vetgate.updating.delta import apply, changes, digest
from vetgate.updating.delta_file import Changes, Table, delta_bytes, read

Rows = dict[str, tuple[str | int | None, str | None]]
CHANGES = Changes(
    "a" * 64,
    "b" * 64,
    bytes(range(100)),
    {"t": Table([["gone"]], [["k", "m"]], [3, 2], [[1], [None, ["x", 3, "y"]]])},
)


def lay_down(path: Path, rows: Rows, *, table: str = "t", more: str = "") -> Path:
    """Write a table of rows as a snapshot's writer writes its own."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"CREATE TABLE {table}(k TEXT PRIMARY KEY, v, w TEXT) WITHOUT ROWID")
    connection.executescript(more)
    connection.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?)",  # noqa: S608 - a test's own name
        ((key, *values) for key, values in rows.items()),
    )
    compact(connection)
    connection.close()
    settle(str(path))
    return path


def through_file(found: Changes) -> Changes:
    return read(delta_bytes(found), "some.delta")


cells = st.none() | st.text(max_size=5) | st.integers(-(2**63), 2**63 - 1)
tables = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.tuples(cells, st.none() | st.text("ab\n", max_size=200)),
    max_size=30,
)


@pytest.mark.slow
@settings(max_examples=12)
@given(tables, tables, tables)
def test_the_way_over_any_snapshots_leads_to_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, first: Rows, second: Rows, third: Rows
) -> None:
    folder = tmp_path_factory.mktemp("law")
    paths = [
        str(lay_down(folder / str(number), rows))
        for number, rows in enumerate((first, second, third))
    ]
    steps = [through_file(changes(*paths[at : at + 2])) for at in (0, 1)]

    apply(paths[0], steps, str(folder / "out"))

    assert (folder / "out").read_bytes() == Path(paths[2]).read_bytes()
    assert (steps[0].start, steps[1].end) == (digest(paths[0]), digest(paths[2]))


@settings(max_examples=5)
@given(tables)
def test_between_two_that_are_the_same_there_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: Rows
) -> None:
    folder = tmp_path_factory.mktemp("law")
    one, two = lay_down(folder / "a", rows), lay_down(folder / "b", rows)

    assert changes(str(one), str(two)).tables == {}


def test_a_delta_holds_what_differs_and_no_more(tmp_path: Path) -> None:
    one = lay_down(tmp_path / "a", {"a": (1, "x"), "b": (1, "x"), "c": (1, "x"), "d": (1, "x")})
    two = lay_down(tmp_path / "b", {"a": (1, "x"), "b": (2, "x"), "d": (1, None), "e": (5, "y")})

    found = changes(str(one), str(two))

    assert found.tables == {
        "t": Table([["c"]], [["b", "d", "e"]], [1, 2, 3], [[2, 5], [None, "y"]])
    }


def test_of_a_long_text_the_lines_that_moved_are_told_by_how_far(tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(100)]
    moved = ["new", *lines[1:50], lines[51], lines[50], *lines[52:]]
    one = lay_down(tmp_path / "a", {"page": (None, "\n".join(lines))})
    two = lay_down(tmp_path / "b", {"page": (None, "\n".join(moved))})

    found = changes(str(one), str(two))

    assert found.tables["t"].columns[1] == [["new", *[0] * 49, -1, 1, *[0] * 48]]
    apply(str(one), [through_file(found)], str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == two.read_bytes()


def test_real_snapshots_two_days_apart(tmp_path: Path) -> None:
    for number in (1, 3):
        write_day(tmp_path / str(number), number)
    one, two = str(tmp_path / "1"), str(tmp_path / "3")

    delta = delta_bytes(changes(one, two))

    assert len(delta) < 2000
    apply(one, [read(delta, "some.delta")], str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == Path(two).read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"table": "u"}, id="another-table"),
        pytest.param({"more": "CREATE TABLE more(k TEXT PRIMARY KEY) WITHOUT ROWID"}, id="more"),
        pytest.param({"more": "PRAGMA user_version = 9"}, id="another-schema"),
    ],
)
def test_no_delta_leads_to_another_schema(tmp_path: Path, other: dict[str, str]) -> None:
    one, two = lay_down(tmp_path / "a", {}), lay_down(tmp_path / "b", {}, **other)

    with pytest.raises(UpdateError, match="has another schema than the one before it"):
        changes(str(one), str(two))


@pytest.mark.parametrize(
    "more",
    [
        "CREATE TABLE u(x)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        'CREATE TABLE "a b"(k TEXT PRIMARY KEY)',
    ],
)
def test_what_is_no_plain_table_is_not_told(tmp_path: Path, more: str) -> None:
    one, two = (lay_down(tmp_path / name, {}, more=more) for name in "ab")

    with pytest.raises(UpdateError, match="has rows that no delta tells"):
        changes(str(one), str(two))


@pytest.mark.parametrize(
    "more", ["INSERT INTO t VALUES ('k', x'00', NULL)", "INSERT INTO t VALUES ('k', 1.5, NULL)"]
)
def test_a_cell_that_is_neither_text_nor_count_is_not_told(tmp_path: Path, more: str) -> None:
    one = lay_down(tmp_path / "a", {})
    two = lay_down(tmp_path / "b", {}, more=more)

    with pytest.raises(UpdateError, match="has a cell that no delta tells, in t"):
        changes(str(one), str(two))


def test_a_files_content_is_read_back() -> None:
    assert through_file(CHANGES) == CHANGES
    assert delta_bytes(CHANGES) == delta_bytes(through_file(CHANGES))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content[:0], id="empty"),
        pytest.param(lambda content: b"x" + content, id="another-kind"),
        pytest.param(lambda content: content[:-9], id="cut-short"),
        pytest.param(lambda content: content + b"x", id="something-after"),
        pytest.param(lambda content: content[:16] + b"\xff" * 8 + content[24:], id="huge"),
        pytest.param(lambda content: content[:16] + bytes(8) + content[24:], id="longer"),
    ],
)
def test_a_file_that_is_damaged_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UpdateError, match=r"^some\.delta: "):
        read(spoil(delta_bytes(CHANGES)), "some.delta")


_TABLES: tuple[object, ...] = (
    [],
    {},
    {"gone": [[]], "keys": [["a"]], "masks": [], "columns": []},
    {"gone": [[]], "keys": [["a"]], "masks": [4], "columns": [[], []]},
    {"gone": [[]], "keys": [["a"]], "masks": [1], "columns": [[], [1]]},
    {"gone": [[]], "keys": [["a"]], "masks": [1.5], "columns": [[1]]},
    {"gone": [[]], "keys": [["a"]], "masks": [-1], "columns": [[1]]},
    {"gone": [[]], "keys": [["a"]], "masks": [1], "columns": [[1.5]]},
    {"gone": [[]], "keys": [["a"]], "masks": [1], "columns": [[[None]]]},
    {"gone": [], "keys": [["a"]], "masks": [1], "columns": [[1]]},
    {"gone": [[True]], "keys": [["a"]], "masks": [1], "columns": [[1]]},
)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"start": "", "end": "", "header": "00", "tables": {}},
        {"start": 1, "end": "", "header": "00" * 100, "tables": {}},
        *({"start": "", "end": "", "header": "00" * 100, "tables": {"t": it}} for it in _TABLES),
    ],
)
def test_a_file_of_another_shape_is_refused(document: object) -> None:
    content = json.dumps(document).encode()
    whole = delta_bytes(CHANGES)[:16] + len(content).to_bytes(8, "big") + b"".join(pack((content,)))

    with pytest.raises(UpdateError, match="is a delta that makes no sense"):
        read(whole, "some.delta")


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({"u": Table([[]], [["a"]], [3], [[1], ["x"]])}, id="no-such-table"),
        pytest.param({"t": Table([[]], [["a"]], [1], [[1]])}, id="fewer-columns"),
        pytest.param({"t": Table([[]], [["new"]], [1], [[1], []])}, id="part-of-no-row"),
        pytest.param({"t": Table([[]], [["a"]], [2], [[], [[0]]])}, id="lines-of-no-text"),
        pytest.param({"t": Table([[]], [["b"]], [2], [[], [[-5]]])}, id="no-such-line"),
        pytest.param({"t": Table([[]], [["a"]], [1], [[2**70], []])}, id="too-large"),
    ],
)
def test_a_delta_that_does_not_fit_is_refused(tmp_path: Path, tables: dict[str, Table]) -> None:
    one = lay_down(tmp_path / "a", {"a": (1, None), "b": (1, "x\ny")})
    before = one.read_bytes()

    with pytest.raises(UpdateError, match="cannot be applied to it"):
        apply(str(one), [CHANGES._replace(tables=tables)], str(tmp_path / "out"))

    assert one.read_bytes() == before
