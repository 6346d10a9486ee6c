"""The signing of a publication: TUF metadata, written by python-tuf's own classes.

One target, the manifest, whose digests vouch for all other files. The roles have a key each: that
of the root is needed for the first publication, once a year, and to change another key, and may
lie in a safe meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vetgate.errors import UpdateError, UsageError
from vetgate.facts.published import FILE
from vetgate.model.record import Record
from vetgate.updating.keys import ROLES
from vetgate.updating.place import Place
from vetgate.updating.signed import METADATA, MOST_METADATA, TARGETS

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Metadata, Root, Targets

_ROOT_LASTS = timedelta(days=365)
_RENEWED = timedelta(days=60)
"""A root with less time left than this is renewed, if its key is at hand."""
_MOST_ROOTS = 1000


class Signed(Record):
    """What was signed before: every root of keys, and the versions of what it signed."""

    roots: tuple[bytes, ...]
    versions: Mapping[str, int]


def signed_before(place: Place) -> Signed | None:
    """Read what is signed at a place; None: nothing. Raises `UpdateError` if it is not in order."""
    roots: list[bytes] = []
    while len(roots) < _MOST_ROOTS:
        root = place.fetch(f"{METADATA}/{len(roots) + 1}.root.json", MOST_METADATA)
        if root is None:
            break
        roots.append(root)
    if not roots:
        return None
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata, Snapshot, Timestamp

    try:
        trusted = Metadata.from_bytes(roots[-1]).signed
        timestamp = Metadata[Timestamp].from_bytes(_fetched(place, "timestamp.json"))
        trusted.verify_delegate("timestamp", timestamp.signed_bytes, timestamp.signatures)
        version = timestamp.signed.snapshot_meta.version
        snapshot = Metadata[Snapshot].from_bytes(_fetched(place, f"{version}.snapshot.json"))
        trusted.verify_delegate("snapshot", snapshot.signed_bytes, snapshot.signatures)
        versions = {
            "timestamp": timestamp.signed.version,
            "snapshot": version,
            "targets": snapshot.signed.meta["targets.json"].version,
        }
    except (RepositoryError, ValueError, KeyError, AttributeError) as error:
        raise UpdateError(
            f"what is signed there is not in order: {error}", path=place.name
        ) from error
    return Signed(tuple(roots), versions)


def sign(
    folder: str,
    manifest: bytes,
    keys: Mapping[str, CryptoSigner],
    before: Signed | None,
    *,
    now: datetime,
    valid: timedelta,
) -> list[str]:
    """Sign a manifest, and write what is signed below `folder`; return the files, in order.

    What clients ask for first is written last. Raises `UpdateError` or `UsageError`.
    """
    from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Timestamp

    roots = _roots(keys, before, now)
    versions = {role: number + 1 for role, number in (before.versions if before else {}).items()}
    expires = (now + valid).replace(microsecond=0)
    targets = _targets(manifest, versions.get("targets", 1), expires)
    target = TargetFile.from_data(FILE, manifest, ["sha256"])
    signed: dict[str, bytes] = {}
    name = f"{targets.signed.version}.targets.json"
    targets.sign(keys["targets"])
    signed[name] = targets.to_bytes()
    snapshot = Metadata(Snapshot(version=versions.get("snapshot", 1), expires=expires))
    snapshot.signed.meta["targets.json"] = MetaFile.from_data(
        targets.signed.version, signed[name], ["sha256"]
    )
    snapshot.sign(keys["snapshot"])
    name = f"{snapshot.signed.version}.snapshot.json"
    signed[name] = snapshot.to_bytes()
    timestamp = Metadata(Timestamp(version=versions.get("timestamp", 1), expires=expires))
    timestamp.signed.snapshot_meta = MetaFile.from_data(
        snapshot.signed.version, signed[name], ["sha256"]
    )
    timestamp.sign(keys["timestamp"])
    files = {
        f"{TARGETS}/{target.hashes['sha256']}.{FILE}": manifest,
        **{f"{METADATA}/{version}.root.json": root for version, root in enumerate(roots, start=1)},
        **{f"{METADATA}/{name}": content for name, content in signed.items()},
        f"{METADATA}/timestamp.json": timestamp.to_bytes(),
    }
    _write(folder, files)
    return list(files)


def _targets(manifest: bytes, version: int, expires: datetime) -> Metadata[Targets]:
    from tuf.api.metadata import Metadata, TargetFile, Targets

    targets = Targets(version=version, expires=expires)
    targets.targets[FILE] = TargetFile.from_data(FILE, manifest, ["sha256"])
    return Metadata(targets)


def _roots(
    keys: Mapping[str, CryptoSigner], before: Signed | None, now: datetime
) -> tuple[bytes, ...]:
    """Return every root of keys, with a new one behind them if there has to be one."""
    from tuf.api.metadata import Metadata, Root

    if before is None:
        return (_new_root(keys, 1, now).to_bytes(),)
    latest = Metadata[Root].from_bytes(before.roots[-1])
    named = {role: latest.signed.roles[role].keyids for role in ROLES}
    if "root" in keys and keys["root"].public_key.keyid not in named["root"]:
        raise UsageError("the key of the root is another than that of what was published before")
    other = [role for role in ROLES[1:] if named[role] != [keys[role].public_key.keyid]]
    left = latest.signed.expires - now
    if "root" in keys and (other or left < _RENEWED):
        renewed = _new_root(keys, latest.signed.version + 1, now)
        return (*before.roots, renewed.to_bytes())
    if other:
        raise UsageError(
            f"the key for {other[0]} is not the one that the root of keys names",
            hint="put root.pem beside it, to have a new root of keys made",
        )
    if left <= timedelta(0):
        raise UsageError(
            f"the root of keys is past its time since {latest.signed.expires:%Y-%m-%d}",
            hint="put root.pem beside the other keys, to have it renewed",
        )
    return before.roots


def _new_root(keys: Mapping[str, CryptoSigner], version: int, now: datetime) -> Metadata[Root]:
    from tuf.api.metadata import Metadata, Root

    if "root" not in keys:
        raise UsageError("the first publication needs the key of the root", hint="--new-keys")
    root = Root(version=version, expires=(now + _ROOT_LASTS).replace(microsecond=0))
    for role in ROLES:
        root.add_key(keys[role].public_key, role)
    signed = Metadata(root)
    signed.sign(keys["root"])
    return signed


def _fetched(place: Place, name: str) -> bytes:
    content = place.fetch(f"{METADATA}/{name}", MOST_METADATA)
    if content is None:
        raise ValueError(f"{name} is not there")
    return content


def _write(folder: str, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = os.path.join(folder, *name.split("/"))
        beside = f"{path}.{os.getpid()}.part"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(beside, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            raise UpdateError(f"cannot be written: {error.strerror}", path=path) from error
