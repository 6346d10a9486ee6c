"""From what a build wrote to what a web server serves, in the same folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vetgate.errors import UpdateError, UsageError
from vetgate.facts.packing import unpack_snapshot
from vetgate.facts.published import (
    FILE,
    MOST_BYTES,
    PLAIN,
    Delta,
    Form,
    Manifest,
    manifest_bytes,
    read,
)
from vetgate.model.record import Record
from vetgate.updating import delta_file
from vetgate.updating.delta import apply, changes, digest
from vetgate.updating.local import Folder
from vetgate.updating.place import Place, blocks_of
from vetgate.updating.repository import sign, signed_before
from vetgate.updating.route import MOST_STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from securesystemslib.signer import CryptoSigner

SNAPSHOTS, DELTAS = "snapshots", "deltas"
_SHORT = 16  # letters of a digest that tell two files of one publication apart


class Order(Record):
    """What to publish, and how."""

    folder: str
    now: datetime
    valid: timedelta
    keys: Mapping[str, CryptoSigner] | None = None
    previous: Place | None = None
    note: Callable[[str], None] = lambda _: None


class Published(Record):
    """What was laid out."""

    manifest: Manifest
    files: tuple[str, ...]
    """Below the folder: all that a client may ask for."""


def publish(order: Order) -> Published:
    """Lay a build out, sign it, and lead the previous publication's users to it.

    Raises `UpdateError` or `UsageError`. What clients ask for first is written last.
    """
    here = Folder(order.folder)
    manifest = _manifest(here)
    if manifest is None:
        raise UsageError(
            f"{order.folder} has no {FILE}", hint="`vetgate build --output DIR` writes one"
        )
    before = None if order.previous is None else _manifest(order.previous)
    signed = signed_before(order.previous or here)
    if signed is not None and order.keys is None:
        raise UsageError(
            "what was published before is signed, and whoever fetched that takes nothing unsigned",
            hint="give the keys with --keys",
        )
    try:
        manifest = _laid_out(order, manifest)
        if before is not None and order.previous is not None:
            manifest = _led_to(order, manifest, before, order.previous)
        content = manifest_bytes(manifest)
        files = [manifest.packed.file, *(delta.form.file for delta in manifest.deltas)]
        if order.keys is not None:
            files += sign(
                order.folder,
                content,
                order.keys,
                signed,
                now=order.now,
                valid=order.valid,
            )
        _replace(os.path.join(order.folder, FILE), content)
    except OSError as error:
        raise UpdateError(f"cannot be written: {error.strerror}", path=order.folder) from error
    return Published(manifest, (*files, FILE))


def _manifest(place: Place) -> Manifest | None:
    content = place.fetch(FILE, MOST_BYTES)
    return None if content is None else read(content, f"{place.name}/{FILE}")


def _laid_out(order: Order, manifest: Manifest) -> Manifest:
    """Give the packed snapshot a name that tells its content, and look at both forms of it."""
    plain = os.path.join(order.folder, PLAIN)
    found = os.path.join(order.folder, *manifest.packed.file.split("/"))
    for path, form in ((plain, manifest.plain), (found, manifest.packed)):
        try:
            told = os.path.getsize(path) == form.size and digest(path) == form.sha256
        except OSError as error:
            raise UpdateError(
                f"cannot be read: {error.strerror}",
                path=path,
                hint="the manifest beside it tells of it: build it anew, or copy all of its folder",
            ) from error
        if not told:
            raise UpdateError("is not what the manifest beside it tells of", path=path)
    name = f"{SNAPSHOTS}/{manifest.plain.sha256[:_SHORT]}.columns.xz"
    if manifest.packed.file != name:
        wanted = os.path.join(order.folder, *name.split("/"))
        os.makedirs(os.path.dirname(wanted), exist_ok=True)
        os.replace(found, wanted)
        # At once, so that the folder is whole wherever this ends.
        manifest = manifest._replace(packed=manifest.packed._replace(file=name))
        _replace(os.path.join(order.folder, FILE), manifest_bytes(manifest))
    return manifest


def _led_to(order: Order, manifest: Manifest, before: Manifest, previous: Place) -> Manifest:
    """Add the way from the previous publication, and the ways that led there."""
    if manifest.built < before.built:
        raise UsageError(f"{order.folder} is older than what was published before")
    if manifest.plain.sha256 == before.plain.sha256:
        manifest = manifest._replace(follows=before.follows)
        deltas: list[Delta] = []
    else:
        manifest = manifest._replace(follows=before.plain.sha256)
        deltas = list(_next(order, manifest, before, previous))
    cost = sum(delta.form.size for delta in deltas)
    for delta in sorted(before.deltas, key=lambda one: _steps_back(one, before)):
        cost += delta.form.size
        if cost >= manifest.packed.size or len(deltas) >= MOST_STEPS:
            break  # whoever is that far behind fetches the whole one
        if delta.form.file not in {one.form.file for one in deltas}:
            _copy(order, previous, delta.form)
            deltas.append(delta)
    return manifest._replace(deltas=tuple(deltas))


def _steps_back(delta: Delta, before: Manifest) -> int:
    """Count how many publications lie between a delta's end and the latest one."""
    ends, at = {one.end: one.start for one in before.deltas}, before.plain.sha256
    for steps in range(len(ends) + 1):
        if at == delta.end:
            return steps
        at = ends.get(at, "")
    return len(ends) + 1


