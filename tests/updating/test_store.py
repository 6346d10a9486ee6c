from __future__ import annotations

import os
from pathlib import Path

import pytest

from vetgate.errors import SnapshotError, UpdateError
from vetgate.updating.store import Publisher, Store


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(UpdateError) as refused:
        Store(str(tmp_path / "file/snapshot")).prepare()

    assert str(refused.value) == f"{tmp_path}/file/snapshot: cannot be made: not a directory"
    assert refused.value.hint() == "the snapshot in use stays"


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    Store(str(tmp_path / "new")).prepare()

    assert os.stat(tmp_path / "new").st_mode & 0o777 == 0o700


def test_a_snapshot_that_cannot_be_looked_at_is_none_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SnapshotError, match="cannot be read: Not a directory"):
        Store(str(tmp_path / "file")).in_use()


def test_what_is_installed_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    Path(store.snapshot).write_bytes(b"old")
    Path(store.part("new")).write_bytes(b"new")

    store.install(store.part("new"))

    assert Path(store.snapshot).read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.sqlite"]


def test_what_cannot_be_installed_leaves_what_was_there(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    Path(store.snapshot).write_bytes(b"old")

    with pytest.raises(UpdateError, match="cannot be replaced: no such file or directory"):
        store.install(store.part("missing"))

    assert Path(store.snapshot).read_bytes() == b"old"


@pytest.mark.parametrize("publisher", [Publisher(), Publisher("https://x.example", "ab" * 32)])
def test_whom_it_is_from_is_read_back(tmp_path: Path, publisher: Publisher) -> None:
    store = Store(str(tmp_path))
    assert store.publisher() == Publisher()

    store.keep_publisher(publisher)

    assert store.publisher() == publisher
