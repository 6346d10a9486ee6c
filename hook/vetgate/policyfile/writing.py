"""The only writer of policy files: one at a time, whole or not at all."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from vetgate.errors import PolicyError

PATIENCE = 10.0
"""Seconds to wait for another edit of the same project's policy."""

_PAUSE = 0.02
_LOCK_FILE = ".vetgate.lock"


@contextmanager
def alone(folder: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep every other edit of a project's policy out while the block runs.

    `folder` is the project's root: the file itself is no place for a lock, since each edit puts
    another file in its place. The folder is locked (flock), which leaves nothing behind whatever
    happens to the process; where folders cannot be locked, a file in it says so. Raises
    `PolicyError` after `patience` seconds.
    """
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        # Windows opens no folder; for any other reason the lock file fails too, and says why.
        opened = -1
    try:
        if opened >= 0 and _flocked(opened, folder, patience):
            yield
        else:
            with _lock_file(folder, patience):
                yield
    finally:
        if opened >= 0:
            os.close(opened)


def replace(path: str, before: bytes | None, after: bytes) -> None:
    """Put a new content in a file's place; the mode is kept, and None before makes a new file.

    Raises `PolicyError`, with the file as it was, if it is no longer what `before` says, is a
    symbolic link, may not be written, or for any trouble on the way.
    """
    beside = os.path.join(
        os.path.dirname(path) or ".", f".{os.path.basename(path)}.{os.urandom(6).hex()}.part"
    )
    try:
        mode = _mode(path, before)
        try:
            _write(beside, after, mode)
            # Once more, as late as can be: an editor may have saved meanwhile.
            _mode(path, before)
            os.replace(beside, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(beside)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise PolicyError(
            f"cannot be written: {reason}", path=path, hint="the file is as it was"
        ) from error
    _sync_folder(os.path.dirname(path) or ".")


def _flocked(opened: int, folder: str, patience: float) -> bool:
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
        _wait_until(take, folder, patience, "wait until it has ended")
    except OSError:
        return False
    return True


@contextmanager
def _lock_file(folder: str, patience: float) -> Iterator[None]:
    path = os.path.join(folder, _LOCK_FILE)

    def take() -> bool:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        return True

    try:
        _wait_until(take, folder, patience, f"if none is running, remove {_LOCK_FILE} there")
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise PolicyError(f"cannot be locked: {reason}", path=folder) from error
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(path)


def _wait_until(take: Callable[[], bool], folder: str, patience: float, hint: str) -> None:
    end = time.monotonic() + patience
    while not take():
        if time.monotonic() > end:
            raise PolicyError("another vetgate is editing its policy", path=folder, hint=hint)
        time.sleep(_PAUSE)


def _mode(path: str, before: bytes | None) -> int | None:
    """Return a file's mode, None where there is none yet; raises for what is not as expected."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        if before is None:
            return None
        raise PolicyError("vanished meanwhile", path=path, hint="nothing was written") from None
    if stat.S_ISLNK(found.st_mode):
        raise PolicyError("a symbolic link in place of a policy file", path=path)
    if not stat.S_ISREG(found.st_mode):
        raise PolicyError("not a plain file", path=path)
    # A rename asks for no right to write the file itself: the wish of who took it away counts.
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(
        path, os.W_OK
    ):
        raise PolicyError("is read-only", path=path, hint="nothing was written")
    with open(path, "rb") as file:
        if file.read() != before:
            raise PolicyError("changed meanwhile", path=path, hint="nothing was written; try again")
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
