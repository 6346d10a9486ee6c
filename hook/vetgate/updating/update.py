"""One update: the manifest first, then the cheapest way to what it tells of."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from vetgate.errors import SnapshotError, UpdateError
from vetgate.facts import schema
from vetgate.facts.packing import unpack_snapshot
from vetgate.facts.published import FILE, MOST_BYTES, Delta, Manifest, read
from vetgate.facts.snapshot import Snapshot
from vetgate.model.record import Record
from vetgate.updating import delta_file
from vetgate.updating.delta import apply, digest
from vetgate.updating.place import Place, Tick, blocks_of
from vetgate.updating.route import cheapest
from vetgate.updating.signed import FIRST_ROOT, MOST_METADATA, first_root, signed_manifest
from vetgate.updating.signed import digest as root_digest
from vetgate.updating.store import Publisher, Store

_AHEAD = timedelta(days=1)
"""How far a publisher's clock may be ahead of ours."""


class Asked(Record):
    """What is to be updated from where, and who is told of it."""

    place: Place
    now: datetime
    root: bytes | None = None
    """The root of keys to trust from now on; None: the one that was trusted before."""
    source: str | None = None
    """What to remember as where it came from; None: nothing to come back to."""
    tick: Tick = lambda _done, _all: None
    note: Callable[[str], None] = lambda _: None
    step: Callable[[str], None] = lambda _: None
    """Told of each step that is done, before the next one."""


class News(Record):
    """What is published, and what leads there from the snapshot in use."""

    manifest: Manifest
    root: str | None
    """The digest of the root of keys that it is signed under; None: not signed."""
    current: bool
    used: datetime | None
    """When the snapshot in use was built; None: there is none, or not a sound one."""
    way: tuple[Delta, ...]
    """The deltas to apply; none: the whole is to be fetched, unless it is current."""

    @property
    def cost(self) -> int:
        """Bytes to fetch."""
        if self.current:
            return 0
        return sum(delta.form.size for delta in self.way) or self.manifest.packed.size


def look(asked: Asked, store: Store) -> News:
    """Ask what is published and whether it may take the place of what is in use.

    Raises `UpdateError` if it may not.
    """
    content, root = _manifest(asked, store)
    asked.step("manifest")
    shown = f"{asked.place.name}/{FILE}"
    manifest = read(content, shown)
    if manifest.schema != schema.SCHEMA:
        raise UpdateError(
            f"tells of a snapshot of schema {manifest.schema}, "
            f"and this vetgate reads schema {schema.SCHEMA}",
            path=shown,
            hint="the snapshot in use stays; update vetgate, or ask the publisher",
        )
    if manifest.built > asked.now + _AHEAD:
        raise UpdateError(
            f"tells of a snapshot of {_moment(manifest.built)}, "
            f"and the clock of this machine says {_moment(asked.now)}",
            path=shown,
            hint="if that is wrong, set the clock; the snapshot in use stays",
        )
    try:
        used = store.in_use()
    except SnapshotError as error:
        asked.note(f"{error}: another takes its place")
        used = None
    if used is None:
        return News(manifest, root, current=False, used=None, way=())
    try:
        sha256, built = used.sha256, used.built
    finally:
        used.close()
    if manifest.built < built:
        raise UpdateError(
            f"tells of a snapshot of {_moment(manifest.built)}, "
            f"which is older than the one in use, of {_moment(built)}",
            path=shown,
            hint=f"the snapshot in use stays; to go back on purpose, remove {store.snapshot} first",
        )
    current = sha256 == manifest.plain.sha256
    way = () if current else cheapest(manifest, sha256)
    return News(manifest, root, current, built, way)


def update(asked: Asked, store: Store) -> News:
    """Bring the snapshot in use up to what is published; return what was found.

    Raises `UpdateError`, with the snapshot in use as it was.
    """
    news = look(asked, store)
    store.clean(kept=frozenset({_part_of(news.manifest)}))
    if not news.current:
        try:
            news, ready = _made(asked, store, news)
        except OSError as error:
            reason = (error.strerror or "no reason given").lower()
            raise UpdateError(
                f"the new snapshot cannot be written: {reason}",
                path=store.folder,
                hint="the snapshot in use stays",
            ) from error
        asked.step("ready")
        store.install(ready)
        asked.step("installed")
    store.keep_publisher(Publisher(asked.source or store.publisher().source, news.root))
    asked.step("remembered")
    store.clean()
    return news


