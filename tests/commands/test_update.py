"""`vetgate update` and `vetgate publish` as a shell sees them, and what `check` makes of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from commands.terminal import Terminal
from scratch import NOTHING_TO_JUDGE, Ran, Scratch, refused
from updating.publications import Series, keys_in
from updating.server import Server
from vetgate.commands.asking import snapshot_folder
from vetgate.commands.update import _Far
from vetgate.facts.snapshot import STARTER, Snapshot

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DAY_1 = "2026-11-01 04:00 UTC, 3,011 packages"
DAY_2 = "2026-11-02 04:00 UTC, 3,011 packages"
WHERE = refused(
    "nobody said where a snapshot is published",
    "say it once with --from URL, or in VETGATE_UPDATE_URL; `vetgate build` and `vetgate publish` "
    "make one of your own",
    code=2,
)

NOT_KNOWN = re.escape(
    "whether it is behind is not known: nobody said where a snapshot is published\n"
    "(say it once with --from URL, or in VETGATE_UPDATE_URL)\n"
)


@pytest.fixture
def machine(project: Scratch) -> Scratch:
    """Return a repository on a machine where no variable names a snapshot."""
    del project.environment["VETGATE_SNAPSHOT"]
    return project


@pytest.fixture
def folder(machine: Scratch) -> Path:
    return Path(machine.environment["VETGATE_CACHE_DIR"]) / "snapshot"


def first_line(ran: Ran) -> str:
    return ran.out.partition("\n")[0]


def test_without_a_word_on_where_from_it_says_how_to_give_one(machine: Scratch) -> None:
    assert machine.vetgate("update") == WHERE
    assert machine.vetgate("update", "--check", "--root", "root.json") == WHERE


def test_how_old_it_is_is_told_without_a_word_on_where_from(
    machine: Scratch, unsigned: Series, folder: Path
) -> None:
    starter = Snapshot.open(STARTER)
    moment = f"{starter.built:%Y-%m-%d %H:%M} UTC"
    starter.close()

    fresh = machine.vetgate("update", "--check")
    folder.mkdir(exist_ok=True)
    shutil.copy(unsigned.built(1) / "snapshot.sqlite", folder)
    fetched = machine.vetgate("update", "--check", VETGATE_SNAPSHOT="another")

    ago = r"(?:just now|\d+ (?:minute|hour|day)s? ago)"
    assert (fresh.code, fresh.err) == (0, "")
    assert re.fullmatch(
        f"in use: the snapshot that comes with vetgate, of {moment}, {ago}\n{NOT_KNOWN}", fresh.out
    )
    assert (fetched.code, fetched.err) == (
        0,
        "note: VETGATE_SNAPSHOT names another, which is what is used: another\n",
    )
    assert re.fullmatch(f"in use: 2026-11-01 04:00 UTC, {ago}\n{NOT_KNOWN}", fetched.out)


def test_a_damaged_one_has_no_age(machine: Scratch, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "snapshot.sqlite").write_bytes(b"garbage")

    ran = machine.vetgate("update", "--check")

    assert (ran.code, ran.out, ran.err.splitlines()[1:]) == (
        3,
        "",
        [
            (
                f"hint: get another with `vetgate update`, or remove {folder}/snapshot.sqlite "
                "to use the one of vetgate"
            ),
            "nothing was decided",
        ],
    )


def test_where_from_is_said_once(machine: Scratch, unsigned: Series, server: Server) -> None:
    unsigned.serve(1, server.folder)
    ran = machine.vetgate("update", "--from", server.url)
    assert (ran.code, first_line(ran), ran.err) == (0, f"fetched {DAY_1}, from {server.url}", "")

    unsigned.serve(2, server.folder)
    looked = machine.vetgate("update", "--check")
    ran = machine.vetgate("update")
    again = machine.vetgate("update", "--check")

    delta = unsigned.manifest(2).deltas[0].form.size
    assert (looked.code, looked.err) == (1, "")
    assert looked.out.splitlines()[2:] == [
        "behind: 24 hours",
        f"to fetch: 1 delta, {delta / 1e3:.1f} kB",
    ]
    assert ran.out == (
        f"fetched {DAY_2}, from {server.url}, in the place of that of 2026-11-01 04:00 UTC\n"
        f"(1 delta, {delta / 1e3:.1f} kB)\n"
    )
    assert (again.code, again.out.splitlines()[2]) == (0, "nothing newer is published")
    assert machine.vetgate("update").out == (
        f"the snapshot in use is current: {DAY_2}, from {server.url}\n"
    )


def test_a_variable_says_where_from(machine: Scratch, unsigned: Series) -> None:
    ran = machine.vetgate("update", VETGATE_UPDATE_URL=str(unsigned.day(1)))

    assert first_line(ran) == f"fetched {DAY_1}, from {unsigned.day(1)}"


def test_what_was_fetched_is_what_check_judges_by(machine: Scratch, unsigned: Series) -> None:
    machine.stage("requirements.txt", "flask\nrare\n")

    before = machine.vetgate("check", "--format", "json").document()["snapshot"]
    machine.vetgate("update", "--from", str(unsigned.day(1)))
    after = machine.vetgate("check", "--format", "json").document()["snapshot"]

    assert isinstance(before, dict)
    assert before["packages"] != 3011
    assert after == {
        "built": "2026-11-01T04:00:00Z",
        "packages": 3011,
        "sha256": unsigned.manifest(1).plain.sha256,
    }


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_a_damaged_one_is_refused_and_never_replaced_by_the_starter(
    machine: Scratch, folder: Path, content: bytes
) -> None:
    machine.stage("requirements.txt", "flask\nrequests\n")
    folder.mkdir(parents=True)
    path = folder / "snapshot.sqlite"
    path.write_bytes(content)

    ran = machine.vetgate("check")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[1:] == [
        f"hint: get another with `vetgate update`, or remove {path} to use the one of vetgate",
        "nothing was decided",
    ]


@pytest.mark.parametrize("kind", ["folder", "dangling-link", "loop"])
def test_what_is_no_file_in_its_place_is_refused_too(
    machine: Scratch, folder: Path, kind: str
) -> None:
    machine.stage("requirements.txt", "flask\nrequests\n")
    folder.mkdir(parents=True)
    path = folder / "snapshot.sqlite"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere" if kind == "dangling-link" else path)

    ran = machine.vetgate("check")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"error: {path}: there is no such snapshot\n")


def test_a_commit_that_adds_nothing_needs_no_sound_one(machine: Scratch, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "snapshot.sqlite").write_bytes(b"garbage")

    assert machine.vetgate("check") == NOTHING_TO_JUDGE


def test_a_variable_that_names_another_is_told(
    machine: Scratch, unsigned: Series, snapshot: Path
) -> None:
    ran = machine.vetgate("update", "--from", str(unsigned.day(1)), VETGATE_SNAPSHOT=str(snapshot))

    assert ran.err == (f"note: VETGATE_SNAPSHOT names another, which is what is used: {snapshot}\n")


def test_offline_only_what_is_on_the_disk_is_taken(
    machine: Scratch, unsigned: Series, server: Server
) -> None:
    machine.environment["VETGATE_OFFLINE"] = "1"
    unsigned.serve(1, server.folder)

    ran = machine.vetgate("update", "--from", server.url)

    assert ran == refused(
        "VETGATE_OFFLINE says that nobody may be asked, and that is a URL", code=2
    )
    assert server.asked == []
    assert machine.vetgate("update", "--from", str(server.folder)).code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--from", "missing"), "there is no such folder: missing"),
        (("--from", "ftp://x@h.example/y"), "neither a web address nor a folder: h.example/y"),
        (("--offline-bundle", "missing"), "there is no such bundle: missing"),
    ],
)  # fmt: skip
def test_where_nothing_is_is_told(
    machine: Scratch, arguments: tuple[str, ...], problem: str
) -> None:
    assert machine.vetgate("update", *arguments) == refused(problem, code=2)


def test_plain_http_is_for_this_machine_only(machine: Scratch) -> None:
    ran = machine.vetgate("update", "--from", "http://facts.acme.example/")

    assert ran == refused(
        "http://facts.acme.example: facts.acme.example has no https, and is not asked"
    )


class TestPublished:
    """From a build to machines with a network and without, signed."""

    @pytest.fixture
    def made(self, machine: Scratch, signed: Series) -> Path:
        """Return a publication of the first day, made on the command line."""
        folder = Path(shutil.copytree(signed.built(1), machine.folder / "one"))
        ran = machine.vetgate(
            "publish", "one", "--keys", "keys", "--new-keys", "--bundle", "one.bundle"
        )
        signed.day(1)
        packed = signed.manifest(1).packed.size
        assert ran == Ran(
            0,
            f"one: {DAY_1}, {packed / 1e3:.1f} kB, signed\nno delta leads to it\n"
            "one.bundle: all of it in one file\n",
            "",
        )
        return folder

    def test_the_next_day_is_led_to_from_the_one_before(
        self, machine: Scratch, made: Path, signed: Series
    ) -> None:
        machine.vetgate("update", "--from", str(made), "--root", "one/metadata/1.root.json")
        shutil.copytree(signed.built(2), machine.folder / "two")

        ran = machine.vetgate("publish", "two", "--keys", "keys", "--previous", "one")
        news = machine.vetgate("update", "--from", "two")

        assert ran.out.endswith("signed\n1 delta leads to it\n")
        assert first_line(news) == (
            f"fetched {DAY_2}, from {machine.folder}/two, signed, "
            "in the place of that of 2026-11-01 04:00 UTC"
        )

    def test_a_bundle_brings_it_to_a_machine_without_a_network(
        self, machine: Scratch, made: Path
    ) -> None:
        machine.environment["VETGATE_OFFLINE"] = "1"
        assert made.exists()

        ran = machine.vetgate("update", "--offline-bundle", "one.bundle")

        assert first_line(ran) == f"fetched {DAY_1}, from {machine.folder}/one.bundle, signed"
        assert machine.vetgate("update") == WHERE
        looked = machine.vetgate("update", "--check")
        assert (looked.code, first_line(looked)[:28]) == (0, "in use: 2026-11-01 04:00 UTC")

    def test_what_is_unsigned_is_refused_from_then_on(
        self, machine: Scratch, made: Path, unsigned: Series
    ) -> None:
        machine.vetgate("update", "--from", str(made))

        ran = machine.vetgate("update", "--from", str(unsigned.day(2)))

        assert ran == refused(
            f"{unsigned.day(2)}: offers no signed metadata, or not all of it",
            "the snapshot in use stays; ask the publisher, or look who is between you and them",
        )

    def test_another_root_is_refused(
        self, machine: Scratch, made: Path, tmp_path: Path, signed: Series
    ) -> None:
        root = signed.day(1) / "metadata/1.root.json"

        ran = machine.vetgate("update", "--from", str(made), "--root", str(root))

        assert ran.code == 3
        assert "is not signed by the keys that --root names: " in ran.err
        assert "the file may be another publisher's" in ran.err
        assert machine.vetgate("update", "--from", str(made), "--root", str(tmp_path / "x")) == (
            refused(f"{tmp_path}/x: --root: cannot be read: No such file or directory", code=2)
        )

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(b"", "failed to deserialize JSON", id="empty"),
            pytest.param(b"no JSON", "failed to deserialize JSON", id="text"),
            pytest.param(b"{}", "failed to deserialize JSON", id="other-json"),
            pytest.param("timestamp.json", "but timestamp", id="other-metadata"),
            pytest.param("changed", "root was signed by 0/1 keys", id="changed"),
        ],
    )
    def test_a_file_that_is_no_root_is_blamed_itself_and_not_the_publisher(
        self, machine: Scratch, made: Path, content: bytes | str, problem: str
    ) -> None:
        metadata, given = made / "metadata", machine.folder / "given.json"
        if content == "changed":
            root = json.loads((metadata / "1.root.json").read_bytes())
            root["signed"]["expires"] = "2099-01-01T00:00:00Z"
            given.write_text(json.dumps(root))
        elif isinstance(content, str):
            shutil.copy(metadata / content, given)
        else:
            given.write_bytes(content)

        ran = machine.vetgate("update", "--from", str(made), "--root", "given.json")

        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith(f"error: {given}: is no root of keys")
        assert problem in ran.err
        assert "give the file metadata/1.root.json that the publisher gave you" in ran.err
        assert str(made) not in ran.err

    def test_keys_do_not_lie_in_what_is_served(self, machine: Scratch, made: Path) -> None:
        keys_in(made / "keys")

        assert machine.vetgate("publish", "one", "--keys", "one/keys") == refused(
            "the keys lie in the folder that is to be served: put them elsewhere", code=2
        )

    @pytest.mark.parametrize(
        ("arguments", "problem", "hint"),
        [
            (("missing",), "there is no such folder: missing", ""),
            (("one", "--new-keys"), "--new-keys makes them in the folder that --keys names", ""),
            (
                ("one",),
                ("what was published before is signed, and whoever fetched that takes nothing "
                "unsigned"),
                "give the keys with --keys",
            ),
            (("one", "--keys", "k"), "there is no key {}/k/targets.pem", "--new-keys makes it"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_done_is_told(
        self, machine: Scratch, made: Path, arguments: tuple[str, ...], problem: str, hint: str
    ) -> None:
        told = refused(problem.format(machine.folder), hint, code=2)

        assert machine.vetgate("publish", *arguments) == told
        assert made.exists()


def test_the_folder_is_the_platforms_own_for_data() -> None:
    for environment in ({"HOME": "/home/dev"}, {"HOME": "/home/dev", "XDG_DATA_HOME": "/data"}):
        assert snapshot_folder(environment) == _by_platformdirs(environment)


def _by_platformdirs(environment: dict[str, str]) -> str:
    import subprocess

    script = "import platformdirs; print(platformdirs.user_data_dir('vetgate', appauthor=False))"
    found = subprocess.run(
        (sys.executable, "-c", script),
        env={**environment, "PATH": os.environ["PATH"]},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return f"{found.stdout.strip()}/snapshot"


def test_a_lying_manifest_is_refused_in_words(
    machine: Scratch, unsigned: Series, server: Server
) -> None:
    unsigned.serve(1, server.folder)
    manifest = json.loads((server.folder / "manifest.json").read_bytes())
    (server.folder / "manifest.json").write_text(json.dumps({**manifest, "packages": 7}))

    assert machine.vetgate("update", "--from", server.url) == refused(
        f"{server.url}: the manifest tells something else than its snapshot"
    )


def test_on_a_terminal_it_tells_how_far_it_is() -> None:
    far = _Far()
    lines = [far.line()]
    for done in (0, 33_000, 66_000):
        far.tick(done, 66_000)
        lines.append(far.line())

    assert lines == [
        "asking what is published",
        "fetching the snapshot [--------------------] 0.0 of 0.1 MB",
        "fetching the snapshot [##########----------] 0.0 of 0.1 MB",
        "checking and unpacking the snapshot",
    ]


@pytest.mark.slow
def test_a_slow_download_shows_a_bar_and_ctrl_c_leaves_the_old_one(
    machine: Scratch, unsigned: Series, server: Server, folder: Path
) -> None:
    unsigned.serve(1, server.folder)
    machine.vetgate("update", "--from", server.url)
    before = (folder / "snapshot.sqlite").read_bytes()
    unsigned.serve(2, server.folder)
    server.slow.add(f"/{unsigned.manifest(2).deltas[0].form.file}")
    terminal = Terminal(machine, "update", "--timeout", "600")

    terminal.until("fetching the snapshot [#").interrupt()

    assert terminal.finish() == 130
    assert (folder / "snapshot.sqlite").read_bytes() == before
    server.slow.clear()
    assert machine.vetgate("update").code == 0
