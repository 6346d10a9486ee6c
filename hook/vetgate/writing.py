"""The only writer of a user's files: one at a time, each whole or not at all."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from vetgate.errors import GateError
from vetgate.model.record import Record

PATIENCE = 10.0
"""Seconds to wait for another edit in the same project."""

_PAUSE = 0.02
_LOCK_FILE = ".vetgate.lock"


class Replacement(Record):
    """A file's content as it was read (None: there is no file yet), and what is to stand there."""

    path: str
    before: bytes | None
    after: bytes


@contextmanager
def alone(folder: str, error: type[GateError], *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep every other edit of a project's files out while the block runs.

    `folder` is the project's root: the file itself is no place for a lock, since each edit puts
    another file in its place. The folder is locked (flock), which leaves nothing behind whatever
    happens to the process; where folders cannot be locked, a file in it says so. Raises `error`
    after `patience` seconds.
    """
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        # Windows opens no folder; for any other reason the lock file fails too, and says why.
        opened = -1
    try:
        if opened >= 0 and _flocked(opened, folder, error, patience):
            yield
        else:
            with _lock_file(folder, error, patience):
                yield
    finally:
        if opened >= 0:
            os.close(opened)


def replace(path: str, before: bytes | None, after: bytes, error: type[GateError]) -> None:
    """Put a new content in a file's place; the mode is kept, and None before makes a new file.

    Raises `error`, with the file as it was, if it is no longer what `before` says, is a
    symbolic link, may not be written, or for any trouble on the way.
    """
    replace_all((Replacement(path, before, after),), error)


def replace_all(wanted: Sequence[Replacement], error: type[GateError]) -> None:
    """Put new contents in the place of several files, after all of them could be written.

    Raises `error` as `replace` does. Only trouble with a rename itself, when everything stands
    ready beside the files, can leave some of them as they were and others not; signals wait.
    """
    with _undisturbed():
        _replace_all(wanted, error)
    for one in wanted:
        _sync_folder(os.path.dirname(one.path) or ".")


def _replace_all(wanted: Sequence[Replacement], error: type[GateError]) -> None:
    beside = [_beside(one.path) for one in wanted]
    path = wanted[0].path if wanted else ""
    try:
        try:
            for one, part in zip(wanted, beside, strict=True):
                path = one.path
                _write(part, one.after, _mode(one, error))
            # Once more, as late as can be: an editor may have saved meanwhile.
            for one in wanted:
                path = one.path
                _mode(one, error)
            for one, part in zip(wanted, beside, strict=True):
                path = one.path
                os.replace(part, one.path)
        finally:
            for part in beside:
                with suppress(FileNotFoundError):
                    os.unlink(part)
    except OSError as problem:
        reason = (problem.strerror or "no reason given").lower()
        raise error(
            f"cannot be written: {reason}", path=path, hint="the file is as it was"
        ) from problem


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a Ctrl-C, a terminal that closes and a polite end wait until the block has run.

    Between two renames, each would leave one file new and the other old.
    """
    import signal

    # Not the thread's mask: another thread, of a look-up that has ended, would take the signal.
    waiting: list[int] = []
    before = {}
    try:
        for name in ("SIGINT", "SIGHUP", "SIGTERM"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not None:
                before[number] = signal.signal(number, lambda taken, _frame: waiting.append(taken))
    except ValueError:
        # Only the main thread hears signals, and may say what becomes of them.
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in waiting:
            signal.raise_signal(number)


def _beside(path: str) -> str:
    name = f".{os.path.basename(path)}.{os.urandom(6).hex()}.part"
    return os.path.join(os.path.dirname(path) or ".", name)


def _flocked(opened: int, folder: str, error: type[GateError], patience: float) -> bool:
    """Lock an open folder; False where the platform or the file system has no such lock."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False

    def take() -> bool:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait_until(take, _busy(folder, error, "wait until it has ended"), patience)
    except OSError:
        return False
    return True


@contextmanager
def _lock_file(folder: str, error: type[GateError], patience: float) -> Iterator[None]:
    path = os.path.join(folder, _LOCK_FILE)

    def take() -> bool:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        return True

    busy = _busy(folder, error, f"if none is running, remove {_LOCK_FILE} there")
    try:
        _wait_until(take, busy, patience)
    except OSError as problem:
        reason = (problem.strerror or "no reason given").lower()
        raise error(f"cannot be locked: {reason}", path=folder) from problem
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(path)


def _busy(folder: str, error: type[GateError], hint: str) -> GateError:
    return error("another vetgate is editing files here", path=folder, hint=hint)


def _wait_until(take: Callable[[], bool], busy: GateError, patience: float) -> None:
    end = time.monotonic() + patience
    while not take():
        if time.monotonic() > end:
            raise busy
        time.sleep(_PAUSE)


def _mode(wanted: Replacement, error: type[GateError]) -> int | None:
    """Return a file's mode, None where there is none yet; raises for what is not as expected."""
    path = wanted.path
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        if wanted.before is None:
            return None
        raise error("vanished meanwhile", path=path, hint="nothing was written") from None
    if stat.S_ISLNK(found.st_mode):
        raise error("a symbolic link in place of the file", path=path)
    if not stat.S_ISREG(found.st_mode):
        raise error("not a plain file", path=path)
    # A rename asks for no right to write the file itself: the wish of who took it away counts.
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(
        path, os.W_OK
    ):
        raise error("is read-only", path=path, hint="nothing was written")
    with open(path, "rb") as file:
        if file.read() != wanted.before:
            raise error("changed meanwhile", path=path, hint="nothing was written; try again")
    return stat.S_IMODE(found.st_mode)


def _write(path: str, content: bytes, mode: int | None) -> None:
    opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    with open(opened, "wb") as file:
        if mode is not None:
            os.chmod(path, mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    """Make the new name outlast a power cut, where a folder can be synced; the content is safe."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
