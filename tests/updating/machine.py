"""A machine that updates: the folder of its snapshot, and what it was told meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from updating.publications import day
from vetgate.facts.index_settings import IndexSettings
from vetgate.updating.local import Folder
from vetgate.updating.place import Place
from vetgate.updating.store import Store
from vetgate.updating.update import Asked, News, look, update
from vetgate.updating.web import Web

NOW = day(20)


class Machine:
    """What a machine has, and what it does."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(str(folder))
        self.store.prepare()
        self.told: list[str] = []
        self.steps: list[str] = []

    def asked(
        self,
        place: Place | Path | str,
        *,
        root: bytes | None = None,
        now: datetime = NOW,
        step: Callable[[str], None] | None = None,
    ) -> Asked:
        """Ask at a place, a folder or a URL."""
        if isinstance(place, str):
            place = Web(place, IndexSettings(), seconds=5, note=self.told.append, pause=0.01)
        elif isinstance(place, Path):
            place = Folder(str(place))
        return Asked(
            place,
            now,
            root=root,
            source=place.name,
            note=self.told.append,
            step=step or self.steps.append,
        )

    def update(self, place: Place | Path | str, *, root: bytes | None = None) -> News:
        """Update from a place."""
        return update(self.asked(place, root=root), self.store)

    def look(self, place: Place | Path | str, *, now: datetime = NOW) -> News:
        """Look what there is at a place."""
        return look(self.asked(place, now=now), self.store)

    @property
    def has(self) -> datetime | None:
        """When the snapshot in use was built; it must be one."""
        snapshot = self.store.in_use()
        if snapshot is None:
            return None
        try:
            return snapshot.built
        finally:
            snapshot.close()

    @property
    def files(self) -> list[str]:
        """Name what lies in the folder."""
        return sorted(path.name for path in Path(self.store.folder).iterdir())
