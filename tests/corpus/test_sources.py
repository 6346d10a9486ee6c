"""Bad sources: refused with the row, or counted with the row; never taken for something else."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from corpus.samples import FOLDER
from vetgate.corpus.building import READERS
from vetgate.corpus.sources import advisories
from vetgate.corpus.work import Work
from vetgate.errors import SourceError


def lay(folder: Path, kind: str, content: bytes, suffix: str = "") -> tuple[str, ...]:
    """Lay a source of that content down, and return the notes."""
    path = folder / f"source{suffix}"
    path.write_bytes(content)
    (folder / "work").mkdir(exist_ok=True)
    work = Work(str(folder / "work"))
    try:
        notes = READERS[kind](str(path), work).notes
    finally:
        work.close()
    return tuple(note.replace(str(path), "FILE") for note in notes)


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        pytest.param("index-names", b"", "is empty", id="empty"),
        pytest.param("index-names", b"# date: 2026-01-01\n", "is empty", id="only-comments"),
        pytest.param("downloads", b"project,downloads\n", "is empty", id="only-a-header"),
        pytest.param("index-names", b"six\nflas", "ends in the middle of a line", id="cut"),
        pytest.param("index-names", b"# date: soon\nsix\n", "'soon' is no date", id="no-date"),
        pytest.param("index-names", b"# serial: x\nsix\n", "'x' is no serial", id="no-serial"),
        pytest.param(
            "index-names",
            b"<html>\n<body>\n</body>\n",
            "row 1: '<html>' is no name, as most rows",
            id="a-page-instead",
        ),
        pytest.param(
            "downloads", b"project,downloads\nsix,-5\n", "row 1: '-5' is no count", id="negative"
        ),
        pytest.param(
            "downloads",
            b"project,downloads\na,1\nsix,many\n",
            "row 2: 'many' is no count",
            id="word",
        ),
        pytest.param(
            "downloads", b"project,downloads\na,1\nsix,\n", "row 2: nothing is no count", id="blank"
        ),
        pytest.param(
            "downloads", b"six\nflask\n", "has no header line like name,downloads", id="no-header"
        ),
        pytest.param(
            "downloads",
            b"project,count\nsix,1\n",
            "has no column downloads; it has count, project",
            id="renamed-column",
        ),
        pytest.param(
            "downloads",
            b"project,project\nsix,1\n",
            "names a column twice in its header",
            id="twice",
        ),
        pytest.param(
            "names-seen",
            b"name,first_upload,last_upload\nsix,2020-01-01,yesterday\n",
            "row 1: 'yesterday' is no time",
            id="no-time",
        ),
        pytest.param(
            "metadata", b"name,status\nsix,asleep\n", "row 1: 'asleep' is no status", id="status"
        ),
        pytest.param(
            "removed", b"six\nflask -\n", "row 1: 'six' is without a day or `-`", id="removed"
        ),
        *(
            pytest.param(
                kind,
                content,
                f"is not JSON of a shape that is known: {problem}",
                id=f"shape-{kind}",
            )
            for kind, content, problem in (
                ("changelog", b"{}", "it is no list of journal entries"),
                (
                    "index-names",
                    b'{"message": "moved"}',
                    "it has no list `projects`, as the simple API's list has",
                ),
                ("downloads", b"{}", "it has neither a list `rows` nor a list `data`"),
                (
                    "names-seen",
                    b"{}",
                    "it has no list `data`, as ClickHouse's format JSON has",
                ),
            )
        ),
        pytest.param(
            "changelog",
            b'[["a", null, 1, "create", 7], ["b", null, 1, "create", 7]]',
            "row 2: the serials are not in order",
            id="serials",
        ),
        pytest.param(
            "changelog", b'[["a", null, "x", "create", 7]]', "row 1 is no journal entry", id="entry"
        ),
        pytest.param("downloads", b'{"rows": [{"x": 1}]}', "row 1 has no project", id="json-row"),
        pytest.param("downloads", b'{"rows": [', "is not JSON of a shape", id="cut-json"),
        pytest.param("previous", b"SQLite format 3\x00", "is damaged", id="no-snapshot"),
    ],
)
def test_a_source_that_is_not_what_it_should_be_is_refused(
    tmp_path: Path, kind: str, content: bytes, problem: str
) -> None:
    with pytest.raises(SourceError) as refused:
        lay(tmp_path, kind, content)

    assert problem in str(refused.value)
    assert refused.value.path == str(tmp_path / "source")


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        pytest.param(b"six\n\xff\xfe\nflask\n", "", id="not-utf-8"),
        pytest.param(b"PAR1" + bytes(100), ".parquet", id="no-parquet"),
        pytest.param(b"\x1f\x8b\x08\x00" + bytes(20), ".gz", id="broken-gzip"),
        pytest.param((FOLDER / "ranks.csv.xz").read_bytes()[:5000], ".xz", id="cut-xz"),
        pytest.param(b"name,month\nsix,1,2\n", "", id="too-many-cells"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    with pytest.raises(SourceError) as refused:
        lay(tmp_path, "index-names", content, suffix)

    assert str(refused.value).startswith(str(tmp_path / f"source{suffix}"))
    assert "Traceback" not in str(refused.value)


def test_a_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    for line, content in (
        (2, b"six\n\xff\xfe\nflask\n"),
        (3, b"# date: 2026-01-01\nsix\nfl\xffask\n"),
    ):
        with pytest.raises(SourceError) as refused:
            lay(tmp_path, "index-names", content)

        assert str(refused.value) == f"{tmp_path}/source:{line}: is not UTF-8"


def test_what_is_no_name_and_what_is_one_in_two_spellings_is_counted(tmp_path: Path) -> None:
    notes = lay(tmp_path, "index-names", b"Six\nsix\nnot a name\nzope.interface\nflask\n")

    assert notes == (
        "FILE: 1 row without a name left out (row 3: 'not a name')",
        "FILE: 1 name in several spellings merged (row 2: six)",
    )


def test_the_simple_api_s_list_is_read_with_its_serial(tmp_path: Path) -> None:
    page = {"meta": {"_last-serial": 7}, "projects": [{"name": "Flask"}, {"name": "six"}]}
    path = tmp_path / "simple.json"
    path.write_text(json.dumps(page))
    (tmp_path / "work").mkdir()
    work = Work(str(tmp_path / "work"))

    told = READERS["index-names"](str(path), work)

    found = work.connection.execute(f"SELECT name FROM '{work.path('index_names')}' ORDER BY 1")  # noqa: S608 - our own path
    assert found.fetchall() == [("flask",), ("six",)]
    assert (told.rows, told.serial) == (2, 7)
    work.close()


def test_the_list_of_the_most_downloaded_is_only_the_top(tmp_path: Path) -> None:
    page = {
        "last_update": "2026-04-01 06:34:06",
        "rows": [{"download_count": 5, "project": "six"}],
    }
    path = tmp_path / "top.json"
    path.write_text(json.dumps(page))
    (tmp_path / "work").mkdir()
    work = Work(str(tmp_path / "work"))

    told = READERS["downloads"](str(path), work)

    assert told.partial
    assert told.date is not None
    assert told.date.isoformat() == "2026-04-01T06:34:06+00:00"
    work.close()


def reports(folder: Path, records: dict[str, bytes]) -> advisories.Reports:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in records.items():
            archive.writestr(name, content)
    return advisories.read(str(path))[1]


def test_an_archive_of_reports_is_read_as_a_folder_of_them_is(tmp_path: Path) -> None:
    records = {path.name: path.read_bytes() for path in (FOLDER / "reports").iterdir()}

    _, from_folder = advisories.read(str(FOLDER / "reports"))

    assert reports(tmp_path, records) == from_folder
    assert sorted(from_folder) == ["acme-taken", "acme-web"]


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        pytest.param({}, "is empty", id="empty"),
        pytest.param({"X-1.json": b"{"}, "X-1.json is no OSV record", id="cut"),
        pytest.param({"X-1.json": b"[]"}, "X-1.json is no OSV record", id="other-shape"),
        pytest.param({"X-1.json": b'{"id": 7}'}, "X-1.json is no OSV record", id="no-id"),
    ],
)
def test_a_record_that_is_none_is_refused_by_its_name(
    tmp_path: Path, records: dict[str, bytes], problem: str
) -> None:
    with pytest.raises(SourceError) as refused:
        reports(tmp_path, records)

    assert str(refused.value) == f"{tmp_path / 'all.zip'}: {problem}"


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK\x03\x04 and no more")

    with pytest.raises(SourceError, match="cannot be read: File is not a zip file"):
        advisories.read(str(tmp_path / "all.zip"))
