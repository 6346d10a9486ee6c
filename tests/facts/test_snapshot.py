"""Snapshots: what is written is read back, and what is no whole snapshot is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import SnapshotError
from vetgate.facts import schema
from vetgate.facts.snapshot import Snapshot
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Held,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Removed,
    Span,
    Unknown,
)

DAY = datetime(2026, 11, 1, tzinfo=timezone.utc)
ORIGIN = Origin("a test", DAY)
ABOUT = About(built=DAY, origins=dict.fromkeys(Row._fields[1:], ORIGIN), downloads_floor=50_000)
ALL: frozenset[FactName] = frozenset(PackageFacts._fields[1:])


def name(text: str) -> NormalizedName:
    return NormalizedName(text)


def written(folder: Path, *rows: Row, about: About = ABOUT) -> str:
    path = str(folder / "s.sqlite")
    write(path, rows, about)
    return path


def known(value: object) -> Known[object]:
    return Known(value, DAY, "a test")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return written(
        tmp_path,
        Row(name("big"), Listed(), rank=1),
        Row(name("counted"), Listed(), rank=2, downloads=70_000, repository=""),
        Row(name("gone"), Removed(date(2024, 3, 1))),
        Row(name("blank")),
    )


def test_a_ranked_package_has_at_least_the_floor_of_downloads(path: str) -> None:
    snapshot = Snapshot.open(path)

    facts = snapshot.facts({name("big"): ALL})[name("big")]

    assert (facts.presence, facts.rank) == (known(Listed()), known(1))
    assert facts.downloads == known(Downloads(50_000, at_least=True))
    assert facts.dependents == Unknown("the snapshot of 2026-11-01 does not record dependents")
    snapshot.close()


def test_what_is_counted_and_declared_is_exact(path: str) -> None:
    facts = Snapshot.open(path).facts({name("counted"): ALL})[name("counted")]

    assert facts.downloads == known(Downloads(70_000))
    assert facts.repository == known(None)


def test_a_name_that_it_does_not_have_proves_nothing(path: str) -> None:
    facts = Snapshot.open(path).facts({name("new"): ALL})[name("new")]

    assert facts.presence == Unknown("not in the snapshot of 2026-11-01")
    assert facts.rank == Unknown("not among the most downloaded in the snapshot of 2026-11-01")


def test_a_name_that_a_complete_one_does_not_have_was_never_seen(tmp_path: Path) -> None:
    path = written(tmp_path, Row(name("big"), Listed()), about=ABOUT._replace(complete=True))

    facts = Snapshot.open(path).facts({name("new"): ALL})[name("new")]

    assert facts.presence == known(NeverSeen())


def test_it_remembers_what_was_seen(path: str) -> None:
    snapshot = Snapshot.open(path)

    seen = {each: snapshot.seen(name(each)) for each in ("big", "gone", "blank", "new")}

    assert seen == {"big": True, "gone": True, "blank": False, "new": False}


def test_it_tells_about_itself(path: str) -> None:
    snapshot = Snapshot.open(path)

    assert (snapshot.built, snapshot.packages, snapshot.complete) == (DAY, 4, False)
    assert snapshot.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert snapshot.ranked() == ("big", "counted")


def test_resembling_names_are_computed_for_what_is_not_ranked(tmp_path: Path) -> None:
    path = written(tmp_path, Row(name("requests"), rank=1), Row(name("reqeusts")))

    facts = Snapshot.open(path).facts({name("reqeusts"): ALL, name("requests"): ALL})

    assert facts[name("reqeusts")].resembles == known(("requests",))
    assert facts[name("requests")].resembles == known(())


def test_a_thousand_names_are_answered_in_one_go(tmp_path: Path) -> None:
    names = [name(f"p{number}") for number in range(1200)]
    path = written(tmp_path, *(Row(each, rank=place) for place, each in enumerate(names, 1)))

    facts = Snapshot.open(path).facts(dict.fromkeys(names, frozenset({"rank"})))

    assert [facts[each].rank for each in names] == [known(place) for place in range(1, 1201)]


def test_a_path_is_no_query(tmp_path: Path) -> None:
    folder = tmp_path / "a?mode=rwc#b%41"
    folder.mkdir()

    assert Snapshot.open(written(folder, Row(name("big"), rank=1))).packages == 1


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError) as refused:
        Snapshot.open(str(tmp_path / "none"))

    assert str(refused.value) == f"{tmp_path / 'none'}: there is no such snapshot"
    assert "vetgate update" in refused.value.hint()


def test_every_truncation_is_refused(path: str, tmp_path: Path) -> None:
    whole = Path(path).read_bytes()
    cut = tmp_path / "cut"
    for length in range(0, len(whole), 997):
        cut.write_bytes(whole[:length])
        with pytest.raises(SnapshotError):
            Snapshot.open(str(cut)).facts({name("big"): ALL})


def pragma(path: str, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        pytest.param(
            "PRAGMA user_version = 9",
            "is a snapshot of schema 9, and this vetgate reads schema 2",
            id="other-schema",
        ),
        pytest.param(
            "PRAGMA application_id = 1", "is a database, but not a snapshot", id="other-kind"
        ),
        pytest.param(
            "DELETE FROM meta WHERE key = 'built'",
            "is damaged: its own description makes no sense",
            id="no-date",
        ),
        pytest.param(
            "UPDATE package SET presence = 77 WHERE name = 'big'",
            "is damaged: the row of big makes no sense",
            id="no-presence",
        ),
        pytest.param(
            "UPDATE package SET rank = 'first' WHERE name = 'big'",
            "is damaged: the row of big makes no sense",
            id="no-rank",
        ),
        pytest.param(
            "INSERT INTO detail VALUES ('big', NULL, 'nonsense', NULL)",
            "is damaged: the row of big makes no sense",
            id="no-releases",
        ),
        pytest.param("DROP TABLE package", "is damaged: no such table: package", id="no-table"),
    ],
)
def test_a_file_of_another_kind_or_damaged_is_refused(
    path: str, statement: str, problem: str
) -> None:
    pragma(path, statement)

    with pytest.raises(SnapshotError) as refused:
        Snapshot.open(path).facts({name("big"): ALL})

    assert str(refused.value) == f"{path}: {problem}"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello " * 1000)

    with pytest.raises(SnapshotError, match="is damaged: file is not a database"):
        Snapshot.open(str(tmp_path / "text"))


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [Row(name(f"p{number}"), Listed(), rank=number) for number in range(1, 500)]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    one = written(tmp_path / "a", *rows)
    two = written(tmp_path / "b", *reversed(rows))

    assert Path(one).read_bytes() == Path(two).read_bytes()


@pytest.mark.parametrize(
    ("rows", "about", "problem"),
    [
        pytest.param(
            [Row(name("a")), Row(name("a"))],
            ABOUT,
            "cannot be written: UNIQUE constraint failed: package.name",
            id="twice",
        ),
        pytest.param(
            [Row(name("a"), rank=1)],
            ABOUT._replace(origins={}, downloads_floor=None),
            "cannot be written: nothing says where rank of a comes from",
            id="no-origin",
        ),
        pytest.param(
            [],
            ABOUT._replace(origins={}),
            "cannot be written: nothing says where the least number of downloads comes from",
            id="no-origin-of-the-floor",
        ),
        pytest.param(
            [],
            ABOUT._replace(built=datetime(2026, 1, 1)),  # noqa: DTZ001 - that is the mistake
            "cannot be written: the time of building has no time zone",
            id="no-zone",
        ),
        pytest.param(
            [Row(name("a"), urls=("x\ny",))],
            ABOUT,
            "cannot be written: urls cannot be ('x\\ny',)",
            id="cannot-be-read-back",
        ),
    ],
)
def test_what_cannot_be_written_leaves_the_old_file(
    tmp_path: Path, rows: list[Row], about: About, problem: str
) -> None:
    path = written(tmp_path, Row(name("old"), rank=1))
    before = Path(path).read_bytes()

    with pytest.raises(SnapshotError) as refused:
        write(path, rows, about)

    assert str(refused.value) == f"{path}: {problem}"
    assert Path(path).read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["s.sqlite"]


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - bounds are naive
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone.utc)
)
presences: st.SearchStrategy[Presence] = st.one_of(
    st.sampled_from([Listed(), Held(), Quarantined(), NeverSeen()]),
    st.builds(Removed, st.none() | days),
    st.builds(Reborn, st.none() | days, st.none() | days),
)
words = st.text("abcdefghij0123456789./:-", min_size=1, max_size=12)
reports = st.builds(
    Advisory,
    words,
    st.booleans(),
    aliases=st.lists(words).map(tuple),
    summary=words,
    severity=words,
    spans=st.lists(st.builds(Span, st.just("0"), st.none() | st.just("1.2"), st.none())).map(tuple),
    versions=st.lists(words).map(tuple),
)
rows = st.builds(
    Row,
    st.just(name("a")),
    presence=st.none() | presences,
    rank=st.none() | st.integers(1, 15_000),
    downloads=st.none() | st.integers(0, 2**40),
    dependents=st.none() | st.integers(0, 2**20),
    repository=st.none() | st.just("") | words,
    first_upload=st.none() | st.dates(date(2000, 1, 1), date(2019, 1, 1)),
    latest_upload=st.none() | st.dates(date(2019, 1, 1), date(2100, 1, 1)),
    status=st.none() | words,
    urls=st.none() | st.lists(words).map(tuple),
    releases=st.none()
    | st.lists(st.builds(Release, words, st.none() | moments, st.booleans())).map(tuple),
    owners=st.none() | st.lists(words).map(tuple),
    advisories=st.lists(reports).map(tuple),
)


def three_digits(count: int) -> int:
    """Return what a count of downloads is read back as."""
    return int(str(count)[:3].ljust(len(str(count)), "0"))


def last_second(day: date) -> datetime:
    """Return what a day of upload is read back as: nothing looks older than it is."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=timezone.utc)


