"""What is laid out for a web server: complete, reproducible, and signed by whoever it says."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from updating.machine import Machine
from updating.publications import VALID, Series, day, keys_in
from vetgate.errors import GateError, UpdateError, UsageError
from vetgate.facts.published import FILE, PACKED, PLAIN
from vetgate.updating import keys as keys_module
from vetgate.updating.local import Folder
from vetgate.updating.publishing import Order, Published, publish


def now() -> datetime:
    return datetime.now(timezone.utc)


def published(
    folder: Path, series: Series | None = None, previous: Path | None = None
) -> Published:
    """Publish a folder as it is, with the keys of a series."""
    return publish(
        Order(
            str(folder),
            now(),
            VALID,
            keys=None if series is None else series.keys,
            previous=None if previous is None else Folder(str(previous)),
        )
    )


def refusal(folder: Path, series: Series | None = None, previous: Path | None = None) -> str:
    with pytest.raises(GateError) as refused:
        published(folder, series, previous)
    return str(refused.value)


@pytest.fixture
def build(tmp_path: Path, unsigned: Series) -> Path:
    """Return what was built on the second day."""
    return Path(shutil.copytree(unsigned.built(2), tmp_path / "build"))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class TestLaidOut:
    """The folder afterwards."""

    def test_all_files_are_there_and_nothing_is_left_over(
        self, build: Path, signed: Series
    ) -> None:
        done = published(build, signed, signed.day(1))

        before, after = signed.manifest(1), done.manifest
        (delta,) = after.deltas
        assert after.follows == delta.start == before.plain.sha256
        assert delta.end == after.plain.sha256
        assert sorted(tree(build)) == sorted({*done.files, PLAIN, before.packed.file})
        assert [name for name in done.files if "metadata" in name] == [
            "metadata/1.root.json",
            "metadata/2.targets.json",
            "metadata/2.snapshot.json",
            "metadata/timestamp.json",
        ]

    def test_unsigned_it_is_the_same_bytes_each_time(
        self, build: Path, unsigned: Series, tmp_path: Path
    ) -> None:
        other = Path(shutil.copytree(build, tmp_path / "other"))

        published(build, previous=unsigned.day(1))
        published(other, previous=unsigned.day(1))

        assert tree(build) == tree(other)

    def test_doing_it_again_changes_nothing(self, build: Path, unsigned: Series) -> None:
        published(build, previous=unsigned.day(1))
        before = tree(build)

        published(build, previous=unsigned.day(1))

        assert tree(build) == before

    def test_the_ways_that_led_to_the_previous_one_are_kept(self, signed: Series) -> None:
        for number in range(1, 4):
            signed.day(number)
        manifests = [signed.manifest(number) for number in range(1, 4)]

        assert {(delta.start, delta.end) for delta in manifests[2].deltas} == {
            (manifests[0].plain.sha256, manifests[1].plain.sha256),
            (manifests[1].plain.sha256, manifests[2].plain.sha256),
        }

    def test_the_same_snapshot_again_keeps_its_way_and_is_signed_anew(
        self, signed: Series, tmp_path: Path, machine: Machine
    ) -> None:
        signed.day(1)
        again = Path(shutil.copytree(signed.built(2), tmp_path / "again"))

        done = published(again, signed, signed.day(2))

        assert done.manifest.deltas == signed.manifest(2).deltas
        assert done.manifest.follows == signed.manifest(1).plain.sha256
        machine.update(signed.day(2))
        assert machine.update(again).current

    def test_in_its_own_folder_the_signatures_are_carried_on(
        self, signed: Series, tmp_path: Path
    ) -> None:
        folder = Path(shutil.copytree(signed.day(1), tmp_path / "served"))
        shutil.copytree(signed.built(2), folder, dirs_exist_ok=True)

        done = published(folder, signed)

        assert "metadata/2.snapshot.json" in done.files

    def test_what_the_manifest_tells_of_and_is_not_there_is_named(self, build: Path) -> None:
        (build / PACKED).unlink()

        assert refusal(build) == f"{build}/{PACKED}: cannot be read: No such file or directory"

    def test_a_bad_build_is_noticed(self, build: Path) -> None:
        (build / PACKED).write_bytes(b"garbage")

        assert refusal(build) == f"{build}/{PACKED}: is not what the manifest beside it tells of"

    def test_no_build_is_noticed(self, tmp_path: Path) -> None:
        assert refusal(tmp_path) == f"{tmp_path} has no {FILE}"

    def test_a_build_that_is_older_is_noticed(self, build: Path, unsigned: Series) -> None:
        unsigned.day(2)

        assert refusal(build, previous=unsigned.day(3)) == (
            f"{build} is older than what was published before"
        )

    def test_from_another_schema_there_is_no_delta(
        self, build: Path, unsigned: Series, tmp_path: Path
    ) -> None:
        other = Path(shutil.copytree(unsigned.day(1), tmp_path / "other"))
        document = json.loads((other / FILE).read_bytes())
        (other / FILE).write_text(json.dumps({**document, "schema": 1}))

        assert published(build, previous=other).manifest.deltas == ()


class TestSigned:
    """The keys, and what they are needed for."""

    def test_keys_are_for_their_owner_only(self, tmp_path: Path) -> None:
        keys_in(tmp_path / "keys")

        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()
        }

        assert modes == dict.fromkeys(
            ("root.pem", "snapshot.pem", "targets.pem", "timestamp.pem"), 0o600
        )
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700

    def test_new_keys_do_not_take_the_place_of_old_ones(self, tmp_path: Path) -> None:
        keys_in(tmp_path / "keys")
        before = tree(tmp_path / "keys")

        keys_in(tmp_path / "keys")

        assert tree(tmp_path / "keys") == before

    def test_a_key_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        keys_in(tmp_path / "keys")
        path = tmp_path / "keys/targets.pem"
        path.chmod(0o640)

        with pytest.raises(UpdateError) as refused:
            keys_module.load(str(tmp_path / "keys"), make=False)

        assert str(refused.value) == f"{path}: is a key that others on this machine can read"

    @pytest.mark.parametrize(
        "content",
        [b"", b"garbage", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    )
    def test_what_is_no_key_is_refused(self, tmp_path: Path, content: bytes) -> None:
        keys_in(tmp_path / "keys")
        (tmp_path / "keys/targets.pem").write_bytes(content)

        with pytest.raises(UpdateError, match="is no key without a password, as PEM"):
            keys_module.load(str(tmp_path / "keys"), make=False)

    def test_a_key_that_is_missing_is_told(self, tmp_path: Path) -> None:
        keys_in(tmp_path / "keys")
        (tmp_path / "keys/timestamp.pem").unlink()

        with pytest.raises(UsageError, match=r"there is no key .*timestamp\.pem"):
            keys_module.load(str(tmp_path / "keys"), make=False)

    def test_what_was_signed_is_not_published_unsigned(self, build: Path, signed: Series) -> None:
        assert refusal(build, previous=signed.day(1)) == (
            "what was published before is signed, and whoever fetched that takes nothing unsigned"
        )

    def test_the_key_of_the_root_may_lie_elsewhere(
        self, build: Path, signed: Series, tmp_path: Path
    ) -> None:
        keys = tmp_path / "keys"
        shutil.copytree(signed.folder / "keys", keys)
        (keys / "root.pem").unlink()
        loaded = keys_module.load(str(keys), make=False)

        done = publish(Order(str(build), now(), VALID, loaded, previous=Folder(str(signed.day(1)))))

        assert "metadata/2.targets.json" in done.files

    @pytest.mark.parametrize(
        ("missing", "made", "problem"),
        [
            (
                "targets.pem",
                False,
                "the key for targets is not the one that the root",
            ),
            (None, True, "the key of the root is another than that of what was published before"),
        ],
    )
    def test_other_keys_are_refused(
        self, build: Path, signed: Series, tmp_path: Path, missing: str | None, *, made: bool,
        problem: str,
    ) -> None:  # fmt: skip
        keys = tmp_path / "keys"
        if not made:
            shutil.copytree(signed.folder / "keys", keys)
        other = keys_in(keys)
        if missing is not None:
            (keys / missing).unlink()
            other = {**keys_in(keys)}
            other.pop("root")

        with pytest.raises(UsageError, match=problem):
            publish(Order(str(build), now(), VALID, other, previous=Folder(str(signed.day(1)))))

    @pytest.mark.parametrize(("days", "roots"), [(300, 1), (310, 2), (400, 2)])
    def test_a_root_is_renewed_before_its_time_is_over(
        self, build: Path, signed: Series, days: int, roots: int
    ) -> None:
        later = now() + timedelta(days=days)

        done = publish(
            Order(str(build), later, VALID, signed.keys, previous=Folder(str(signed.day(1))))
        )

        assert len([name for name in done.files if name.endswith(".root.json")]) == roots

    def test_a_root_past_its_time_is_not_signed_under_without_its_key(
        self, build: Path, signed: Series
    ) -> None:
        assert signed.keys is not None
        keys = {role: key for role, key in signed.keys.items() if role != "root"}
        later = now() + timedelta(days=366)

        with pytest.raises(UsageError, match="the root of keys is past its time since"):
            publish(Order(str(build), later, VALID, keys, previous=Folder(str(signed.day(1)))))

    def test_the_first_time_needs_the_key_of_the_root(self, build: Path, signed: Series) -> None:
        assert signed.keys is not None
        keys = {role: key for role, key in signed.keys.items() if role != "root"}

        with pytest.raises(UsageError, match="the first publication needs the key of the root"):
            publish(Order(str(build), now(), VALID, keys))

    def test_a_previous_publication_that_is_not_in_order_is_not_carried_on(
        self, build: Path, signed: Series, tmp_path: Path
    ) -> None:
        other = Path(shutil.copytree(signed.day(1), tmp_path / "other"))
        (other / "metadata/timestamp.json").write_bytes(
            (other / "metadata/1.snapshot.json").read_bytes()
        )

        assert "what is signed there is not in order: timestamp was signed by 0/1 keys" in refusal(
            build, signed, other
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def test_a_machine_takes_what_a_day_of_every_kind_published(
    machine: Machine, build: Path, signed: Series
) -> None:
    machine.update(signed.day(1))
    published(build, signed, signed.day(1))

    machine.update(build)

    assert machine.has == day(2)
