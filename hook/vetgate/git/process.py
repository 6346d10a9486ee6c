"""Starting git, and reading contents through one `git cat-file` that stays open."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from vetgate.errors import GateError, GitError, ManifestError
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen
    from typing import IO

MAX_BLOB = 32 * 1024 * 1024
"""Bytes; no manifest that a person can review is larger."""

FETCH_MORE = "the history may be shallow: fetch more of it (`git fetch --unshallow`)"
_ASK_GIT = "see what `git status` says"
_NO_CHILDREN = "start vetgate from where SIGCHLD is not ignored (in a shell: trap - CHLD)"
# What is read is what is committed, whatever stands in for it on this machine (`git replace`).
_COMMAND = ("git", "--no-replace-objects", "--no-optional-locks")
# Would have git read our patterns otherwise than they are meant, and find fewer files.
_PATTERNS = ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS")
_SIGPIPE = 13  # on every POSIX system; importing `signal` costs as much as starting git


class Process:
    """A git that was started, with its pipes."""

    def __init__(
        self,
        stdin: IO[bytes] | None,
        stdout: IO[bytes],
        stderr: IO[bytes] | None,
        *,
        pid: int = 0,
        popen: Popen[bytes] | None = None,
    ) -> None:
        """Take the pipes, and either the id of a child of ours or what `subprocess` made."""
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self._pid, self._popen = pid, popen
        self._code: int | None = None

    def communicate(self) -> tuple[bytes, bytes]:
        """Close its input, read all that it prints until it ends: output and complaints."""
        if self._popen is not None:
            output, complaint = self._popen.communicate()
            return output, complaint or b""
        if self.stdin is not None:
            _close(self.stdin)
        output, complaint = _all_of(self.stdout, self.stderr)
        self.wait()
        return output, complaint

    def wait(self) -> int:
        """Return its exit code once it has ended; negative: the signal that ended it.

        Raises `GitError` if nobody can tell.
        """
        if self._popen is not None:
            return self._popen.wait()
        if self._code is None:
            try:
                _, status = os.waitpid(self._pid, 0)
            except ChildProcessError as error:
                # Where the end of children is ignored, the system forgets how they ended: what one
                # printed may be all that it had to say, or not.
                raise GitError("how git ended cannot be told", hint=_NO_CHILDREN) from error
            self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def close(self) -> None:
        """Close its pipes, which ends it, and wait for that."""
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                _close(pipe)
        try:
            self.wait()
        except GitError:
            # It has ended, and how does not matter.
            return


def start(
    folder: str,
    *arguments: str,
    asked: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Process:
    """Start git in a folder; `environment` is what it gets beside this process's own.

    `asked`: it is asked through its standard input, and what it complains of is thrown away.
    Otherwise it has none.
    """
    given = {name: value for name, value in os.environ.items() if name not in _PATTERNS}
    command = ("git", "-C", folder, *_COMMAND[1:], *arguments)
    # `subprocess` does the same, and importing it costs more than all that is started.
    launch = _spawned if hasattr(os, "posix_spawnp") else _popened
    try:
        return launch(command, {**given, **environment}, asked=asked)
    except FileNotFoundError as error:
        raise GitError(
            "git was not found", hint="without git, whole files can be judged: add --all"
        ) from error
    except OSError as error:
        raise GitError(f"git could not be started: {error.strerror}") from error


def _spawned(command: tuple[str, ...], environment: Mapping[str, str], *, asked: bool) -> Process:
    # Nothing that `os.pipe` and `os.open` give is inherited, but for what is duplicated.
    source, out = os.pipe()
    given, kept = os.pipe() if asked else (os.open(os.devnull, os.O_RDONLY), None)
    complaints, err = (None, os.open(os.devnull, os.O_WRONLY)) if asked else os.pipe()
    try:
        pid = os.posix_spawnp(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, given, 0),
                (os.POSIX_SPAWN_DUP2, out, 1),
                (os.POSIX_SPAWN_DUP2, err, 2),
            ],
            # Python ignores it, and so would git, which would then go on writing to nobody.
            setsigdef=(_SIGPIPE,),
        )
    except OSError:
        for descriptor in (source, kept, complaints):
            if descriptor is not None:
                os.close(descriptor)
        raise
    finally:
        for descriptor in (given, out, err):
            os.close(descriptor)
    return Process(
        None if kept is None else os.fdopen(kept, "wb"),
        os.fdopen(source, "rb"),
        None if complaints is None else os.fdopen(complaints, "rb"),
        pid=pid,
    )


def _popened(command: tuple[str, ...], environment: Mapping[str, str], *, asked: bool) -> Process:
    """Start it as Windows does."""
    from subprocess import DEVNULL, PIPE, Popen

    made = Popen(
        command,
        env=environment,
        stdin=PIPE if asked else DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL if asked else PIPE,
    )
    if made.stdout is None:
        raise GitError("git has no pipes")
    return Process(made.stdin, made.stdout, made.stderr, popen=made)


def _all_of(stdout: IO[bytes], stderr: IO[bytes] | None) -> tuple[bytes, bytes]:
    """Read two pipes to their ends, neither of which may fill up meanwhile."""
    if stderr is None:
        with stdout:
            return stdout.read(), b""
    from select import select

    said: dict[int, list[bytes]] = {stdout.fileno(): [], stderr.fileno(): []}
    first, second = said
    with stdout, stderr:
        open_ones = [first, second]
        while open_ones:
            for ready in select(open_ones, (), ())[0]:
                if more := os.read(ready, 1 << 16):
                    said[ready].append(more)
                else:
                    open_ones.remove(ready)
    return b"".join(said[first]), b"".join(said[second])


def finish(process: Process) -> tuple[bytes, GitError | None]:
    """Return what a process printed, and the error that it ended with."""
    output, complaint = process.communicate()
    code = process.wait()
    if code == 0:
        return output, None
    lines = complaint.decode(errors="replace").strip().splitlines()
    said = lines[0].removeprefix("fatal: ") if lines else f"ended with {code}"
    return output, GitError(f"git: {said}", hint=_ASK_GIT)


class Blobs:
    """The contents of a repository's objects, through one `git cat-file` that stays open."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._process: Process | None = None
        self._read: dict[str, bytes] = {}

    def begin(self) -> None:
        """Start git now, since something will be read: it starts while others work."""
        if self._process is None:
            self._process = start(self._top, "cat-file", "--batch", asked=True)

    def read(self, oid: str, path: str) -> bytes:
        """Return an object's content; `path` is for the error message only."""
        if oid not in self._read:
            self._read[oid] = self._ask(oid, path)
        return self._read[oid]

    def _ask(self, oid: str, path: str) -> bytes:
        self.begin()
        process = self._process
        if process is None or process.stdin is None:
            raise GitError("git cat-file has no pipes")
        source = process.stdout
        try:
            process.stdin.write(oid.encode() + b"\n")
            process.stdin.flush()
            header = source.readline().split()
            if header[1:2] == [b"missing"]:
                raise ManifestError("git does not have its content", path=path, hint=FETCH_MORE)
            if header[1:2] != [b"blob"] or int(header[2]) > MAX_BLOB:
                # Its content stands in the pipe, where the next answer would be looked for.
                self.close()
                raise _refusal(header, path)
            return _content(source, int(header[2]), path)
        except OSError as error:
            self.close()
            raise _stopped(path) from error

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.close()


def _refusal(header: list[bytes], path: str) -> GateError:
    if not header:
        return _stopped(path)
    if header[1:2] == [b"blob"]:
        return ManifestError(f"larger than {MAX_BLOB} bytes", path=path)
    return ManifestError("is not a file, though git's listing says so", path=path)


def _content(source: IO[bytes], size: int, path: str) -> bytes:
    content = source.read(size)
    source.read(1)
    if len(content) != size:
        raise _stopped(path)
    return content


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        # What could not be written to a process that ended was tried once more.
        return


def _stopped(path: str) -> GitError:
    return GitError(f"git cat-file stopped at {path}", hint=_ASK_GIT)
