"""The cache: what is kept comes back while it lasts, and trouble with the file is said once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import vetgate
from facts.making import known as known_at
from facts.making import of
from vetgate.facts import cache as cache_module
from vetgate.facts.cache import Cache, lifetime
from vetgate.facts.codec import FactValue
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Advisory,
    Downloads,
    FactName,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Quarantined,
    Reborn,
    Release,
    Removed,
    Span,
    Unknown,
)

NOW = datetime(2026, 11, 23, 12, 30, 15, 123, tzinfo=timezone.utc)
EVIL = NormalizedName("evil")
SCOPE = "https://index.example/simple"
SERVICES = "https://downloads.example https://dependents.example"
EVERY: frozenset[FactName] = frozenset(PackageFacts._fields[1:])
NOT_KEPT = Unknown("not in the cache")


def known(value: FactValue, as_of: datetime = NOW) -> Known[FactValue]:
    return known_at(value, as_of, "index.example")


FULL = of(
    EVIL,
    presence=known(Listed()),
    rank=Unknown("no"),
    downloads=known(Downloads(12)),
    dependents=known(0),
    repository=known(None),
    urls=known(("https://a.example/x", "//b.example")),
    first_upload=known(NOW - timedelta(days=9)),
    latest_upload=known(NOW),
    releases=known((Release("1.0", NOW, yanked=True), Release("2.0", None))),
    status=known("active"),
    owners=known(()),
    advisories=known((Advisory("MAL-2024-1", malicious=True, spans=(Span(),)),)),
    resembles=Unknown("no"),
    imitates=Unknown("no"),
    newest=Unknown("no"),
)

WITHOUT_COUNTS = FULL._replace(
    rank=NOT_KEPT,
    resembles=NOT_KEPT,
    imitates=NOT_KEPT,
    newest=NOT_KEPT,
    downloads=NOT_KEPT,
    dependents=NOT_KEPT,
    advisories=NOT_KEPT,
)


class Said:
    """What a cache told the user."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def __call__(self, note: str) -> None:
        self.notes.append(note)


@pytest.fixture
def said() -> Iterator[Said]:
    notes = Said()
    yield notes
    assert notes.notes == [], "a test that expects a note takes it"


class Caches:
    """Caches in folders of a test, each as another run would open it."""

    def __init__(self) -> None:
        self.opened: list[Cache] = []

    def __call__(
        self,
        folder: Path,
        said: Said,
        now: datetime = NOW,
        *,
        scope: str = SCOPE,
        services: str = SERVICES,
    ) -> Cache:
        made = Cache(str(folder / "cache"), scope, services, now=now, note=said)
        self.opened.append(made)
        return made


@pytest.fixture
def cache() -> Iterator[Caches]:
    """Make caches, and close them when the test is over, whether it did so itself or not."""
    caches = Caches()
    yield caches
    for made in caches.opened:
        made.close()


def asked(source: Cache, *facts: FactName) -> PackageFacts:
    return source.facts({EVIL: frozenset(facts) or EVERY})[EVIL]


def test_what_is_known_comes_back_in_another_run(tmp_path: Path, cache: Caches, said: Said) -> None:
    cache(tmp_path, said).keep({EVIL: FULL})

    found = asked(cache(tmp_path, said))

    assert found == FULL._replace(
        rank=NOT_KEPT, resembles=NOT_KEPT, imitates=NOT_KEPT, newest=NOT_KEPT
    )


def test_what_was_not_kept_is_unknown(tmp_path: Path, cache: Caches, said: Said) -> None:
    found = asked(cache(tmp_path, said), "presence")

    assert found == of(EVIL, presence=NOT_KEPT)


def test_an_unknown_fact_takes_no_known_one_away(tmp_path: Path, cache: Caches, said: Said) -> None:
    kept = cache(tmp_path, said)
    kept.keep({EVIL: FULL})
    kept.keep({EVIL: of(EVIL, presence=Unknown("down"))})

    assert asked(kept, "presence").presence == known(Listed())


def test_the_answers_of_one_index_are_not_those_of_another(
    tmp_path: Path, cache: Caches, said: Said
) -> None:
    cache(tmp_path, said).keep({EVIL: FULL})

    other = cache(tmp_path, said, scope="https://other.example/simple")

    assert asked(other, "presence").presence == NOT_KEPT


