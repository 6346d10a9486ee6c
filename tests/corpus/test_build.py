"""`vetgate build`, the program: what it writes, refuses, and leaves when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from corpus.samples import FOLDER, arguments
from scratch import Scratch, refused
from vetgate.facts.published import FILE, PACKED, PLAIN, read


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_it_writes_three_files_that_agree(outside: Scratch) -> None:
    ran = outside.vetgate("build", *arguments(), "--output", "out")

    out = outside.folder / "out"
    manifest = read((out / FILE).read_bytes(), FILE)
    assert ran.code == 0, ran
    assert ran.out.startswith("out: 11 packages, 2026-11-20T00:00:00+00:00\n")
    assert sorted(os.listdir(out)) == sorted([FILE, PLAIN, PACKED])
    for form in (manifest.plain, manifest.packed):
        content = (out / form.file).read_bytes()
        assert (form.size, form.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [source.kind for source in manifest.sources] == sorted(
        [
            "index-names",
            "names-seen",
            "downloads",
            "requires",
            "metadata",
            "changelog",
            "advisories",
        ]
    )


def test_done_again_it_writes_the_same_bytes(outside: Scratch) -> None:
    outside.vetgate("build", *arguments(), "--output", "out")
    before = contents(outside.folder / "out")

    outside.vetgate("build", *arguments(), "--output", "out")

    assert contents(outside.folder / "out") == before


def test_what_an_older_list_had_is_removed_and_check_blocks_it(outside: Scratch) -> None:
    outside.vetgate("build", *arguments(), "--output", "out")
    outside.write("requirements.txt", "acme-vanished\nacme-web\n")

    ran = outside.vetgate(
        "check", "--all", "--offline", "requirements.txt",
        VETGATE_SNAPSHOT=str(outside.folder / "out" / PLAIN),
    )  # fmt: skip

    assert ran.code == 1
    assert (
        "removed: no longer on the index since 2025-11-20: "
        "anyone may register the name and be installed" in " ".join(ran.out.split())
    )
    assert "BLOCKED acme-web" not in ran.out


@pytest.mark.parametrize(("wanted", "code"), [("acme-web", 0), ("acme-web<2", 1)])
def test_offline_a_popular_name_is_blocked_for_old_versions_only_where_they_come_in(
    outside: Scratch, wanted: str, code: int
) -> None:
    reports = outside.folder / "reports"
    shutil.copytree(FOLDER / "reports", reports)
    package = {"ecosystem": "PyPI", "name": "acme-web"}
    report = {
        "id": "MAL-2026-7",
        "modified": "2026-11-19T10:00:00Z",
        "affected": [{"package": package, "versions": ["1.9"]}],
    }
    (reports / "MAL-2026-7.json").write_text(json.dumps(report))
    now = datetime.now(timezone.utc)
    built = outside.vetgate(
        "build", *arguments(advisories=reports), "--output", "out", "--built", f"{now:%Y-%m-%d}"
    )
    outside.write("requirements.txt", f"{wanted}\n")

    ran = outside.vetgate(
        "check", "--all", "--offline", "requirements.txt",
        VETGATE_SNAPSHOT=str(outside.folder / "out" / PLAIN),
    )  # fmt: skip

    assert built.code == 0, built
    said = " ".join(ran.out.split())
    assert ran.code == code, ran
    assert ("other versions of it were reported malicious, not 2" in said) == (code == 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], refused("a build needs --source and --output", code=2), id="nothing"),
        pytest.param(
            ["--output", "out"], refused("a build needs --source", code=2), id="no-source"
        ),
        pytest.param(
            ["--source", "index-names=a"], refused("a build needs --output", code=2), id="no-output"
        ),
        pytest.param(
            ["--source", "names", "--output", "out"],
            refused("'names' is no source: write KIND=FILE or KIND=URL", code=2),
            id="no-kind",
        ),
        pytest.param(
            ["--source", "index-names=none.txt", "--output", "out"],
            refused("none.txt: is not there"),
            id="no-file",
        ),
        pytest.param(
            ["--source", f"downloads={FOLDER / 'downloads.csv'}", "--output", "out"],
            refused("without a source index-names, nothing tells what the index has", code=2),
            id="no-list",
        ),
    ],
)
def test_what_it_cannot_do_it_says(outside: Scratch, words: list[str], expected: object) -> None:
    assert outside.vetgate("build", *words) == expected
    assert not (outside.folder / "out" / PLAIN).exists()


def test_the_plainest_lists_of_names_are_enough(outside: Scratch) -> None:
    for day, (name, lines) in enumerate({"old.txt": "six\ngone\n", "new.txt": "six\n"}.items(), 1):
        os.utime(
            outside.write(name, lines),
            (0, datetime(2026, 11, day, 9, tzinfo=timezone.utc).timestamp()),
        )
    sources = ("--source", "index-names=new.txt", "--source", "names-seen=old.txt")

    ran = outside.vetgate("build", *sources, "--output", "out")
    manifest = json.loads((outside.folder / "out/manifest.json").read_bytes())

    assert (ran.code, ran.err) == (
        0,
        (
            "note: no source says when it was true: taken to be of the day on which the newest of "
            "their files was written, 2026-11-02; --built says otherwise\n"
        ),
    )
    assert (manifest["built"], manifest["packages"], manifest["counts"]) == (
        "2026-11-02T00:00:00+00:00",
        2,
        {"listed": 1, "removed": 1, "reported": 0},
    )


def test_a_source_from_the_future_is_refused(outside: Scratch) -> None:
    outside.write("names.txt", "# date: 2990-01-01\nsix\n")

    words = ("build", "--source", "index-names=names.txt", "--output", "out")
    of_the_source, given = outside.vetgate(*words), outside.vetgate(*words, "--built", "2980-01-01")

    assert of_the_source == refused(
        "a source is of 2990-01-01, which is yet to come",
        "look at this machine's clock and at the source, or give --built",
    )
    assert given == refused("--built is 2980-01-01, which is yet to come", code=2)


def test_a_bad_source_leaves_the_last_build_as_it_is(outside: Scratch) -> None:
    outside.vetgate("build", *arguments(), "--output", "out")
    before = contents(outside.folder / "out")
    outside.write("bad.csv", "project,downloads\nacme-web,-1\n")

    ran = outside.vetgate(
        "build", *arguments(downloads=outside.folder / "bad.csv"), "--output", "out"
    )

    assert ran.code == 3
    assert "row 1: '-1' is no count" in ran.err
    assert contents(outside.folder / "out") == before
    assert sorted(os.listdir(outside.folder / "out")) == sorted([FILE, PLAIN, PACKED])


def test_queries_are_printed(outside: Scratch) -> None:
    ran = outside.vetgate("build", "--queries", "bigquery")

    assert ran.code == 0
    assert ran.out.startswith("-- downloads\nSELECT project, COUNT(*) AS downloads FROM `bigquery-")


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0])
def test_killed_at_any_moment_it_leaves_a_whole_build(outside: Scratch, after: float) -> None:
    outside.vetgate("build", *arguments(), "--output", "out")
    before = contents(outside.folder / "out")
    outside.write("names.txt", "# date: 2026-11-24\nacme-web\n")
    words = arguments(index_names=outside.folder / "names.txt")
    process = subprocess.Popen(
        [sys.executable, "-m", "vetgate", "build", *words, "--output", "out"],
        cwd=outside.folder,
        env=outside.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)

    process.send_signal(signal.SIGKILL)
    process.wait()

    found = contents(outside.folder / "out")
    assert set(found) == {FILE, PLAIN, PACKED}
    manifest = read(found[FILE], FILE)
    whole = hashlib.sha256(found[PLAIN]).hexdigest()
    assert found == before or whole == manifest.plain.sha256 or found[FILE] == before[FILE]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_where_no_file_may_be_written_nothing_is_left(outside: Scratch) -> None:
    ran = outside.run(
        "bash", "-c",
        # What measures coverage would write a file at the end, too.
        "unset COVERAGE_PROCESS_START COVERAGE_PROCESS_CONFIG; "
        f"ulimit -f 4; exec {sys.executable} -m vetgate build --output out "
        + " ".join(f"'{word}'" for word in arguments()),
    )  # fmt: skip

    assert ran.code == 3, ran
    assert "Traceback" not in ran.err
    assert os.listdir(outside.folder / "out") == []