@given(row=rows)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, row: Row) -> None:
    about = ABOUT._replace(downloads_floor=None)
    snapshot = Snapshot.open(written(tmp_path_factory.mktemp("s"), row, about=about))

    facts = snapshot.facts({row.name: ALL - {"resembles"}})[row.name]

    for fact, value in row._asdict().items():
        if fact == "name":
            continue
        found = getattr(facts, fact)
        if value is None:
            assert isinstance(found, Unknown)
        elif fact == "downloads":
            assert found == known(Downloads(three_digits(value)))
        elif fact in {"first_upload", "latest_upload"}:
            assert found == known(last_second(value))
        elif fact == "repository":
            assert found == known(value or None)
        else:
            assert found == known(value)
    snapshot.close()


def test_the_newest_release_is_kept_of_ranked_packages_with_reports_of_malice(
    tmp_path: Path,
) -> None:
    malice = (Advisory("MAL-1", malicious=True, versions=("1.1",)),)
    hole = (Advisory("PYSEC-1", malicious=False),)
    rows = (
        Row(name("big"), Listed(), rank=1, advisories=malice, newest="2.0"),
        Row(name("bigger"), Listed(), rank=2, advisories=hole, newest="2.1"),
        Row(name("biggest"), Listed(), rank=3, newest="2.2"),
        Row(name("rare"), Listed(), advisories=malice, newest="2.3"),
        Row(name("without"), Listed(), rank=4, advisories=malice),
    )

    snapshot = Snapshot.open(written(tmp_path, *rows))
    told = snapshot.facts(dict.fromkeys((row.name for row in rows), ALL))
    snapshot.close()

    assert {
        each: found.newest.value for each, found in told.items() if isinstance(found.newest, Known)
    } == {"big": "2.0"}


def test_a_newest_release_that_is_no_word_is_not_written(tmp_path: Path) -> None:
    malice = (Advisory("MAL-1", malicious=True),)
    row = Row(name("big"), Listed(), rank=1, advisories=malice, newest="2 0")

    with pytest.raises(SnapshotError, match="'2 0' is no word"):
        written(tmp_path, row)


def test_the_schema_names_every_column_once() -> None:
    assert set(Row._fields) | {"since", "again"} == (
        set(schema.PACKAGE) | set(schema.DETAIL) | {"advisories", "newest"}
    )