def test_the_counts_of_one_service_are_not_those_of_another(
    tmp_path: Path, said: Said, cache: Caches
) -> None:
    cache(tmp_path, said).keep({EVIL: FULL})

    other = cache(tmp_path, said, services="https://other.example")

    assert asked(other) == WITHOUT_COUNTS


def test_a_count_that_an_older_version_kept_under_its_index_is_not_taken(
    tmp_path: Path, said: Said, cache: Caches
) -> None:
    kept = cache(tmp_path, said)
    kept.keep({EVIL: FULL})
    kept.close()
    with sqlite3.connect(kept.path) as connection:
        connection.execute("UPDATE answer SET scope = ?", (SCOPE,))
    connection.close()

    assert asked(cache(tmp_path, said)) == WITHOUT_COUNTS


@pytest.mark.parametrize(
    ("fact", "value", "lasts"),
    [
        pytest.param("presence", Listed(), timedelta(days=1), id="listed"),
        pytest.param("presence", Reborn(None, None), timedelta(days=1), id="reborn"),
        pytest.param("presence", NeverSeen(), timedelta(hours=1), id="never-seen"),
        pytest.param("presence", Removed(date(2024, 1, 1)), timedelta(hours=1), id="removed"),
        pytest.param("presence", Quarantined(), timedelta(hours=1), id="quarantined"),
        pytest.param("downloads", Downloads(1, at_least=True), timedelta(days=7), id="downloads"),
    ],
)
def test_a_fact_lasts_as_long_as_it_may(
    tmp_path: Path, cache: Caches, said: Said, fact: FactName, value: FactValue, lasts: timedelta
) -> None:
    cache(tmp_path, said).keep({EVIL: of(EVIL, **{fact: known(value)})})

    early = asked(cache(tmp_path, said, NOW + lasts - timedelta(seconds=1)), fact)
    late = asked(cache(tmp_path, said, NOW + lasts), fact)

    assert (getattr(early, fact), getattr(late, fact)) == (known(value), NOT_KEPT)


def test_ranks_are_not_kept() -> None:
    assert lifetime("rank", 1) is None


def test_an_answer_from_the_future_is_not_believed(
    tmp_path: Path, cache: Caches, said: Said
) -> None:
    ahead = of(EVIL, presence=known(Listed(), NOW + timedelta(hours=2)))
    cache(tmp_path, said).keep({EVIL: ahead})

    assert asked(cache(tmp_path, said), "presence").presence == NOT_KEPT


def entries(folder: Path) -> int:
    connection = sqlite3.connect(folder / "cache" / cache_module.FILE)
    (number,) = connection.execute("SELECT count(*) FROM answer").fetchone()
    connection.close()
    return int(number)


def test_what_has_expired_is_dropped_at_the_next_writing(
    tmp_path: Path, cache: Caches, said: Said
) -> None:
    first = cache(tmp_path, said)
    first.keep({EVIL: FULL})
    first.close()
    other = of(NormalizedName("o"), dependents=known(1, NOW + timedelta(days=30)))
    later = cache(tmp_path, said, NOW + timedelta(days=30))
    later.keep({other.name: other})

    assert entries(tmp_path) == 1


def test_it_grows_no_further_than_its_bound(
    tmp_path: Path, cache: Caches, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "MOST_ENTRIES", 10)
    names = [NormalizedName(f"p{number}") for number in range(30)]
    source = cache(tmp_path, said)
    for age, name in enumerate(names):
        stamp = NOW - timedelta(minutes=age)
        source.keep({name: of(name, presence=known(Listed(), stamp))})

    assert entries(tmp_path) == 10


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"no database at all, but long enough to be looked at" * 100, id="text"),
        pytest.param(b"SQLite format 3\x00" + b"\xff" * 5000, id="header-alone"),
    ],
)
def test_a_damaged_file_is_rebuilt_and_that_is_said_once(
    tmp_path: Path, cache: Caches, damage: bytes
) -> None:
    said = Said()
    path = tmp_path / "cache" / cache_module.FILE
    path.parent.mkdir()
    path.write_bytes(damage)
    source = cache(tmp_path, said)

    assert asked(source, "presence").presence == NOT_KEPT
    source.keep({EVIL: FULL})

    assert asked(source, "presence").presence == known(Listed())
    assert said.notes == [f"{path}: the cache could not be read and was begun anew"]


