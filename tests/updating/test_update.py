"""One update, unsigned: the cheapest way, and everything that is refused on it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from scratch import write_snapshot
from updating.machine import NOW, Machine
from updating.publications import Series, day, form, write_day
from updating.server import Server
from vetgate.errors import GateError, UpdateError
from vetgate.facts.packing import pack
from vetgate.facts.published import FILE, PACKED, PLAIN, Manifest, manifest_bytes
from vetgate.updating.store import Publisher

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def refusal(machine: Machine, place: Path | str) -> str:
    """Update from where that is refused, and tell why; what was in use still is."""
    before = machine.has
    with pytest.raises(GateError) as refused:
        machine.update(place)
    assert machine.has == before
    return str(refused.value)


def rewrite(folder: Path, manifest: Manifest) -> None:
    (folder / FILE).write_bytes(manifest_bytes(manifest))


class TestWays:
    """The cheapest way is taken: nothing, deltas, or the whole."""

    def test_the_first_time_the_whole_is_fetched(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)

        news = machine.update(server.url)

        packed = unsigned.manifest(1).packed
        assert (news.used, news.way, news.cost) == (None, (), packed.size)
        assert machine.has == day(1)
        assert server.paths() == ["/metadata/1.root.json", "/manifest.json", f"/{packed.file}"]
        assert machine.files == ["publisher.json", "snapshot.sqlite"]
        assert machine.store.publisher() == Publisher(server.url, None)
        assert machine.told == []

    def test_what_is_current_is_not_fetched(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)
        machine.update(server.url)
        server.asked.clear()

        news = machine.update(server.url)

        assert (news.current, news.cost) == (True, 0)
        assert server.paths() == ["/metadata/1.root.json", "/manifest.json"]

    def test_deltas_lead_over_several_days_to_the_same_bytes(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)
        machine.update(server.url)
        unsigned.day(2)
        unsigned.serve(3, server.folder)
        server.asked.clear()

        news = machine.update(server.url)

        manifest = unsigned.manifest(3)
        assert [delta.start for delta in news.way] == [
            unsigned.manifest(1).plain.sha256,
            unsigned.manifest(2).plain.sha256,
        ]
        assert news.cost < manifest.packed.size / 10
        assert server.paths()[2:] == [f"/{delta.form.file}" for delta in news.way]
        assert (
            Path(machine.store.snapshot).read_bytes()
            == (unsigned.folder / "3" / PLAIN).read_bytes()
        )

    def test_from_a_snapshot_that_no_delta_starts_from_the_whole_is_fetched(
        self, machine: Machine, unsigned: Series
    ) -> None:
        write_snapshot(Path(machine.store.snapshot))
        unsigned.day(1)

        news = machine.update(unsigned.day(2))

        assert (news.way, machine.has) == ((), day(2))

    @pytest.mark.parametrize("fault", ["missing", "damaged", "another"])
    def test_if_a_delta_is_of_no_use_the_whole_is_fetched(
        self, machine: Machine, unsigned: Series, server: Server, fault: str
    ) -> None:
        machine.update(unsigned.serve(1, server.folder))
        unsigned.serve(2, server.folder)
        manifest = unsigned.manifest(2)
        delta = manifest.deltas[0]
        path = server.folder / delta.form.file
        if fault == "missing":
            path.unlink()
        elif fault == "damaged":
            path.write_bytes(bytes(delta.form.size))
        else:
            unsigned.day(3)
            wrong = next(it for it in unsigned.manifest(3).deltas if it.start != delta.start)
            shutil.copy(unsigned.folder / "3" / wrong.form.file, path)
            rewrite(
                server.folder,
                manifest._replace(
                    deltas=(delta._replace(form=form(server.folder, delta.form.file)),)
                ),
            )

        news = machine.update(server.folder)

        assert (news.way, news.cost, machine.has) == ((), manifest.packed.size, day(2))
        assert len(machine.told) == 1
        assert machine.told[0].endswith(": fetching the whole snapshot instead")
        assert machine.files == ["publisher.json", "snapshot.sqlite"]

    def test_a_download_that_broke_off_goes_on_in_the_next_update(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)
        packed = f"/{unsigned.manifest(1).packed.file}"
        server.cut[packed] = [40_000, 0, 0, 0, 0]
        with pytest.raises(UpdateError, match="broke off its answer"):
            machine.update(server.url)
        server.cut.clear()

        machine.update(server.url)

        last = server.asked[-1]
        assert (last.path, last.range) == (packed, "bytes=40000-")
        assert machine.has == day(1)
        assert machine.files == ["publisher.json", "snapshot.sqlite"]

    def test_what_is_left_of_another_snapshot_is_thrown_away(
        self, machine: Machine, unsigned: Series
    ) -> None:
        for name in ("packed-0123456789abcdef.part", "packed-0123456789abcdef.part.tag"):
            (Path(machine.store.folder) / name).write_bytes(b"left over")

        machine.update(unsigned.day(1))

        assert machine.files == ["publisher.json", "snapshot.sqlite"]

    def test_looking_changes_nothing(self, machine: Machine, unsigned: Series) -> None:
        machine.update(unsigned.day(1))

        news = machine.look(unsigned.day(2))

        assert (news.current, news.used, len(news.way)) == (False, day(1), 1)
        assert machine.has == day(1)

    def test_who_reads_the_old_one_goes_on_reading_it(
        self, machine: Machine, unsigned: Series
    ) -> None:
        machine.update(unsigned.day(1))
        old = machine.store.in_use()
        assert old is not None

        machine.update(unsigned.day(2))

        assert old.ranked()[:2] == ("requests", "flask")
        old.close()
        assert machine.has == day(2)

    def test_a_damaged_one_in_use_is_replaced(self, machine: Machine, unsigned: Series) -> None:
        Path(machine.store.snapshot).write_bytes(b"garbage")

        machine.update(unsigned.day(1))

        assert machine.has == day(1)
        assert machine.told == [
            f"{machine.store.snapshot}: is damaged: file is not a database: another takes its place"
        ]


class TestRefused:
    """What is refused, with the old snapshot in place."""

    @pytest.fixture
    def published(self, machine: Machine, unsigned: Series, tmp_path: Path) -> Path:
        """Return a publication of the second day, that may be spoilt; the first is in use."""
        machine.update(unsigned.day(1))
        machine.told.clear()
        return Path(shutil.copytree(unsigned.built(2), tmp_path / "published"))

    def test_nothing_is_published(self, machine: Machine, tmp_path: Path) -> None:
        assert (
            refusal(machine, tmp_path) == f"{tmp_path}/{FILE}: there is no snapshot published there"
        )

    def test_the_manifest_is_cut_short(self, machine: Machine, published: Path) -> None:
        content = (published / FILE).read_bytes()
        (published / FILE).write_bytes(content[:-50])

        assert refusal(machine, published) == (
            f"{published}/{FILE}: is no manifest that can be trusted: it is not JSON"
        )

    def test_the_manifest_never_ends(self, machine: Machine, published: Path) -> None:
        (published / FILE).write_bytes(b" " * (2 << 20))

        assert refusal(machine, published) == f"{published}/{FILE}: is longer than 1048576 bytes"

    def test_older_than_the_one_in_use(self, machine: Machine, unsigned: Series) -> None:
        machine.update(unsigned.day(2))

        assert refusal(machine, unsigned.day(1)) == (
            f"{unsigned.folder}/1/{FILE}: tells of a snapshot of 2026-11-01 04:00 UTC, "
            "which is older than the one in use, of 2026-11-02 04:00 UTC"
        )

    def test_from_the_future(self, machine: Machine, published: Path) -> None:
        early = day(1) - timedelta(minutes=1)

        with pytest.raises(UpdateError) as refused:
            machine.look(published, now=early)

        assert str(refused.value) == (
            f"{published}/{FILE}: tells of a snapshot of 2026-11-02 04:00 UTC, "
            "and the clock of this machine says 2026-11-01 03:59 UTC"
        )
        assert "set the clock" in refused.value.hint()

    def test_a_publishers_clock_may_be_ahead_a_little(
        self, machine: Machine, published: Path
    ) -> None:
        assert not machine.look(published, now=day(1)).current

    def test_of_another_schema(self, machine: Machine, published: Path) -> None:
        document = json.loads((published / FILE).read_bytes())
        (published / FILE).write_text(json.dumps({**document, "schema": 99}))

        assert refusal(machine, published).endswith(
            f"tells of a snapshot of schema 99, and this vetgate reads schema {document['schema']}"
        )

    @pytest.mark.parametrize("end", [-1, -1000, 0])
    def test_the_packed_snapshot_is_cut_short(
        self, machine: Machine, published: Path, end: int
    ) -> None:
        packed = published / PACKED
        whole = packed.read_bytes()
        packed.write_bytes(whole[:end])

        assert refusal(machine, published) == (
            f"{published}/{PACKED}: is cut short: {len(whole[:end])} bytes of {len(whole)}"
        )

    def test_the_packed_snapshot_is_longer(self, machine: Machine, published: Path) -> None:
        packed = published / PACKED
        whole = packed.read_bytes()
        packed.write_bytes(whole + b"x")

        assert refusal(machine, published) == (
            f"{published}/{PACKED}: is longer than the {len(whole)} bytes that the manifest tells"
        )

    def test_the_packed_snapshot_has_another_digest(
        self, machine: Machine, published: Path
    ) -> None:
        packed = published / PACKED
        whole = packed.read_bytes()
        packed.write_bytes(whole[:-1] + b"x")

        assert refusal(machine, published) == (
            f"{published}/{PACKED}: has another digest than the manifest tells"
        )

    def lying(self, published: Path, content: bytes, **told: object) -> Path:
        """Publish a content with a manifest that tells its digests right and other things not."""
        (published / PLAIN).write_bytes(content)
        (published / PACKED).write_bytes(b"".join(pack((content,))))
        document = json.loads((published / FILE).read_bytes())
        for key, name in (("plain", PLAIN), ("packed", PACKED)):
            document[key] = form(published, name)._asdict()
        (published / FILE).write_text(json.dumps({**document, **told}))
        return published

    def test_what_is_published_is_no_snapshot(self, machine: Machine, published: Path) -> None:
        lying = self.lying(published, b"garbage" * 1000)

        assert refusal(machine, lying) == (
            f"{published}: what is published is damaged: file is not a database"
        )

    def test_what_is_published_is_a_snapshot_of_another_schema(
        self, machine: Machine, published: Path
    ) -> None:
        other = sqlite3.connect(published / PLAIN)
        other.execute("PRAGMA user_version = 99")
        other.commit()
        other.close()
        lying = self.lying(published, (published / PLAIN).read_bytes())

        assert "what is published is a snapshot of schema 99" in refusal(machine, lying)

    @pytest.mark.parametrize(
        "told", [{"built": "2026-11-09T04:00:00+00:00"}, {"packages": 3}], ids=["time", "count"]
    )
    def test_the_manifest_lies_about_its_snapshot(
        self, machine: Machine, published: Path, told: dict[str, object]
    ) -> None:
        lying = self.lying(published, (published / PLAIN).read_bytes(), **told)

        assert refusal(machine, lying) == (
            f"{published}: the manifest tells something else than its snapshot"
        )

    def test_an_old_snapshot_under_a_new_date(
        self, machine: Machine, unsigned: Series, published: Path, tmp_path: Path
    ) -> None:
        machine.update(unsigned.day(2))
        write_day(tmp_path / "old", 1)
        lying = self.lying(
            published, (tmp_path / "old").read_bytes(), built=NOW.isoformat(), packages=3011
        )

        assert refusal(machine, lying) == (
            f"{published}: the manifest tells something else than its snapshot"
        )

    def test_it_unpacks_to_more_than_it_should(self, machine: Machine, published: Path) -> None:
        packed = published / PACKED
        packed.write_bytes(b"".join(pack((bytes(10**7),))))
        document = json.loads((published / FILE).read_bytes())
        size = document["plain"]["size"]
        document["packed"] = form(published, PACKED)._asdict()
        (published / FILE).write_text(json.dumps(document))

        assert refusal(machine, published) == (
            f"{published}/{PACKED}: unpacks to more than {size} bytes"
        )
        assert Path(machine.store.part("snapshot.sqlite")).stat().st_size <= size

    def test_a_manifest_that_leads_out_of_its_folder(
        self, machine: Machine, published: Path, tmp_path: Path
    ) -> None:
        shutil.copy(published / PACKED, tmp_path / "secret")
        document = json.loads((published / FILE).read_bytes())
        document["packed"]["file"] = "../secret"
        (published / FILE).write_text(json.dumps(document))

        assert refusal(machine, published).endswith("packed: '../secret' is no file below it")


class TestRemembered:
    """Whom the snapshot is from is remembered, and not guessed when that is damaged."""

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"[" * 99999, b'{"version": 2, "root": null, "source": null}',
                    b'{"version": 1, "root": 3, "source": null}', b'{"version": 1}'],
    )  # fmt: skip
    def test_damaged(self, machine: Machine, unsigned: Series, content: bytes) -> None:
        path = Path(machine.store.folder) / "publisher.json"
        path.write_bytes(content)

        assert refusal(machine, unsigned.day(1)) == f"{path}: does not tell whom to trust"

    def test_a_url_is_remembered_without_credentials(
        self, machine: Machine, unsigned: Series, server: Server
    ) -> None:
        unsigned.serve(1, server.folder)

        machine.update(server.url.replace("http://", "http://someone:secret@") + "/")

        assert machine.store.publisher() == Publisher(server.url, None)
