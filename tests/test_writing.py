"""A file is replaced whole or not at all, several are tried before any, and one edits at a time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vetgate import writing
from vetgate.errors import PolicyError, UsageError
from vetgate.writing import Replacement, alone, replace, replace_all

HOLD = """
import sys, time
from vetgate.errors import PolicyError
from vetgate.writing import alone
with alone(sys.argv[1], PolicyError):
    print("held", flush=True)
    sys.stdin.readline()
"""


def refusal(path: Path, before: bytes | None) -> tuple[str, str]:
    with pytest.raises(PolicyError) as caught:
        replace(str(path), before, b"after", PolicyError)
    return str(caught.value).replace(str(path.parent) + os.sep, ""), caught.value.hint()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_the_content_is_replaced_and_the_mode_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "vetgate.toml"
    path.write_bytes(b"before")
    path.chmod(mode)

    replace(str(path), b"before", b"after\r\n", PolicyError)

    assert path.read_bytes() == b"after\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert names(tmp_path) == ["vetgate.toml"]


def test_a_new_file_gets_the_mode_that_new_files_get(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")

    replace(str(tmp_path / "vetgate.toml"), None, b"after", PolicyError)

    assert (tmp_path / "vetgate.toml").read_bytes() == b"after"
    assert (tmp_path / "vetgate.toml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_that_somebody_changed_stays_as_they_left_it(tmp_path: Path) -> None:
    path = tmp_path / "vetgate.toml"
    path.write_bytes(b"theirs")

    assert refusal(path, b"before") == (
        "vetgate.toml: changed meanwhile",
        "nothing was written; try again",
    )
    assert refusal(path, None)[0] == "vetgate.toml: changed meanwhile"
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["vetgate.toml"]


def test_a_file_that_vanished_is_not_made_anew(tmp_path: Path) -> None:
    assert refusal(tmp_path / "vetgate.toml", b"before")[0] == "vetgate.toml: vanished meanwhile"
    assert names(tmp_path) == []


def test_a_link_is_refused_and_its_target_left(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"before")
    (tmp_path / "vetgate.toml").symlink_to("target")

    problem = "vetgate.toml: a symbolic link in place of the file"
    assert refusal(tmp_path / "vetgate.toml", b"before")[0] == problem
    assert (tmp_path / "target").read_bytes() == b"before"


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vetgate.toml").mkdir()

    assert refusal(tmp_path / "vetgate.toml", b"")[0] == "vetgate.toml: not a plain file"


def test_a_file_without_the_right_to_write_is_read_only_even_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "vetgate.toml"
    path.write_bytes(b"before")
    path.chmod(0o444)

    assert refusal(path, b"before") == ("vetgate.toml: is read-only", "nothing was written")
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_gone_is_a_clear_line(tmp_path: Path) -> None:
    said, hint = refusal(tmp_path / "gone" / "vetgate.toml", None)

    assert said == "vetgate.toml: cannot be written: no such file or directory"
    assert hint == "the file is as it was"


def hold(folder: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen(
        (sys.executable, "-c", HOLD, str(folder)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_one_waits_for_the_other_and_gives_up_with_a_clear_line(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    try:
        with pytest.raises(PolicyError) as caught, alone(str(tmp_path), PolicyError, patience=0.05):
            pass
    finally:
        holder.communicate(b"\n")

    assert str(caught.value) == f"{tmp_path}: another vetgate is editing files here"
    with alone(str(tmp_path), PolicyError, patience=0):
        assert names(tmp_path) == []


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    holder = hold(tmp_path)
    holder.kill()
    holder.communicate()

    with alone(str(tmp_path), PolicyError, patience=1):
        pass


def test_where_folders_cannot_be_locked_a_file_is_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a platform without flock does cannot be had otherwise.
    monkeypatch.setattr(writing, "_flocked", lambda *_about: False)

    with alone(str(tmp_path), PolicyError, patience=0):
        assert names(tmp_path) == [".vetgate.lock"]
        with pytest.raises(PolicyError) as caught, alone(str(tmp_path), PolicyError, patience=0.05):
            pass

    assert caught.value.hint() == "if none is running, remove .vetgate.lock there"
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught, alone(str(tmp_path / "gone"), PolicyError):
        pass

    assert str(caught.value) == f"{tmp_path / 'gone'}: cannot be locked: no such file or directory"


def test_of_several_files_none_is_written_if_one_cannot_be(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1")
    second.write_bytes(b"theirs")
    wanted = [Replacement(str(first), b"1", b"one"), Replacement(str(second), b"2", b"two")]

    with pytest.raises(UsageError) as caught:
        replace_all(wanted, UsageError)

    assert str(caught.value) == f"{second}: changed meanwhile"
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"theirs")
    assert names(tmp_path) == ["first", "second"]


def test_several_files_are_written_together(tmp_path: Path) -> None:
    wanted = [Replacement(str(tmp_path / name), None, name.encode()) for name in ("a", "b")]

    replace_all(wanted, UsageError)

    assert [(tmp_path / name).read_bytes() for name in names(tmp_path)] == [b"a", b"b"]


class Disturbed(tuple[Replacement, ...]):
    """Files whose every look at them is when somebody presses Ctrl-C."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Replacement]:
        os.kill(os.getpid(), signal.SIGINT)
        return super().__iter__()


def test_an_interrupt_waits_until_all_files_are_in_their_places(tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.write_bytes(b"old")

    with pytest.raises(KeyboardInterrupt):
        replace_all(Disturbed(Replacement(str(one), b"old", b"new") for one in paths), PolicyError)

    assert [path.read_bytes() for path in paths] == [b"new", b"new"]
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]
