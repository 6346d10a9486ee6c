"""A checkout that was there is the user's own: whatever happens, nothing of it is lost."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.packages import source
from installer.repository import commit, git
from installer.world import BOTH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
_MANY = 4000
"""Files, so that a copy takes long enough to be caught at it."""


class Checkout:
    """An editable checkout with work in it; what it is to be updated to needs `rare`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.folder = world.prefix / "src" / "own"
        self.temporary = world.top / "temporary"
        self.temporary.mkdir()
        origin = world.top / "repository"
        commit(origin, "own")
        git(world.top, "clone", "--quiet", f"file://{origin}", str(self.folder))
        (self.folder / "notes.txt").write_text("mine")
        self.wanted = ("-e", f"{commit(origin, 'own', '2.0', 'rare')}#egg=own")
        self.given = {"PIP_EXISTS_ACTION": "s", "TMPDIR": str(self.temporary)}

    def fill(self) -> None:
        data = self.folder / "data"
        data.mkdir()
        for number in range(_MANY):
            (data / str(number)).write_text("x")

    def content(self) -> dict[str, bytes | None]:
        """Return what is in it, but for what git keeps for itself."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else None
            for path in self.folder.rglob("*")
            if ".git" not in path.relative_to(self.folder).parts
        }

    def left_over(self) -> list[str]:
        """Name what lies about that nobody but vetgate made."""
        places = (self.temporary, self.folder.parent, self.folder.resolve().parent)
        return sorted({str(one) for place in places for one in place.glob("*vetgate-*")})

    def interrupt(self, number: int, moment: Callable[[], bool]) -> tuple[int, str]:
        """Install it, and end that when the moment has come; by Ctrl-C, which all of it hears."""
        process = self.world.start("pip", "install", *self.wanted, **self.given)
        end = time.monotonic() + 60
        while not moment() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
        if process.poll() is None:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
            for pid in children.split()[:1] if number == signal.SIGINT else ():
                os.kill(int(pid), number)
            process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert b"Traceback" not in said
        return process.returncode, said.decode()


@pytest.fixture
def checkout(world: World) -> Checkout:
    return Checkout(world)


@BOTH
@pytest.mark.parametrize("before", ["nothing", "another-commit"])
def test_a_checkout_is_as_it_was_where_nothing_comes_in(world: World, before: str) -> None:
    folder, origin = world.prefix / "src" / "own", world.top / "repository"
    if before == "another-commit":
        commit(origin, "own")
        git(world.top, "clone", "--quiet", f"file://{origin}", str(folder))
        (folder / "notes.txt").write_text("mine")
    link = commit(origin, "own", "2.0", "rare")

    ran = world.pip("install", "-e", f"{link}#egg=own", PIP_EXISTS_ACTION="s")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n" in ran.err
    assert (world.prefix / "src").exists() is (before != "nothing")
    if before == "another-commit":
        assert (folder / "notes.txt").read_text() == "mine"
        assert "Version: 1.0" in (folder / "PKG-INFO").read_text()


def test_a_checkout_stays_where_it_comes_in(world: World) -> None:
    link = commit(world.top / "repository", "own")

    ran = world.pip("install", "-e", f"{link}#egg=own")

    assert ran.code == 0, ran.err
    assert (world.prefix / "src" / "own" / "backend.py").exists()


@_linux
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_checkout_is_whole_if_pip_is_ended_while_it_is_kept_aside(
    checkout: Checkout, number: int, code: int
) -> None:
    checkout.fill()
    before = checkout.content()

    def moment() -> bool:
        return any(
            any(Path(one).rglob("data/*")) for one in checkout.left_over() if os.path.isdir(one)
        )

    ended, said = checkout.interrupt(number, moment)

    assert ended == code, said
    assert checkout.content() == before
    assert git(checkout.folder, "status", "--porcelain", "--untracked-files=no") == ""
    assert checkout.left_over() == []


@_linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_checkout_is_whole_if_pip_is_ended_while_it_is_put_back(
    checkout: Checkout, number: int
) -> None:
    checkout.fill()
    before = checkout.content()
    data = checkout.folder / "data"

    def moment() -> bool:
        if any(os.path.exists(os.path.join(one, "now")) for one in checkout.left_over()):
            return True
        return not data.is_dir() or len(os.listdir(data)) < _MANY

    checkout.interrupt(number, moment)

    assert checkout.content() == before
    assert git(checkout.folder, "status", "--porcelain", "--untracked-files=no") == ""
    assert checkout.left_over() == []


def _start_with_small_files(checkout: Checkout, *words: str) -> subprocess.CompletedProcess[str]:
    """Install it where no file of more than 100 kB can be written, as on a full disk."""
    command = (sys.executable, "-m", "vetgate", "pip", "install", *checkout.wanted, *words)
    return subprocess.run(
        ("bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command),
        cwd=checkout.world.folder,
        env={**checkout.world.environment, **checkout.given},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("more", [(), ("rare==1.0",)], ids=["blocked", "passed"])
def test_a_checkout_that_cannot_be_kept_aside_is_left_to_pip(
    checkout: Checkout, more: tuple[str, ...]
) -> None:
    (checkout.folder / "big.bin").write_bytes(bytes(300_000))

    ran = _start_with_small_files(checkout, *more)

    assert ran.returncode == (0 if more else 1), ran.stderr
    content = checkout.content()
    assert (content["notes.txt"], content["big.bin"]) == (b"mine", bytes(300_000))
    assert b"Version: 2.0" in (content["PKG-INFO"] or b"")
    assert f"cannot keep a copy of {checkout.folder}" in " ".join(ran.stderr.split())
    assert checkout.left_over() == []


@pytest.mark.parametrize("more", [(), ("rare==1.0",)], ids=["blocked", "passed"])
def test_what_is_no_file_stays_in_its_checkout(
    checkout: Checkout, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout.folder / "deep").mkdir()
    os.mkfifo(checkout.folder / "deep" / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        # A socket's whole path may have 108 bytes.
        monkeypatch.chdir(checkout.folder / ".git")
        listener.bind("fsmonitor--daemon.ipc")
        monkeypatch.chdir("/")

        ran = checkout.world.pip("install", *checkout.wanted, *more, **checkout.given)

    assert ran.code == (0 if more else 1), ran.err
    assert ("BLOCKED rare\n" in ran.err) is not bool(more)
    version = b"Version: 2.0" if more else b"Version: 1.0"
    assert version in (checkout.content()["PKG-INFO"] or b"")
    assert stat.S_ISFIFO((checkout.folder / "deep" / "pipe").lstat().st_mode)
    assert stat.S_ISSOCK((checkout.folder / ".git" / "fsmonitor--daemon.ipc").lstat().st_mode)
    assert checkout.left_over() == []


def test_a_link_to_a_checkout_stays_one(checkout: Checkout) -> None:
    real = checkout.world.top / "code" / "own"
    real.parent.mkdir()
    shutil.move(checkout.folder, real)
    checkout.folder.symlink_to(real)
    before = checkout.content()

    ran = checkout.world.pip("install", *checkout.wanted, **checkout.given)

    assert (ran.code, checkout.folder.is_symlink(), checkout.folder.resolve()) == (1, True, real)
    assert checkout.content() == before
    assert {str(one.relative_to(real)) for one in real.rglob("*") if ".git" not in one.parts} == {
        *before
    }
    assert checkout.left_over() == []


def test_a_checkout_that_was_put_back_is_as_it_was_to_the_last_mark(checkout: Checkout) -> None:
    (checkout.folder / "link").symlink_to("notes.txt")
    (checkout.folder / "run").write_text("#!/bin/sh")
    (checkout.folder / "run").chmod(0o755)
    if os.geteuid() == 0:
        os.chown(checkout.folder / "run", 12345, 12346)

    def marks() -> dict[str, tuple[int, ...]]:
        found = {path: path.lstat() for path in checkout.folder.rglob("*")}
        return {
            str(path): (one.st_mode, one.st_uid, one.st_gid, one.st_mtime_ns)
            for path, one in found.items()
            if ".git" not in path.parts
        }

    before = marks()

    ran = checkout.world.pip("install", *checkout.wanted, **checkout.given)

    assert (ran.code, marks()) == (1, before), ran.err
    assert os.readlink(checkout.folder / "link") == "notes.txt"


def test_that_a_checkout_cannot_be_put_back_is_told(checkout: Checkout) -> None:
    origin = checkout.world.top / "repository"
    with (origin / "backend.py").open("a") as backend:
        backend.write(
            "import shutil\n"
            "for one in pathlib.Path('..').glob('.vetgate-was-*/was'):\n"
            "    shutil.rmtree(one)\n"
        )
    git(origin, "commit", "--quiet", "--all", "--message", "3.0")
    link = f"git+file://{origin}@{git(origin, 'rev-parse', 'HEAD')}#egg=own"

    ran = checkout.world.pip("install", "-e", link, **checkout.given)

    assert (ran.code, "BLOCKED rare\n" in ran.err) == (1, True)
    assert (
        f"ERROR: vetgate cannot put {checkout.folder} back (No such file or directory): "
        "it stays as pip left it\n"
    ) in ran.err
    content = checkout.content()
    assert content["notes.txt"] == b"mine"
    assert b"Version: 2.0" in (content["PKG-INFO"] or b"")
    assert checkout.left_over() == []


@pytest.mark.parametrize("option", [(), ("--use-feature=inprocess-build-deps",)])
def test_nothing_stays_of_a_checkout_whose_build_needs_others(
    world: World, option: tuple[str, ...]
) -> None:
    origin = world.top / "repository"
    origin.mkdir()
    git(origin, "init", "--quiet")
    files = source("own", requires=["rare"], build_requires=["fine"])
    for path, text in files.items():
        (origin / path).write_text(text)
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "1.0")
    link = f"git+file://{origin}@{git(origin, 'rev-parse', 'HEAD')}#egg=own"

    ran = world.pip("install", *option, "-e", link)

    assert (ran.code, world.installed()) == (1, []), ran.err
    assert "BLOCKED rare\n" in ran.err
    assert not (world.prefix / "src").exists()
