"""Which pip is started, with what in front of it, and how it comes to its end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pip._internal.cli.main_parser import parse_command
from pip._internal.exceptions import CommandError

from facts.live.loopback import Reply
from installer.world import World
from vetgate.errors import UsageError
from vetgate.installer.running import GATED, Pip, brings_in, find_pip

_WORDS = st.sampled_from(
    [
        *GATED,
        *("list", "show", "help", "uninstall", "config", "fine", "--", "-r", "-v", "-vv"),
        *("--index-url", "--proxy", "--cache-dir", "--log=x", "--timeout", "--pyth", "--isolated"),
        *("--no-input", "--use-feature", "fast-deps", "--pre", "-h", "--exists-action", "w"),
    ]
)


@given(st.lists(_WORDS, max_size=6))
def test_no_command_line_that_brings_packages_in_is_missed(words: list[str]) -> None:
    try:
        command, _ = parse_command(words)
    except (CommandError, SystemExit):
        return

    assert command not in GATED or brings_in(words)


@pytest.mark.parametrize(
    "words", [(), ("list",), ("--version",), ("uninstall", "fine"), ("-h",), ("help", "show")]
)
def test_other_commands_are_not_held_up(words: tuple[str, ...]) -> None:
    assert not brings_in(words)


def test_a_command_that_nobody_knows_is_guarded() -> None:
    assert brings_in(("sync", "fine"))


def test_without_a_virtual_environment_it_is_the_pip_beside_vetgate() -> None:
    assert find_pip({}) == Pip(sys.executable)


def test_an_environment_without_an_interpreter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no interpreter"):
        find_pip({"VIRTUAL_ENV": str(tmp_path)})


@pytest.fixture
def patient(world: World) -> World:
    """Return a world whose index takes its time with one page."""
    world.loopback.on("/simple/fine/", Reply(b"{}", delay=60.0))
    return world


def _descendants(pid: int) -> list[str]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [*found, *(one for child in found for one in _descendants(int(child)))]


def _gone(pids: list[str]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


@_linux
@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_pip_ends_with_vetgate_however_that_ends(
    patient: World, number: signal.Signals, code: int
) -> None:
    process = patient.start("pip", "install", "fine", PIP_RETRIES="0")
    end = time.monotonic() + 60
    while "fine" not in patient.shelf.asked() and time.monotonic() < end:
        time.sleep(0.05)
    started = _descendants(process.pid)
    ports = _ports(process.pid)

    process.send_signal(number)
    _, said = process.communicate(timeout=30)

    assert (len(started), process.returncode, _gone(started)) == (1, code, True)
    assert b"Traceback" not in said
    assert patient.installed() == []
    assert ports
    assert not any(map(_is_open, ports))


def _ports(pid: int) -> list[int]:
    """Name the loopback ports that a process listens on."""
    own = {
        os.readlink(link)[8:-1]
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if os.readlink(link).startswith("socket:[")
    }
    lines = Path(f"/proc/{pid}/net/tcp").read_text("ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return [
        int(one[1].rpartition(":")[2], 16) for one in fields if one[3] == "0A" and one[9] in own
    ]


def _is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_environment_without_pip_gets_vetgates_own(world: World) -> None:
    (world.packages / "pip").unlink()
    next(world.packages.glob("pip-*.dist-info")).unlink()

    ran = world.pip("install", "fine", "rare")

    assert (ran.code, world.installed()) == (1, [])
    assert world.pip("install", "fine").code == 0
    assert world.installed() == ["fine-1.0"]


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_pip_that_cannot_be_guarded_does_not_run(world: World) -> None:
    (world.packages / "pip").unlink()
    world.write(f"{world.packages}/pip/__init__.py", "__version__ = '99'\n")
    world.write(f"{world.packages}/pip/__main__.py", "print('it ran')\n")

    ran = world.pip("install", "fine")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "error: this pip cannot be guarded, and did not run: No module named 'pip._internal'\n"
        "hint: vetgate knows pip 22.3 and newer; update pip, or vetgate\n"
        "nothing was decided\n"
    )


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("path", [":", ":/nowhere", "/nowhere:", "/nowhere::/none"])
@pytest.mark.parametrize("words", [("install", "fine"), ("list",)])
def test_an_empty_entry_of_a_path_is_not_the_current_folder(
    world: World, path: str, words: tuple[str, ...]
) -> None:
    leave = "import os, pathlib; pathlib.Path(os.environ['VETGATE_TEST_MARKS'], 'here').touch()\n"
    for module in ("pip", "sitecustomize", "logging"):
        world.write(f"{module}/__init__.py", leave)
    # `-I` keeps the path from vetgate itself, which hands it on all the same.
    start = "import sys; from vetgate.cli import pip_main; sys.exit(pip_main())"

    ran = world.run(sys.executable, "-I", "-c", start, *words, PYTHONPATH=path)

    assert (ran.code, world.ran()) == (0, []), ran.err
    assert world.installed() == (["fine-1.0"] if "fine" in words else [])


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_vetgate_itself_imports_nothing_from_there_either(world: World) -> None:
    leave = "import os, pathlib; pathlib.Path(os.environ['VETGATE_TEST_MARKS'], 'here').touch()\n"
    world.write("pip/__init__.py", leave)
    script = world.write(
        f"{world.top}/script.py", "import sys; from vetgate.cli import main; sys.exit(main())"
    )
    # The environment's own start may add the current folder too.
    world.write(f"{world.packages}/sitecustomize.py", "import sys; sys.path.insert(0, '')\n")

    ran = world.run(
        *(sys.executable, str(script), "pip", "install", "own-of-theirs"),
        PYTHONPATH=":/nowhere",
        VETGATE_INDEX_URL="",
        PIP_NO_INDEX="1",
    )

    assert (ran.code, world.ran()) == (1, []), ran.err
