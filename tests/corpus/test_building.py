"""The small corpus as a snapshot: what each fact is, and the same bytes from every engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timezone
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.samples import WANTED
from vetgate.corpus.building import Given, Wanted, build
from vetgate.corpus.engines import engine
from vetgate.errors import BuildError, SourceError
from vetgate.facts.snapshot import Snapshot
from vetgate.facts.stated import Source
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Held,
    Known,
    Listed,
    PackageFacts,
    Quarantined,
    Reborn,
    Removed,
    Span,
    Unknown,
)

ALL: frozenset[FactName] = frozenset(PackageFacts._fields[1:])


def built(tmp_path: Path, name: str = "duckdb") -> Path:
    work = tmp_path / name
    work.mkdir()
    out = tmp_path / f"{name}.sqlite"
    build(WANTED, engine(name, str(tmp_path / "queries")), str(work), str(out))
    return out


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    opened = Snapshot.open(str(built(tmp_path_factory.mktemp("built"))))
    yield opened
    opened.close()


def values(snapshot: Snapshot, fact: FactName) -> dict[str, object]:
    """Return what is known of one fact, by name."""
    names = [NormalizedName(str(cells["name"])) for cells in snapshot.cells()]
    known = snapshot.facts(dict.fromkeys(names, ALL - {"resembles"}))
    every = {name: getattr(facts, fact) for name, facts in known.items()}
    return {name: found.value for name, found in every.items() if isinstance(found, Known)}


def test_presence_is_told_by_list_journal_and_older_list(snapshot: Snapshot) -> None:
    assert values(snapshot, "presence") == {
        "acme-deleted": Removed(date(2025, 8, 1)),
        "acme-held": Held(),
        "acme-json": Listed(),
        "acme-lonely": Listed(),
        "acme-parser": Listed(),
        "acme-quarantined": Quarantined(),
        "acme-restored": Listed(),
        "acme-shady": Listed(),
        "acme-taken": Reborn(date(2024, 3, 2), date(2025, 4, 5)),
        "acme-vanished": Removed(date(2025, 11, 20)),
        "acme-web": Listed(),
    }


def test_downloads_of_spellings_are_summed_and_what_is_left_out_has_none(
    snapshot: Snapshot,
) -> None:
    assert values(snapshot, "downloads") == {
        "acme-held": Downloads(0),
        "acme-json": Downloads(64_000),
        "acme-lonely": Downloads(12),
        "acme-parser": Downloads(905_000),
        "acme-quarantined": Downloads(0),
        "acme-restored": Downloads(0),
        "acme-shady": Downloads(0),
        "acme-taken": Downloads(2200),
        "acme-web": Downloads(5_000_000),
    }
    assert snapshot.ranked() == (
        "acme-web", "acme-parser", "acme-json", "acme-taken", "acme-lonely",
    )  # fmt: skip


def test_dependents_are_those_whose_latest_release_requires_it_and_that_still_exist(
    snapshot: Snapshot,
) -> None:
    counted = values(snapshot, "dependents")

    assert {name: count for name, count in counted.items() if count} == {
        "acme-json": 1,
        "acme-parser": 2,
    }


def test_the_repository_is_that_of_the_latest_release(snapshot: Snapshot) -> None:
    assert values(snapshot, "repository") == {
        "acme-held": None,
        "acme-json": "https://github.com/acme/acme_json",
        "acme-lonely": None,
        "acme-parser": "https://gitlab.com/acme/tools/parser",
        "acme-restored": None,
        "acme-shady": None,
        "acme-taken": None,
        "acme-web": "https://github.com/acme/acme-web",
    }


def test_uploads_and_status_are_recorded(snapshot: Snapshot) -> None:
    firsts = values(snapshot, "first_upload")
    latest = values(snapshot, "latest_upload")

    assert firsts["acme-web"] == datetime(2012, 3, 4, 23, 59, 59, tzinfo=timezone.utc)
    assert latest["acme-web"] == datetime(2026, 10, 10, 23, 59, 59, tzinfo=timezone.utc)
    assert values(snapshot, "status") == {"acme-parser": "archived"}


def test_of_the_urls_only_the_suspicious_are_kept_and_the_others_known_to_be_none(
    snapshot: Snapshot,
) -> None:
    urls = values(snapshot, "urls")

    assert urls.pop("acme-shady") == (
        "//evil.top", "http://203.0.113.9/a", "https://win.prizes.zip/x",
    )  # fmt: skip
    assert set(urls.values()) == {()}
    assert "acme-quarantined" not in urls


def test_reports_are_matched_withdrawn_ones_dropped_and_aliases_merged(snapshot: Snapshot) -> None:
    reports = values(snapshot, "advisories")

    assert {name: found for name, found in reports.items() if found} == {
        "acme-taken": (
            Advisory(
                "MAL-2026-1",
                malicious=True,
                versions=("9.9.9",),
            ),
        ),
        "acme-web": (
            Advisory(
                "GHSA-aaaa-bbbb-cccc",
                malicious=False,
                aliases=("CVE-2026-1", "PYSEC-2026-2"),
                summary="Reads any file",
                severity="high",
                spans=(Span("0", "1.5"),),
                versions=("2.0.dev1",),
            ),
        ),
    }


def test_of_a_popular_name_with_a_report_of_malice_the_newest_release_is_recorded(
    snapshot: Snapshot,
) -> None:
    assert values(snapshot, "newest") == {"acme-taken": "9.9.9"}


def test_a_name_that_nobody_ever_saw_has_no_reports_and_was_never_there(
    snapshot: Snapshot,
) -> None:
    name = NormalizedName("acme-nowhere")

    facts = snapshot.facts({name: ALL})[name]

    assert isinstance(facts.presence, Known)
    assert facts.presence.value.word == "never-seen"
    assert isinstance(facts.advisories, Known)
    assert facts.advisories.value == ()
    assert isinstance(facts.downloads, Unknown)


def test_it_says_what_it_was_built_from(snapshot: Snapshot) -> None:
    journal = datetime(2025, 8, 1, tzinfo=timezone.utc)

    assert snapshot.built == datetime(2026, 11, 20, tzinfo=timezone.utc)
    assert snapshot.complete
    assert snapshot.sources()[1] == Source(
        "changelog", "PyPI's journal", "CC BY 4.0", journal, 24800001, 12
    )


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()

    assert built(tmp_path).read_bytes() == built(tmp_path / "again").read_bytes()


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])  # where Spark's own two halves talk
@pytest.mark.parametrize(("name", "package"), [("spark", "pyspark"), ("clickhouse", "chdb")])
def test_every_engine_gives_the_same_bytes(tmp_path: Path, name: str, package: str) -> None:
    if find_spec(package) is None:
        pytest.skip(f"the extra `engines` is not installed: no {package}")
    if name == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none")

    assert built(tmp_path, name).read_bytes() == built(tmp_path).read_bytes()


def test_bigquery_is_left_its_tables_and_queries_and_its_answers_are_taken(tmp_path: Path) -> None:
    import duckdb
    import sqlglot

    queries = tmp_path / "queries"
    with pytest.raises(BuildError) as told:
        built(tmp_path, "bigquery")
    assert "are not there yet" in str(told.value)
    written = sorted(each.name for each in queries.glob("*.sql"))
    assert [name.partition("-")[0] for name in written] == [
        f"{number:02}" for number in range(1, 12)
    ]
    for each in queries.glob("*.sql"):
        assert len(sqlglot.parse(each.read_text("utf-8"), dialect="bigquery")) == 1

    # DuckDB stands in for whoever runs them: it computes the same steps.
    own = built(tmp_path)
    for answer in ("package", "suspicious"):
        made = tmp_path / "duckdb" / f"{answer}.result.parquet"
        duckdb.execute(f"COPY (FROM '{made}') TO '{queries / answer}.result.parquet'")
    work = tmp_path / "taken"
    work.mkdir()
    build(WANTED, engine("bigquery", str(queries)), str(work), str(tmp_path / "taken.sqlite"))

    assert (tmp_path / "taken.sqlite").read_bytes() == own.read_bytes()


def test_the_next_snapshot_remembers_what_the_last_one_had(tmp_path: Path) -> None:
    first = built(tmp_path)
    later = tmp_path / "later.txt"
    later.write_text("# date: 2026-11-21\nacme-web\nacme-vanished\nacme-taken\nacme-held\n")
    given = (Given("index-names", str(later), "later"), Given("previous", str(first), "first"))
    (tmp_path / "work").mkdir()

    build(
        WANTED._replace(given=given),
        engine("duckdb", ""),
        str(tmp_path / "work"),
        str(tmp_path / "second.sqlite"),
    )

    second = Snapshot.open(str(tmp_path / "second.sqlite"))
    told = values(second, "presence")
    second.close()
    assert told == {
        "acme-deleted": Removed(date(2025, 8, 1)),
        "acme-held": Held(),
        "acme-json": Removed(date(2026, 11, 20)),
        "acme-lonely": Removed(date(2026, 11, 20)),
        "acme-parser": Removed(date(2026, 11, 20)),
        "acme-quarantined": Quarantined(),
        "acme-restored": Removed(date(2026, 11, 20)),
        "acme-shady": Removed(date(2026, 11, 20)),
        "acme-taken": Reborn(date(2024, 3, 2), date(2025, 4, 5)),
        "acme-vanished": Reborn(date(2025, 11, 20), None),
        "acme-web": Listed(),
    }


def test_what_was_fetched_is_called_as_its_user_called_it(tmp_path: Path) -> None:
    fetched, shown = tmp_path / "0f3a.txt", "https://lists.example/names.txt"
    wanted = Wanted((Given("index-names", str(fetched), shown),))
    duckdb = engine("duckdb", "")

    fetched.write_text('{"message": "moved"}\n')
    with pytest.raises(SourceError) as refused:
        build(wanted, duckdb, str(tmp_path), str(tmp_path / "made.sqlite"))
    fetched.write_text("# date: 2026-11-01\nSix\nsix\n")
    built = build(wanted, duckdb, str(tmp_path), str(tmp_path / "made.sqlite"))

    assert str(refused.value) == (
        f"{shown}: is not JSON of a shape that is known: "
        "it has no list `projects`, as the simple API's list has"
    )
    assert built.notes == (f"{shown}: 1 name in several spellings merged (row 2: six)",)
