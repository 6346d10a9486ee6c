"""Publications as the tests want them: a small snapshot for each day, laid out and signed."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from scratch import ROWS
from vetgate.facts import schema
from vetgate.facts.packing import pack
from vetgate.facts.published import FILE, PACKED, PLAIN, Form, Manifest, manifest_bytes, read
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed
from vetgate.updating.keys import load
from vetgate.updating.local import Folder
from vetgate.updating.publishing import Order, publish

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

FIRST_DAY = datetime(2026, 11, 1, 4, tzinfo=timezone.utc)
VALID = timedelta(days=7)
RECORDED = (
    "presence", "rank", "downloads", "dependents", "repository", "urls", "releases",
    "latest_upload",
)  # fmt: skip


def day(number: int) -> datetime:
    """Return when the snapshot of a day is built; the first is day 1."""
    return FIRST_DAY + timedelta(days=number - 1)


def write_day(path: Path, number: int) -> None:
    """Write the snapshot of a day: each day some packages change, one is new, one goes."""
    rows = list(ROWS)
    for place in range(3000):
        since = date(2026, 10, 1) if place % 100 else date(2026, 11, number)
        if place != number:
            rows.append(
                Row(
                    normalize(f"package-{place}"),
                    Listed(),
                    rank=100 + place if place < 200 else None,
                    downloads=place * 7,
                    repository=f"https://github.com/acme/{hashlib.md5(b'%d' % place).hexdigest()}",  # noqa: S324 - incompressible text
                    latest_upload=since,
                )
            )
    rows.append(Row(normalize(f"new-{number}"), Listed(), downloads=number))
    origins = dict.fromkeys(RECORDED, Origin("made up", day(number)))
    write(str(path), rows, About(day(number), origins, complete=True))


def build(folder: Path, number: int) -> Manifest:
    """Write into a folder what `vetgate build` would on a day."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / PLAIN
    write_day(plain, number)
    packed = folder / PACKED
    packed.write_bytes(b"".join(pack((plain.read_bytes(),))))
    manifest = Manifest(
        schema=schema.SCHEMA,
        built=day(number),
        packages=3000 + len(ROWS),
        counts={},
        sources=(),
        plain=form(folder, PLAIN),
        packed=form(folder, PACKED),
    )
    (folder / FILE).write_bytes(manifest_bytes(manifest))
    return manifest


def form(folder: Path, name: str) -> Form:
    """Tell of a file as a manifest does."""
    content = (folder / name).read_bytes()
    return Form(name, len(content), hashlib.sha256(content).hexdigest())


def keys_in(folder: Path) -> dict[str, CryptoSigner]:
    """Return the keys in a folder, new ones where there are none."""
    return load(str(folder), make=True)


class Series:
    """Publications day by day, each in a folder of its own: `1`, `2`, ..."""

    def __init__(self, folder: Path, *, signed: bool) -> None:
        self.folder = folder
        self.keys = keys_in(folder / "keys") if signed else None

    def built(self, number: int) -> Path:
        """Build the snapshot of a day, and do not publish it."""
        at = self.folder / f"built-{number}"
        if not at.exists():
            build(at, number)
        return at

    def day(self, number: int, *, now: datetime | None = None) -> Path:
        """Publish the snapshot of a day behind those of the days before."""
        at = self.folder / str(number)
        if at.exists():
            return at
        if number > 1:
            # Whatever test comes first.
            self.day(number - 1, now=now)
        previous = self.folder / str(number - 1)
        # Moved where it is looked for once it is whole: a test that fails must not fail others.
        begun = self.folder / f"{number}.part"
        shutil.rmtree(begun, ignore_errors=True)
        shutil.copytree(self.built(number), begun)
        publish(
            Order(
                str(begun),
                now or datetime.now(timezone.utc),
                VALID,
                keys=self.keys,
                previous=Folder(str(previous)) if previous.exists() else None,
            )
        )
        begun.rename(at)
        return at

    def manifest(self, number: int) -> Manifest:
        """Read the manifest of a day."""
        path = self.folder / str(number) / FILE
        return read(path.read_bytes(), str(path))

    def serve(self, number: int, at: Path) -> Path:
        """Put the publication of a day where a server has its files, in the place of all others."""
        if at.exists():
            shutil.rmtree(at)
        shutil.copytree(self.day(number), at)
        return at