def _manifest(asked: Asked, store: Store) -> tuple[bytes, str | None]:
    """Fetch the manifest, signed if it is or ever was; return also the root that it is under."""
    known = store.publisher()
    root = asked.root
    if root is None and known.root is not None:
        root = first_root(store, known.root)
    if root is None:
        root = asked.place.fetch(FIRST_ROOT, MOST_METADATA)
    if root is not None:
        content = signed_manifest(asked.place, store, root, given=asked.root is not None)
        name = root_digest(root)
        if name != known.root:
            # Now, not at the end: whoever was seen signing once has to sign the next time.
            if asked.root is None:
                asked.note(
                    f"what {asked.place.name} publishes is signed, and from now on has to be"
                    f" (by the root of keys {name})"
                )
            store.keep_publisher(known._replace(root=name))
        return content, name
    found = asked.place.fetch(FILE, MOST_BYTES)
    if found is None:
        raise UpdateError("there is no snapshot published there", path=f"{asked.place.name}/{FILE}")
    return found, None


def _made(asked: Asked, store: Store, news: News) -> tuple[News, str]:
    """Make the new snapshot beside the one in use; return which way it came, and its path."""
    ready = store.part("snapshot.sqlite")
    if news.way:
        try:
            _step_on(asked, store, news.way, ready)
            _verify(ready, news.manifest, asked.place.name)
        except UpdateError as error:
            asked.note(f"{error}: fetching the whole snapshot instead")
            news = news._replace(way=())
        else:
            return news, ready
    manifest = news.manifest
    packed = store.part(_part_of(manifest))
    asked.place.save(manifest.packed, packed, asked.tick)
    asked.step("fetched")
    shown = f"{asked.place.name}/{manifest.packed.file}"
    with open(ready, "wb") as file:
        file.writelines(unpack_snapshot(blocks_of(packed), manifest.plain.size, shown))
    asked.step("unpacked")
    _verify(ready, manifest, asked.place.name)
    return news, ready


def _step_on(asked: Asked, store: Store, deltas: Sequence[Delta], ready: str) -> None:
    whole = sum(delta.form.size for delta in deltas)
    steps, before = [], 0
    for delta in deltas:
        path = store.part(f"delta-{delta.form.sha256[:16]}")
        asked.place.save(delta.form, path, _further(asked.tick, before, whole))
        with open(path, "rb") as file:
            changes = delta_file.read(file.read(), f"{asked.place.name}/{delta.form.file}")
        if (changes.start, changes.end) != (delta.start, delta.end):
            raise UpdateError(
                "is a delta between other snapshots than the manifest tells",
                path=f"{asked.place.name}/{delta.form.file}",
            )
        steps.append(changes)
        before += delta.form.size
    asked.step("fetched deltas")
    apply(store.snapshot, steps, ready)
    asked.step("applied")


def _further(tick: Tick, before: int, whole: int) -> Tick:
    return lambda size, _: tick(before + size, whole)


def _verify(path: str, manifest: Manifest, name: str) -> None:
    """Raise `UpdateError` unless a file is the snapshot that a manifest tells of."""
    if os.path.getsize(path) != manifest.plain.size or digest(path) != manifest.plain.sha256:
        raise UpdateError("the snapshot has another digest than the manifest tells", path=name)
    try:
        snapshot = Snapshot.open(path)
    except SnapshotError as error:
        raise UpdateError(f"what is published {error.problem}", path=name) from error
    try:
        if (snapshot.built, snapshot.packages) != (manifest.built, manifest.packages):
            raise UpdateError("the manifest tells something else than its snapshot", path=name)
    finally:
        snapshot.close()


def _part_of(manifest: Manifest) -> str:
    """Name the packed snapshot on its way by what it is: what another time began, goes on."""
    return f"packed-{manifest.packed.sha256[:16]}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