def test_pages_damaged_in_the_middle_are_rebuilt(tmp_path: Path, cache: Caches) -> None:
    said = Said()
    names = [NormalizedName(f"p{number}") for number in range(400)]
    source = cache(tmp_path, said)
    source.keep({name: FULL._replace(name=name) for name in names})
    source.close()
    path = tmp_path / "cache" / cache_module.FILE
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xee" * (len(whole) - 8192))

    source = cache(tmp_path, said)
    source.keep({EVIL: FULL})

    assert asked(source, "presence").presence == known(Listed())
    assert said.notes == [f"{path}: the cache could not be read and was begun anew"]


@pytest.mark.parametrize("statement", ["PRAGMA user_version = 9", "DROP TABLE answer"])
def test_a_file_of_another_schema_is_rebuilt(tmp_path: Path, cache: Caches, statement: str) -> None:
    said = Said()
    first = cache(tmp_path, said)
    first.keep({EVIL: FULL})
    first.close()
    connection = sqlite3.connect(first.path)
    connection.execute(statement)
    connection.commit()
    connection.close()

    source = cache(tmp_path, said)
    source.keep({EVIL: FULL})

    assert asked(source, "presence").presence == known(Listed())
    assert said.notes == [f"{first.path}: the cache could not be read and was begun anew"]


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, cache: Caches) -> None:
    said = Said()
    (tmp_path / "cache").write_text("in the way")
    source = cache(tmp_path, said)

    source.keep({EVIL: FULL})

    assert asked(source, "presence").presence == NOT_KEPT
    path = tmp_path / "cache" / cache_module.FILE
    assert said.notes == [
        f"{path}: the cache cannot be used (File exists); every answer is asked anew"
    ]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind no root")
def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path, cache: Caches) -> None:
    said = Said()
    (tmp_path / "cache").mkdir(mode=0o500)

    cache(tmp_path, said).keep({EVIL: FULL})

    assert len(said.notes) == 1


def test_a_rebuilding_that_never_ended_does_not_block_the_next(
    tmp_path: Path, cache: Caches
) -> None:
    said = Said()
    path = tmp_path / "cache" / cache_module.FILE
    path.parent.mkdir()
    path.write_bytes(b"damaged" * 1000)
    lock = path.with_name(path.name + ".rebuild")
    lock.touch()
    os.utime(lock, (NOW.timestamp() - 300, NOW.timestamp() - 300))

    cache(tmp_path, said).keep({EVIL: FULL})

    assert said.notes == [f"{path}: the cache could not be read and was begun anew"]
    assert not lock.exists()


def test_while_another_run_rebuilds_it_is_done_without(tmp_path: Path, cache: Caches) -> None:
    said = Said()
    path = tmp_path / "cache" / cache_module.FILE
    path.parent.mkdir()
    path.write_bytes(b"damaged" * 1000)
    lock = path.with_name(path.name + ".rebuild")
    lock.touch()
    os.utime(lock, (NOW.timestamp(), NOW.timestamp()))

    assert asked(cache(tmp_path, said), "presence").presence == NOT_KEPT
    assert said.notes == [
        f"{path}: the cache cannot be used (file is not a database); every answer is asked anew"
    ]


_WRITER = """
import sys
from datetime import datetime, timezone
from vetgate.facts.codec import FactValue
from vetgate.facts.cache import Cache
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, Listed, PackageFacts
now = datetime(2026, 11, 23, tzinfo=timezone.utc)
for number in range(60):
    cache = Cache(sys.argv[1], "index", "services", now=now, note=lambda note: print(note))
    name = NormalizedName(f"{sys.argv[2]}-{number}")
    cache.keep({name: PackageFacts(name, presence=Known(Listed(), now, "x"))})
    cache.close()
"""


def test_many_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    root = str(Path(vetgate.__file__).parent.parent)
    folder = str(tmp_path / "cache")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, folder, each],
            env={**os.environ, "PYTHONPATH": root},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for each in ("a", "b", "c")
    ]
    talk = [writer.communicate(timeout=120)[0] for writer in writers]

    assert talk == [b"", b"", b""]
    assert entries(tmp_path) == 180