def _next(order: Order, manifest: Manifest, before: Manifest, previous: Place) -> list[Delta]:
    """Make the delta from the previous snapshot, and try it; none if it cannot lead there."""
    if before.schema != manifest.schema:
        order.note("the previous snapshot is of another schema: no delta leads from there")
        return []
    _copy(order, previous, before.packed)
    packed = os.path.join(order.folder, *before.packed.file.split("/"))
    with tempfile.TemporaryDirectory(dir=order.folder, prefix=".publish-") as work:
        old, tried = os.path.join(work, "old.sqlite"), os.path.join(work, "new.sqlite")
        with open(old, "wb") as file:
            file.writelines(unpack_snapshot(blocks_of(packed), before.plain.size, previous.name))
        if digest(old) != before.plain.sha256:
            raise UpdateError("is not the snapshot that its manifest tells of", path=previous.name)
        try:
            found = changes(old, os.path.join(order.folder, PLAIN))
            content = delta_file.delta_bytes(found)
            apply(old, (delta_file.read(content, "the new delta"),), tried)
        except UpdateError as error:
            order.note(f"no delta leads from the previous snapshot: {error}")
            return []
        if digest(tried) != manifest.plain.sha256:
            order.note("no delta leads from the previous snapshot: it was laid down otherwise")
            return []
    if len(content) >= manifest.packed.size:
        order.note("the delta from the previous snapshot is larger than the whole: left out")
        return []
    name = f"{DELTAS}/{found.start[:_SHORT]}-{found.end[:_SHORT]}.delta"
    path = os.path.join(order.folder, *name.split("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    _replace(path, content)
    return [Delta(found.start, found.end, Form(name, len(content), digest(path)))]


def _copy(order: Order, previous: Place, form: Form) -> None:
    """Bring a file of the previous publication here, unless it is here."""
    path = os.path.join(order.folder, *form.file.split("/"))
    if os.path.isfile(path) and digest(path) == form.sha256:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    beside = f"{path}.part"
    try:
        previous.save(form, beside, lambda _done, _all: None)
        os.replace(beside, path)
    finally:
        for left in (beside, f"{beside}.tag"):
            with suppress(FileNotFoundError):
                os.unlink(left)


def _replace(path: str, content: bytes) -> None:
    beside = f"{path}.{os.getpid()}.part"
    with open(beside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
