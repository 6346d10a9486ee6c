"""The folder of the snapshot in use, and how a new one takes the old one's place."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TypeAlias

from vetgate.errors import SnapshotError, UpdateError
from vetgate.facts.snapshot import Snapshot
from vetgate.model.record import Record
from vetgate.writing import alone

SNAPSHOT = "snapshot.sqlite"  # as commands that judge know it, without importing this
STATE = "publisher.json"

_MOST_STATE = 1 << 16
_VERSION = 1
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


class Publisher(Record):
    """Whom the snapshot in use is from."""

    source: str | None = None
    """A URL without credentials, or a folder; None: a bundle, or nobody yet."""
    root: str | None = None
    """The digest of the root of keys that was trusted first; None: never seen signed."""


class Store:
    """The folder. Everything in it but the snapshot can be thrown away, save whom to trust."""

    def __init__(self, folder: str) -> None:
        """Touch nothing yet."""
        self.folder = folder
        self.snapshot = os.path.join(folder, SNAPSHOT)

    def prepare(self) -> None:
        """Make the folder, for its owner only; raises `UpdateError`."""
        with _said(self.folder, "cannot be made"):
            os.makedirs(self.folder, mode=0o700, exist_ok=True)

    def alone(self, patience: float) -> AbstractContextManager[None]:
        """Keep every other update out; raises `UpdateError` after `patience` seconds."""
        return alone(self.folder, UpdateError, patience=patience)

    def part(self, name: str) -> str:
        """Return the path of a file that is on its way. It may be there from another time."""
        return os.path.join(self.folder, f"{name}.part")

    def clean(self, *, kept: frozenset[str] = frozenset()) -> None:
        """Remove what earlier updates left behind, but for the names that are kept."""
        with suppress(OSError):
            for entry in sorted(os.listdir(self.folder)):
                plain = entry.removesuffix(".tag")
                if plain.endswith(".part") and plain.removesuffix(".part") not in kept:
                    os.unlink(os.path.join(self.folder, entry))

    def in_use(self) -> Snapshot | None:
        """Open the snapshot in use; None if there is none. Raises `SnapshotError`."""
        try:
            os.lstat(self.snapshot)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotError(f"cannot be read: {error.strerror}", path=self.snapshot) from error
        return Snapshot.open(self.snapshot)

    def install(self, ready: str) -> None:
        """Put a file, which lies in the same folder, in the place of the snapshot in use.

        Who reads the old one goes on reading it. Raises `UpdateError`, with the old one in place.
        """
        with _said(self.snapshot, "cannot be replaced"):
            with open(ready, "rb") as file:
                os.fsync(file.fileno())
            os.replace(ready, self.snapshot)
        self._sync()

    def publisher(self) -> Publisher:
        """Read whom the snapshot is from; raises `UpdateError` if that cannot be made out."""
        path = os.path.join(self.folder, STATE)
        try:
            with open(path, "rb") as file:
                content = file.read(_MOST_STATE)
        except FileNotFoundError:
            return Publisher()
        except OSError as error:
            raise UpdateError(f"cannot be read: {error.strerror}", path=path) from error
        try:
            return _publisher(json.loads(content))
        except (ValueError, LookupError, RecursionError) as error:
            hint = "if you know whom you trust, remove the file, and give --from and --root"
            raise UpdateError("does not tell whom to trust", path=path, hint=hint) from error

    def keep_publisher(self, publisher: Publisher) -> None:
        """Write down whom the snapshot is from; raises `UpdateError`."""
        path = os.path.join(self.folder, STATE)
        document = {"version": _VERSION, **publisher._asdict()}
        self.write(path, (json.dumps(document, indent=1) + "\n").encode())

    def write(self, path: str, content: bytes) -> None:
        """Write a small file whole or not at all; raises `UpdateError`."""
        beside = f"{path}.part"
        with _said(path, "cannot be written"):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(beside, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        self._sync()

    def trust_folder(self, root: str) -> str:
        """Return where what is signed under a root of keys (by its digest) is remembered."""
        return os.path.join(self.folder, "trust", root[:16])

    def _sync(self) -> None:
        # Makes the new name outlast a power cut, where a folder can be synced.
        with suppress(OSError):
            opened = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def _publisher(found: Json) -> Publisher:
    if not isinstance(found, dict) or found.get("version") != _VERSION:
        raise ValueError("another version")
    return Publisher(_text(found["source"]), _text(found["root"]))


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError("no text")


@contextmanager
def _said(path: str, problem: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise UpdateError(
            f"{problem}: {reason}", path=path, hint="the snapshot in use stays"
        ) from error
