"""Publications on the disk: a folder, and a bundle, which is a folder in one file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from vetgate.errors import UpdateError
from vetgate.facts.published import Form
from vetgate.updating.place import Incoming, Tick, blocks_of

_BLOCK = 1 << 18
_MOST_FILES = 10_000


class Folder:
    """A folder that is, or will be, what a web server serves."""

    def __init__(self, path: str) -> None:
        self.name = path

    def fetch(self, file: str, most: int) -> bytes | None:
        path = os.path.join(self.name, *file.split("/"))
        try:
            with open(path, "rb") as opened:
                content = opened.read(most + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UpdateError(f"cannot be read: {error.strerror}", path=path) from error
        return _bounded(content, most, path)

    def save(self, form: Form, path: str, tick: Tick) -> None:
        found = os.path.join(self.name, *form.file.split("/"))
        incoming = Incoming(form, path, self.name, tick)
        incoming.begin(anew=True)
        incoming.add(_blocks_of(found))
        incoming.check()


class Bundle:
    """One file with all that an update needs: a zip whose members are stored as they are."""

    def __init__(self, path: str) -> None:
        """Open nothing yet."""
        self.name = path

    def fetch(self, file: str, most: int) -> bytes | None:
        with ExitStack() as stack:
            blocks = self._blocks(file, stack)
            content = b""
            while blocks is not None and len(content) <= most and (more := next(blocks, b"")):
                content += more
        return None if blocks is None else _bounded(content, most, f"{self.name}/{file}")

    def save(self, form: Form, path: str, tick: Tick) -> None:
        incoming = Incoming(form, path, self.name, tick)
        incoming.begin(anew=True)
        with ExitStack() as stack:
            blocks = self._blocks(form.file, stack)
            if blocks is None:
                raise UpdateError(f"lacks {form.file}", path=self.name)
            incoming.add(blocks)
        incoming.check()

    def _blocks(self, file: str, stack: ExitStack) -> Iterator[bytes] | None:
        """Read a member piece by piece; None if there is none. Nothing is ever extracted."""
        try:
            bundle = stack.enter_context(zipfile.ZipFile(self.name))
            if len(bundle.infolist()) > _MOST_FILES:
                raise UpdateError("is no bundle: it has too many files", path=self.name)
            member = stack.enter_context(bundle.open(file))
        except KeyError:
            return None
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
            raise UpdateError(f"is no bundle: {error}", path=self.name) from error
        except OSError as error:
            raise UpdateError(f"cannot be read: {error.strerror}", path=self.name) from error
        return self._members_blocks(member)

    def _members_blocks(self, member: IO[bytes]) -> Iterator[bytes]:
        import zlib

        try:
            while block := member.read(_BLOCK):
                yield block
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise UpdateError(f"is damaged: {error}", path=self.name) from error


def write_bundle(path: str, folder: str, files: list[str]) -> None:
    """Write files of a publication into a bundle: the same bytes for the same files.

    Raises `UpdateError`, with what was there as it was.
    """
    beside = f"{path}.{os.getpid()}.part"
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as bundle:
            for file in sorted(files):
                entry = zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                entry.file_size = os.path.getsize(os.path.join(folder, *file.split("/")))
                with bundle.open(entry, "w") as member:
                    for block in blocks_of(os.path.join(folder, *file.split("/"))):
                        member.write(block)
        with open(beside, "rb") as written:
            os.fsync(written.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise UpdateError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _blocks_of(path: str) -> Iterator[bytes]:
    """Read a published file; what keeps it from being written elsewhere is not said here."""
    try:
        yield from blocks_of(path)
    except OSError as error:
        raise UpdateError(f"cannot be read: {error.strerror}", path=path) from error


def _bounded(content: bytes, most: int, path: str) -> bytes:
    if len(content) > most:
        raise UpdateError(f"is longer than {most} bytes", path=path)
    return content
