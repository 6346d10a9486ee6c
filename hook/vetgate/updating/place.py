"""Where a snapshot is published: what is asked of a web server, a folder and a bundle alike."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import Protocol

from vetgate.errors import UpdateError
from vetgate.facts.published import Form

Tick = Callable[[int, int], None]
"""Told how many bytes are there, and how many there will be."""

_BLOCK = 1 << 18


class Place(Protocol):
    """A publication. Files are named by their path below it, with slashes."""

    @property
    def name(self) -> str:
        """Say where it is, without credentials."""

    def fetch(self, file: str, most: int) -> bytes | None:
        """Return a small file; None if it is not there. Raises `UpdateError` for all else."""

    def save(self, form: Form, path: str, tick: Tick) -> None:
        """Write a file to `path`, whose digest is what `form` says; raises `UpdateError`.

        What is at `path` already may be used, if it turns out to be the beginning.
        """


class Incoming:
    """A file on its way to the disk: counted and digested as it comes in."""

    def __init__(self, form: Form, path: str, place: str, tick: Tick) -> None:
        """Begin with what is at `path` already."""
        self._form, self._path, self._tick = form, path, tick
        self._shown = f"{place}/{form.file}"
        self.begin()

    def begin(self, *, anew: bool = False) -> None:
        """Count what is there already as come in, or throw it away."""
        self._digest = hashlib.sha256()
        self.size = 0
        if anew or not os.path.exists(self._path) or os.path.getsize(self._path) > self._form.size:
            with open(self._path, "wb"):
                pass
        with open(self._path, "rb") as file:
            while block := file.read(_BLOCK):
                self._count(block)

    def add(self, blocks: Iterator[bytes]) -> None:
        """Append to the file; raises `UpdateError` as soon as it is longer than it should be."""
        with open(self._path, "ab") as file:
            for block in blocks:
                if self.size + len(block) > self._form.size:
                    raise UpdateError(
                        f"is longer than the {self._form.size} bytes that the manifest tells",
                        path=self._shown,
                    )
                file.write(block)
                self._count(block)
                self._tick(self.size, self._form.size)

    @property
    def whole(self) -> bool:
        """Whether all of it is there, whatever it is."""
        return self.size == self._form.size

    def check(self) -> None:
        """Raise `UpdateError`, and remove the file, unless it is what it should be."""
        if self.whole and self._digest.hexdigest() == self._form.sha256:
            return
        os.unlink(self._path)
        if not self.whole:
            raise UpdateError(
                f"is cut short: {self.size} bytes of {self._form.size}", path=self._shown
            )
        raise UpdateError("has another digest than the manifest tells", path=self._shown)

    def _count(self, block: bytes) -> None:
        self._digest.update(block)
        self.size += len(block)


def blocks_of(path: str) -> Iterator[bytes]:
    """Read a file piece by piece; raises `OSError`."""
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            yield block
