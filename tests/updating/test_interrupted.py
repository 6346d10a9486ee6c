"""Killed at any moment, on a full disk, two at once: the snapshot in use stays good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scratch import SOURCE_ROOT
from updating.machine import Machine
from updating.publications import Series, day
from updating.server import Server
from vetgate.errors import UpdateError

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.slow]
RUN = """
import os, resource, signal, sys
from datetime import datetime
from vetgate.errors import GateError
from vetgate.updating.local import Folder
from vetgate.updating.store import Store
from vetgate.updating.update import Asked, update
folder, place, now, last, most = sys.argv[1:]
if most != "-":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
def step(name):
    print(name, flush=True)
    if name == last:
        os.kill(os.getpid(), signal.SIGKILL)
def tick(done, whole):
    if last == "half" and done * 2 >= whole:
        os.kill(os.getpid(), signal.SIGKILL)
store = Store(folder)
store.prepare()
place = Folder(place)
try:
    with store.alone(20):
        now = datetime.fromisoformat(now)
        update(Asked(place, now, source=place.name, step=step, tick=tick), store)
except GateError as error:
    print(error, error.hint(), sep="\\n")
    sys.exit(3)
"""
HOLD = """
import sys
from vetgate.updating.store import Store
with Store(sys.argv[1]).alone(9):
    print("in", flush=True)
    sys.stdin.read()
"""
WHOLE = ("manifest", "half", "fetched", "unpacked", "ready", "installed", "remembered")
BY_DELTAS = ("manifest", "half", "fetched deltas", "applied", "ready", "installed", "remembered")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def _unmeasured(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what measures coverage: it writes a file at the end, and there may be no room."""
    return {name: value for name, value in environment.items() if not name.startswith("COVERAGE_")}


def run(machine: Machine, place: Path, last: str = "-", most: str = "-") -> tuple[int, list[str]]:
    """Update in a process of its own, which kills itself after a step."""
    ran = subprocess.run(
        (
            sys.executable,
            "-c",
            RUN,
            machine.store.folder,
            str(place),
            day(20).isoformat(),
            last,
            most,
        ),
        env={**_unmeasured(os.environ), "PYTHONPATH": str(SOURCE_ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()


@pytest.mark.parametrize("kind", ["signed", "unsigned"])
@pytest.mark.parametrize("step", WHOLE)
def test_killed_on_the_way_to_the_whole(
    machine: Machine, request: pytest.FixtureRequest, step: str, kind: str
) -> None:
    series: Series = request.getfixturevalue(kind)

    code, _ = run(machine, series.day(1), step)

    assert code == -signal.SIGKILL
    assert machine.has in ({day(1)} if step in WHOLE[-2:] else {None})
    machine.update(series.day(1))
    assert machine.has == day(1)
    assert [name for name in machine.files if name.endswith((".part", ".tag"))] == []


@pytest.mark.parametrize("step", BY_DELTAS)
def test_killed_on_the_way_by_deltas(machine: Machine, signed: Series, step: str) -> None:
    machine.update(signed.day(1))
    signed.day(2)

    code, _ = run(machine, signed.day(3), step)

    assert code == -signal.SIGKILL
    assert machine.has == (day(3) if step in BY_DELTAS[-2:] else day(1))
    machine.update(signed.day(3))
    assert machine.has == day(3)
    assert [name for name in machine.files if name.endswith((".part", ".tag"))] == []


def test_every_step_is_one_that_a_process_was_killed_at(machine: Machine, signed: Series) -> None:
    code, steps = run(machine, signed.day(1))
    signed.day(2)
    code_of_deltas, by_deltas = run(machine, signed.day(3))

    assert (code, steps) == (0, [step for step in WHOLE if step != "half"])
    assert (code_of_deltas, by_deltas) == (0, [step for step in BY_DELTAS if step != "half"])


@pytest.mark.parametrize("most", [0, 300, 30_000, 100_000, 200_000])
def test_the_disk_is_full(machine: Machine, unsigned: Series, most: int) -> None:
    machine.update(unsigned.day(1))
    other = Path(machine.store.folder).parent / "other"
    whole = Machine(other)

    code, said = run(whole, unsigned.day(2), most=str(most))

    assert code == 3
    assert said[-1] == "the snapshot in use stays"
    assert "file too large" in said[-2]
    assert whole.has is None
    whole.update(unsigned.day(2))
    assert whole.has == day(2)


@pytest.mark.parametrize("most", [100, 100_000, 200_000])
def test_the_disk_is_full_where_deltas_are_applied(
    machine: Machine, unsigned: Series, most: int
) -> None:
    machine.update(unsigned.day(1))

    code, said = run(machine, unsigned.day(2), most=str(most))

    assert (code, machine.has) == (3, day(1))
    assert "file too large" in said[-2] or "full" in said[-2]
    machine.update(unsigned.day(2))
    assert machine.has == day(2)


class TestTwoAtOnce:
    """Two updates of one machine."""

    @pytest.fixture
    def other(self, machine: Machine) -> Iterator[subprocess.Popen[str]]:
        """Return another update, which holds the lock until it is let go."""
        with subprocess.Popen(
            (sys.executable, "-c", HOLD, machine.store.folder),
            env={**os.environ, "PYTHONPATH": str(SOURCE_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "in\n"
            yield running
            assert running.stdin is not None
            running.stdin.close()

    def test_the_second_says_so_when_its_patience_ends(
        self, machine: Machine, other: subprocess.Popen[str]
    ) -> None:
        assert other.poll() is None
        with (
            pytest.raises(UpdateError, match="another vetgate is editing files here"),
            machine.store.alone(0.2),
        ):
            pass

    def test_the_second_waits(self, machine: Machine, other: subprocess.Popen[str]) -> None:
        began = time.monotonic()
        other.send_signal(signal.SIGKILL)

        with machine.store.alone(20):
            waited = time.monotonic() - began

        assert waited < 20

    def test_many_at_once_end_with_the_same_snapshot(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)
        machine.update(server.folder)
        signed.day(2)
        signed.serve(3, server.folder)
        command = (
            sys.executable, "-c", RUN, machine.store.folder, str(server.folder),
            day(20).isoformat(), "-", "-",
        )  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(SOURCE_ROOT)}

        running = [subprocess.Popen(command, env=environment) for _ in range(4)]
        codes = [process.wait(60) for process in running]

        assert (codes, machine.has) == ([0, 0, 0, 0], day(3))
