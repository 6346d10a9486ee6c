"""Starting git, and reading contents through one `git cat-file` that stays open."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO

from vetgate.errors import GateError, GitError, ManifestError

MAX_BLOB = 32 * 1024 * 1024
"""Bytes; no manifest that a person can review is larger."""

FETCH_MORE = "the history may be shallow: fetch more of it (`git fetch --unshallow`)"
_ASK_GIT = "see what `git status` says"
# What is read is what is committed, whatever stands in for it on this machine (`git replace`).
_COMMAND = ("git", "--no-replace-objects", "--no-optional-locks")
# Would have git read our patterns otherwise than they are meant, and find fewer files.
_PATTERNS = ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS")


def start(
    folder: str,
    *arguments: str,
    stdin: int | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.Popen[bytes]:
    """Start git in a folder; `environment` is what it gets beside this process's own."""
    given = {name: value for name, value in os.environ.items() if name not in _PATTERNS}
    try:
        return subprocess.Popen(
            (*_COMMAND, *arguments),
            cwd=folder,
            env={**given, **environment},
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if stdin is None else subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise GitError(
            "git was not found", hint="judge without git: vetgate check --all"
        ) from error
    except OSError as error:
        raise GitError(f"git could not be started: {error.strerror}") from error


def finish(process: subprocess.Popen[bytes]) -> tuple[bytes, GitError | None]:
    """Return what a process printed, and the error that it ended with."""
    output, complaint = process.communicate()
    if process.returncode == 0:
        return output, None
    lines = (complaint or b"").decode(errors="replace").strip().splitlines()
    said = lines[0].removeprefix("fatal: ") if lines else f"ended with {process.returncode}"
    return output, GitError(f"git: {said}", hint=_ASK_GIT)


class Blobs:
    """The contents of a repository's objects, through one `git cat-file` that stays open."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._process: subprocess.Popen[bytes] | None = None
        self._read: dict[str, bytes] = {}

    def read(self, oid: str, path: str) -> bytes:
        """Return an object's content; `path` is for the error message only."""
        if oid not in self._read:
            self._read[oid] = self._ask(oid, path)
        return self._read[oid]

    def _ask(self, oid: str, path: str) -> bytes:
        if self._process is None:
            self._process = start(self._top, "cat-file", "--batch", stdin=subprocess.PIPE)
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            raise GitError("git cat-file has no pipes")
        try:
            sink.write(oid.encode() + b"\n")
            sink.flush()
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
        if process is None:
            return
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                _close(pipe)
        process.wait()


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
