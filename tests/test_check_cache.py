"""The cache between runs: what is kept, what is not, and many hooks at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator

import pytest

from facts.live.loopback import Reply
from index_double import IndexDouble, Package, indexing
from scratch import PASSED_QUIETLY, Ran, Scratch

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WELL = Package("new-well")


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        yield double


def added(project: Scratch, index: IndexDouble, *lines: str) -> Ran:
    """Judge a commit that adds lines, by what the index says."""
    project.stage("requirements.txt", "".join(f"{line}\n" for line in ("flask", *lines)))
    return project.vetgate("check", **index.environment)


def test_an_answer_is_kept_for_the_next_run(project: Scratch, index: IndexDouble) -> None:
    index.put(WELL)

    assert added(project, index, "new-well") == PASSED_QUIETLY
    before = index.asked()
    assert added(project, index, "new-well") == PASSED_QUIETLY
    assert index.asked() == before


def test_an_answer_of_another_index_is_not_used(project: Scratch, index: IndexDouble) -> None:
    index.put(WELL)
    assert added(project, index, "new-well") == PASSED_QUIETLY

    ran = project.vetgate("check", "--offline", VETGATE_INDEX_URL="http://127.0.0.1:9/simple")

    assert ran.code == 1
    assert "offline: the index was not asked" in ran.out


def test_a_failure_is_not_kept(project: Scratch, index: IndexDouble) -> None:
    index.everything(Reply(status=503))
    assert added(project, index, "new-well").code == 1

    index.put(WELL)
    assert added(project, index, "new-well") == PASSED_QUIETLY


def test_what_other_services_counted_is_asked_anew(project: Scratch, index: IndexDouble) -> None:
    index.put(WELL._replace(downloads=999))
    project.stage("requirements.txt", "flask\nnew-well\n")
    with indexing() as flattering:
        flattering.put(WELL)
        elsewhere = flattering.environment | {
            "VETGATE_INDEX_URL": index.environment["VETGATE_INDEX_URL"]
        }
        assert project.vetgate("check", **elsewhere) == PASSED_QUIETLY

    assert project.vetgate("check", **index.environment).code == 1


def test_a_damaged_cache_is_begun_anew_and_that_is_said_once(
    project: Scratch, index: IndexDouble
) -> None:
    index.put(WELL)
    cache = os.path.join(project.environment["VETGATE_CACHE_DIR"], "facts.sqlite")
    os.makedirs(os.path.dirname(cache))
    with open(cache, "wb") as file:
        file.write(b"not a database " * 1000)

    assert added(project, index, "new-well") == PASSED_QUIETLY._replace(
        err=f"{cache}: the cache could not be read and was begun anew\n"
    )
    before = index.asked()
    assert added(project, index, "new-well") == PASSED_QUIETLY
    assert index.asked() == before


def test_a_cache_that_cannot_be_used_is_done_without(project: Scratch, index: IndexDouble) -> None:
    index.put(WELL)
    folder = project.environment["VETGATE_CACHE_DIR"]
    with open(folder, "w", encoding="utf-8") as file:
        file.write("a file in its place")

    assert added(project, index, "new-well") == PASSED_QUIETLY._replace(
        err=f"{folder}/facts.sqlite: the cache cannot be used (File exists); "
        "every answer is asked anew\n"
    )


@pytest.mark.parametrize("damaged", [False, True], ids=["new", "damaged"])
def test_hooks_at_once_share_the_cache(
    project: Scratch, index: IndexDouble, *, damaged: bool
) -> None:
    names = [f"new-{number}" for number in range(6)]
    index.put(*map(Package, names))
    cache = os.path.join(project.environment["VETGATE_CACHE_DIR"], "facts.sqlite")
    if damaged:
        os.makedirs(os.path.dirname(cache))
        with open(cache, "wb") as file:
            file.write(b"not a database " * 1000)
    for name in names:
        project.write(f"{name}.txt", f"{name}\n")

    running = [
        project.start("check", "--all", f"{name}.txt", **index.environment) for name in names
    ]
    talk = [_ended(process) for process in running]

    if not damaged:
        assert talk == [""] * len(names)
        # Not one answer was lost: nobody has to be asked again.
        lists = [f"{name}.txt" for name in names]
        again = project.vetgate("check", "--offline", "--all", *lists, **index.environment)
        assert again == Ran(0, "vetgate: 6 additions passed\n", "")
    assert _integrity(cache) == "ok"


def _ended(process: subprocess.Popen[bytes]) -> str:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, b"vetgate: 1 addition passed\n"), err
    assert b"Traceback" not in err
    return err.decode()


def _integrity(cache: str) -> str:
    connection = sqlite3.connect(cache)
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        return str(verdict)
    finally:
        connection.close()
