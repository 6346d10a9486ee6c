"""What a build leaves in its output folder: the snapshot, its packed form, the manifest.

Each file is made in a work folder on the same disk, written through, and moved to its place. The
manifest, by which the others are known, comes last: whoever reads in between finds digests that do
not agree, and nothing half-written.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from vetgate.corpus.building import Built
from vetgate.errors import BuildError, UpdateError
from vetgate.facts import schema
from vetgate.facts.packing import pack_snapshot
from vetgate.facts.published import FILE, PACKED, PLAIN, Form, Manifest, manifest_bytes, read

_BLOCK = 1 << 20


@contextmanager
def work_folder(output: str) -> Iterator[str]:
    """Make the output folder, and in it one for the work, which is gone afterwards."""
    try:
        os.makedirs(output, exist_ok=True)
        folder = tempfile.mkdtemp(prefix=".build-", dir=output)
    except OSError as error:
        raise BuildError(f"cannot be written to: {error.strerror}", path=output) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(built: Built, made: str, output: str) -> Manifest:
    """Pack the snapshot that was made, and put it, its packed form and the manifest in place."""
    packed = f"{made}.xz"
    try:
        with open(made, "rb") as file, open(packed, "wb") as out:
            out.writelines(pack_snapshot(iter(lambda: file.read(_BLOCK), b"")))
        plain = _form(made, PLAIN)
        manifest = Manifest(
            schema=schema.SCHEMA,
            built=built.about.built,
            packages=built.packages,
            counts=_counts(made),
            sources=built.about.sources,
            plain=plain,
            packed=_form(packed, PACKED),
            follows=_follows(output, plain.sha256),
        )
        described = f"{made}.json"
        with open(described, "wb") as file:
            file.write(manifest_bytes(manifest))
        for path, name in ((made, PLAIN), (packed, PACKED), (described, FILE)):
            _through(path)
            os.replace(path, os.path.join(output, name))
        _through(output)
    except (OSError, UpdateError, sqlite3.Error) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise BuildError(f"cannot be written: {problem}", path=output) from error
    return manifest


def _counts(made: str) -> dict[str, int]:
    """Count the packages of each presence, and those with published reports."""
    with closing(sqlite3.connect(f"file:{quote(made)}?mode=ro", uri=True)) as snapshot:
        found = snapshot.execute(
            "SELECT presence, count(*) FROM package WHERE presence IS NOT NULL GROUP BY presence"
        )
        counts = {schema.PRESENCES[place]: number for place, number in found}
        (reported,) = snapshot.execute("SELECT count(*) FROM advisory").fetchone()
    return {**counts, "reported": reported}


def _follows(output: str, now: str) -> str | None:
    """Return the digest of the snapshot that was there before; a build done again is the same."""
    path = os.path.join(output, FILE)
    try:
        with open(path, "rb") as file:
            before = read(file.read(), path)
    except (FileNotFoundError, UpdateError):
        return None
    return before.follows if before.plain.sha256 == now else before.plain.sha256


def _form(path: str, name: str) -> Form:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return Form(name, os.stat(path).st_size, digest.hexdigest())


def _through(path: str) -> None:
    """Have the disk hold what was written, so that no name comes to stand for less."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
