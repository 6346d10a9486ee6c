"""What is signed: taken from the keys that are trusted, and every attack upon it refused."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from updating.machine import Machine
from updating.publications import VALID, Series, day, keys_in
from updating.server import Server
from vetgate.errors import GateError
from vetgate.facts.published import FILE, PLAIN
from vetgate.updating.local import Bundle, Folder, write_bundle
from vetgate.updating.publishing import Order, publish
from vetgate.updating.signed import digest
from vetgate.updating.store import Publisher

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
OLDER = "offers something older than what was seen from this publisher: "
OTHERS = "is not signed by the keys that --root names: "
UNTRUSTED = "is not signed by the keys that are trusted: "


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def refusal(machine: Machine, place: Path | str, *, root: bytes | None = None) -> str:
    """Update from where that is refused, and tell why; what was in use still is."""
    before = machine.has
    with pytest.raises(GateError) as refused:
        machine.update(place, root=root)
    assert machine.has == before
    return str(refused.value)


def root_of(series: Series) -> bytes:
    return (series.day(1) / "metadata/1.root.json").read_bytes()


def now() -> datetime:
    return datetime.now(timezone.utc)


class TestTaken:
    """What is in order is taken."""

    def test_the_root_that_is_seen_first_is_trusted_from_then_on(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)

        news = machine.update(server.url)

        name = digest(root_of(signed))
        assert (news.root, machine.has) == (name, day(1))
        assert machine.store.publisher() == Publisher(server.url, name)
        (told,) = machine.told
        assert told == (
            f"what {server.url} publishes is signed, and from now on has to be"
            f" (by the root of keys {name})"
        )
        assert "/manifest.json" not in server.paths()

    def test_the_next_days_come_as_deltas(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        machine.update(signed.serve(1, server.folder))
        signed.day(2)

        news = machine.update(signed.serve(3, server.folder))

        assert len(news.way) == 2
        assert (
            Path(machine.store.snapshot).read_bytes() == (signed.folder / "3" / PLAIN).read_bytes()
        )
        assert machine.update(server.url).current

    def test_a_root_that_is_given_is_trusted_without_another_word(
        self, machine: Machine, signed: Series
    ) -> None:
        machine.update(signed.day(1), root=root_of(signed))

        assert machine.has == day(1)

    def test_a_renewed_root_is_followed(
        self, machine: Machine, signed: Series, tmp_path: Path
    ) -> None:
        machine.update(signed.day(1))
        folder = Path(shutil.copytree(signed.built(2), tmp_path / "renewed"))
        keys = tmp_path / "keys"
        shutil.copytree(signed.folder / "keys", keys)
        for role in ("targets", "snapshot", "timestamp"):
            (keys / f"{role}.pem").unlink()

        publish(
            Order(str(folder), now(), VALID, keys_in(keys), previous=Folder(str(signed.day(1))))
        )
        machine.update(folder)

        assert sorted(path.name for path in (folder / "metadata").glob("*.root.json")) == [
            "1.root.json",
            "2.root.json",
        ]
        assert machine.has == day(2)

    def test_another_publisher_is_trusted_when_their_root_is_given(
        self, machine: Machine, signed: Series, tmp_path: Path
    ) -> None:
        machine.update(signed.day(1))
        other = Series(tmp_path / "other", signed=True)

        machine.update(other.day(2), root=(other.day(2) / "metadata/1.root.json").read_bytes())

        assert machine.has == day(2)
        assert machine.store.publisher().root == digest(
            (other.day(2) / "metadata/1.root.json").read_bytes()
        )


class TestAttacks:
    """Who stands between a machine and its publisher, or has some of the keys."""

    def test_the_signatures_are_taken_away(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        machine.update(signed.serve(1, server.folder))
        signed.serve(2, server.folder)
        shutil.rmtree(server.folder / "metadata")

        assert refusal(machine, server.url) == (
            f"{server.url}: offers no signed metadata, or not all of it"
        )

    def test_an_unsigned_publisher_takes_the_place_of_the_signed_one(
        self, machine: Machine, signed: Series, unsigned: Series
    ) -> None:
        machine.update(signed.day(1))

        assert refusal(machine, unsigned.day(2)) == (
            f"{unsigned.folder}/2: offers no signed metadata, or not all of it"
        )

    def test_even_if_the_first_update_from_the_signed_one_did_not_get_to_its_end(
        self, machine: Machine, signed: Series, unsigned: Series, tmp_path: Path
    ) -> None:
        broken = Path(shutil.copytree(signed.day(1), tmp_path / "broken"))
        shutil.rmtree(broken / "snapshots")
        refusal(machine, broken)

        assert "offers no signed metadata" in refusal(machine, unsigned.day(1))

    def test_a_root_of_trust_that_is_configured_rules_out_what_is_unsigned(
        self, machine: Machine, signed: Series, unsigned: Series
    ) -> None:
        assert "offers no signed metadata" in refusal(
            machine, unsigned.day(1), root=root_of(signed)
        )

    def test_another_key(self, machine: Machine, signed: Series, tmp_path: Path) -> None:
        machine.update(signed.day(1))
        other = Series(tmp_path / "other", signed=True)

        assert UNTRUSTED in refusal(machine, other.day(2))

    def test_another_key_than_that_of_the_root_that_is_given(
        self, machine: Machine, signed: Series, tmp_path: Path
    ) -> None:
        other = Series(tmp_path / "other", signed=True)

        assert OTHERS in refusal(machine, other.day(1), root=root_of(signed))

    def test_rollback_an_old_publication_is_played_back(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.day(1)
        machine.update(signed.serve(2, server.folder))
        signed.serve(1, server.folder)

        assert refusal(machine, server.url) == (
            f"{server.url}: {OLDER}new timestamp version 1 must be >= 2"
        )

    def test_rollback_in_what_was_only_looked_at(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.day(1)
        machine.update(signed.serve(1, server.folder))
        signed.day(2)
        signed.serve(3, server.folder)
        machine.look(server.url)
        signed.serve(2, server.folder)

        assert OLDER in refusal(machine, server.url)

    def test_freeze_the_news_is_held_back(
        self, machine: Machine, signed: Series, tmp_path: Path
    ) -> None:
        frozen = Path(shutil.copytree(signed.built(1), tmp_path / "frozen"))
        then = now() - timedelta(days=30)
        publish(Order(str(frozen), then, VALID, signed.keys))

        with pytest.raises(GateError) as refused:
            machine.update(frozen)

        assert str(refused.value) == (
            f"{frozen}: what is signed there is past its time: timestamp.json is expired"
        )
        assert "the clock of this machine is wrong" in refused.value.hint()
        assert machine.has is None

    def test_mix_and_match_of_two_publications(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.day(1)
        signed.serve(2, server.folder)
        old = (signed.day(1) / "metadata/1.snapshot.json").read_bytes()
        (server.folder / "metadata/2.snapshot.json").write_bytes(old)

        assert refusal(machine, server.url).startswith(
            f"{server.url}: offers parts that do not belong together: "
        )

    def test_mix_and_match_of_the_targets(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.day(1)
        signed.serve(2, server.folder)
        old = (signed.day(1) / "metadata/1.targets.json").read_bytes()
        (server.folder / "metadata/2.targets.json").write_bytes(old)

        assert refusal(machine, server.url).startswith(
            f"{server.url}: offers parts that do not belong together: "
        )

    def test_an_old_signed_manifest_is_played_back(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.day(1)
        signed.serve(2, server.folder)
        (new,) = (server.folder / "targets").iterdir()
        (old,) = (signed.day(1) / "targets").iterdir()
        new.write_bytes(old.read_bytes())

        assert refusal(machine, server.url).startswith(
            f"{server.url}: offers parts that do not belong together: "
        )

    def test_the_manifest_beside_the_signed_one_counts_for_nothing(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)
        (server.folder / FILE).write_bytes(b"garbage")

        machine.update(server.url)

        assert machine.has == day(1)

    def test_a_snapshot_that_the_signed_manifest_does_not_tell_of(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)
        packed = signed.manifest(1).packed
        (server.folder / packed.file).write_bytes(bytes(packed.size))

        assert refusal(machine, server.url) == (
            f"{server.url}/{packed.file}: has another digest than the manifest tells"
        )

    def test_the_metadata_never_ends(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)
        server.endless.add("/metadata/timestamp.json")

        assert refusal(machine, server.url) == (
            f"{server.url}/metadata/timestamp.json: cannot be fetched: "
            f"127.0.0.1:{server.port} answers with more than 1 MB"
        )

    def test_the_metadata_is_larger_than_it_may_be(
        self, machine: Machine, signed: Series, server: Server
    ) -> None:
        signed.serve(1, server.folder)
        server.instead["/metadata/timestamp.json"] = b" " * 100_000

        assert refusal(machine, server.url) == f"{server.url}: sends more than it should"

    @pytest.mark.parametrize("content", [b"", b"garbage", b"{}", b"[" * 10_000])
    def test_the_metadata_is_garbage(
        self, machine: Machine, signed: Series, server: Server, content: bytes
    ) -> None:
        signed.serve(1, server.folder)
        server.instead["/metadata/timestamp.json"] = content

        assert refusal(machine, server.url).startswith(
            f"{server.url}: offers signed metadata that is not in order: "
        )

    def test_a_root_of_garbage_is_not_remembered(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)
        server.instead["/metadata/1.root.json"] = b"garbage"

        assert "not in order" in refusal(machine, server.url)
        assert machine.store.publisher() == Publisher()

    def test_a_signed_manifest_older_than_what_is_in_use_by_another_publisher(
        self, machine: Machine, signed: Series, unsigned: Series
    ) -> None:
        machine.update(unsigned.day(2))

        assert "which is older than the one in use" in refusal(machine, signed.day(1))

    def test_a_signed_manifest_that_lies(
        self, machine: Machine, signed: Series, tmp_path: Path
    ) -> None:
        folder = Path(shutil.copytree(signed.built(1), tmp_path / "lying"))
        document = json.loads((folder / FILE).read_bytes())
        (folder / FILE).write_text(json.dumps({**document, "packages": 1}))
        publish(Order(str(folder), now(), VALID, signed.keys))

        assert refusal(machine, folder) == (
            f"{folder}: the manifest tells something else than its snapshot"
        )

    def test_who_to_trust_is_taken_away_from_the_disk(
        self, machine: Machine, signed: Series
    ) -> None:
        machine.update(signed.day(1))
        trusted = Path(machine.store.trust_folder(digest(root_of(signed)))) / "first-root.json"
        trusted.write_bytes(b"another")

        assert refusal(machine, signed.day(2)) == (
            f"{trusted}: is not the root of keys that was trusted"
        )
        trusted.unlink()
        assert refusal(machine, signed.day(2)) == (
            f"{trusted}: cannot be read: No such file or directory"
        )


def test_without_tuf_what_is_signed_is_refused_and_how_to_get_it_told(
    machine: Machine, signed: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = signed.day(1)  # which takes tuf
    for name in [name for name in sys.modules if name.split(".")[0] == "tuf"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tuf", None)

    with pytest.raises(GateError) as refused:
        machine.update(published)

    assert str(refused.value) == (
        f"{signed.folder}/1: what is published there is signed, and tuf, which checks that, "
        "is not installed"
    )
    assert refused.value.hint() == "install vetgate with its extra `update`"
    assert machine.has is None


def test_a_bundle_is_verified_as_a_server_is(
    machine: Machine, signed: Series, tmp_path: Path
) -> None:
    for number in (1, 2):
        files = [
            str(path.relative_to(signed.day(number)))
            for path in sorted(signed.day(number).rglob("*"))
            if path.is_file() and path.name != PLAIN
        ]
        write_bundle(str(tmp_path / f"{number}.zip"), str(signed.day(number)), files)

    machine.update(Bundle(str(tmp_path / "2.zip")))

    assert machine.has == day(2)
    with pytest.raises(GateError, match=OLDER):
        machine.update(Bundle(str(tmp_path / "1.zip")))
