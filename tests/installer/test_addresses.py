"""What comes by an address is judged by its name too, once that is known, and by where it lies."""

from __future__ import annotations

import pytest

from facts.live.loopback import Reply
from installer.packages import File, sdist, source, wheel
from installer.repository import commit, git
from installer.shelf import Shelf
from installer.world import BOTH, EACH, World
from scratch import ROWS, Ran, write_snapshot
from vetgate.model.facts import Advisory, Quarantined, Span

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_BAD = wheel("fine", "2.0")
_BAD_SOURCE = sdist("fine", source("fine", "2.0"), "2.0")


def _reported(world: World, *versions: str, spans: tuple[Span, ...] = ()) -> str:
    """Write a snapshot in which versions of `fine` are reported malicious; return its path."""
    reports = (Advisory("MAL-1", malicious=True, versions=versions, spans=spans),)
    rows = [one._replace(advisories=reports) if one.name == "fine" else one for one in ROWS]
    return str(write_snapshot(world.top / "reported.sqlite", rows))


def _line(ran: Ran) -> str:
    """Return what was said, however it was wrapped."""
    return " ".join(ran.err.split())


def _put(world: World, *files: File) -> Shelf:
    """Put files beside the index and into a folder; return where they are."""
    other = Shelf(world.loopback, "/other")
    other.put(*files)
    for file in files:
        world.write(f"wheels/{file.name}", file.content)
    return other


@pytest.mark.parametrize(
    "what",
    [
        "{wheel}",
        "{sdist}",
        "{wheel}#sha256={sha}",
        "fine @ {wheel}",
        "fine @ {sdist}",
        "./wheels/fine-2.0-py3-none-any.whl",
        "./wheels/fine-2.0.tar.gz",
    ],
)
def test_a_version_that_is_reported_does_not_come_by_its_address(world: World, what: str) -> None:
    other = _put(world, _BAD, _BAD_SOURCE)
    links = {"wheel": other.link(_BAD), "sdist": other.link(_BAD_SOURCE), "sha": _BAD.sha256}
    snapshot = _reported(world, "2.0")

    ran = world.pip("install", what.format(**links), VETGATE_SNAPSHOT=snapshot)

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED fine\n" in ran.err
    assert "malware: version 2.0 is reported malicious: MAL-1" in ran.err


def test_another_version_than_the_one_that_is_reported_comes_in(world: World) -> None:
    other = _put(world, wheel("fine"))

    ran = world.pip(
        "install",
        f"fine @ {other.link(wheel('fine'))}",
        VETGATE_SNAPSHOT=_reported(world, "2.0"),
    )

    assert (ran.code, world.installed()) == (0, ["fine-1.0"])
    assert "off-index: comes from the URL" in ran.err
    assert "malware" not in ran.err


@BOTH
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("how", ["", "-e "])
def test_the_version_of_a_repository_is_judged_once_it_is_known(
    world: World, how: str, *, told: bool
) -> None:
    folder = world.top / "repository"
    link = commit(folder, "fine", "2.0")
    if not told:
        (folder / "PKG-INFO").unlink()
        git(folder, "commit", "--quiet", "--all", "--message", "untold")
        link = f"git+file://{folder}@{git(folder, 'rev-parse', 'HEAD')}"
    what = f"-e {link}#egg=fine" if how else link

    ran = world.pip("install", *what.split(" "), VETGATE_SNAPSHOT=_reported(world, "2.0"))

    # Code ran only where nothing but a build could tell.
    assert (ran.code, world.installed(), world.ran()) == (1, [], [] if told else ["fine"])
    assert "BLOCKED fine\n" in ran.err
    assert "malware: version 2.0 is reported malicious: MAL-1" in ran.err


@BOTH
def test_a_name_in_the_projects_own_file_is_told_before_it_is_built(world: World) -> None:
    files = source("fine", "2.0")
    del files["PKG-INFO"]
    files["pyproject.toml"] += '[project]\nname = "fine"\nversion = "2.0"\n'
    packed = sdist("other", files)
    world.loopback.on("/files/x.tar.gz", Reply(packed.content))

    ran = world.pip(
        "install", f"{world.loopback.url}/files/x.tar.gz", VETGATE_SNAPSHOT=_reported(world, "2.0")
    )

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "malware: version 2.0 is reported malicious: MAL-1" in ran.err


def test_a_name_of_which_every_version_is_reported_is_not_even_built(world: World) -> None:
    link = commit(world.top / "repository", "fine", "2.0")
    snapshot = _reported(world, spans=(Span("0", None, None),))

    ran = world.pip("install", f"fine @ {link}", VETGATE_SNAPSHOT=snapshot)

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "malware: version 1.4.2 is reported malicious: MAL-1" in _line(ran)


def test_a_name_that_the_index_no_longer_has_is_told_of(world: World) -> None:
    gone = wheel("gone")
    link = _put(world, gone).link(gone)

    ran = world.pip("install", link)

    assert (ran.code, world.installed()) == (0, ["gone-1.0"])
    assert "WARNED gone\n" in ran.err
    assert "removed: no longer on the index" in ran.err


def test_a_name_in_quarantine_does_not_come_by_its_address(world: World) -> None:
    link = _put(world, _BAD).link(_BAD)
    rows = [one._replace(presence=Quarantined()) if one.name == "fine" else one for one in ROWS]
    snapshot = write_snapshot(world.top / "quarantined.sqlite", rows)

    ran = world.pip("install", f"{link}#sha256={_BAD.sha256}", VETGATE_SNAPSHOT=str(snapshot))

    assert (ran.code, world.installed()) == (1, [])
    assert "quarantined: the index's administrators hold it in quarantine" in ran.err


@pytest.mark.parametrize(
    ("what", "code"),
    [
        pytest.param("acme-core @ {evil}", 1, id="named"),
        pytest.param("{evil}", 1, id="by-its-file"),
        pytest.param("./wheels/acme_core-9.0-py3-none-any.whl", 1, id="in-a-folder"),
        pytest.param("-f wheels acme-core==9.0", 1, id="find-links-and-a-pin"),
        pytest.param("git+file://{top}/none#egg=acme-core", 1, id="repository"),
        pytest.param("acme-core @ {evil}#sha256={sha}", 0, id="pinned-by-its-hash"),
        pytest.param("acme-core @ {own}", 0, id="from-the-index-that-the-policy-names"),
        pytest.param("./acme", 0, id="a-part-of-the-project"),
    ],
)
def test_a_private_name_does_not_come_by_an_address(world: World, what: str, code: int) -> None:
    own, evil = Shelf(world.loopback, "/own/simple"), wheel("acme-core", "9.0")
    world.loopback.on(
        "/own/files/acme_core-1.0-py3-none-any.whl", Reply(wheel("acme-core").content)
    )
    for path, text in source("acme-core").items():
        world.write(f"acme/{path}", text)
    # What lies beside the first is its own; the second has its files below itself.
    indexes = f'["{own.url}", "{world.loopback.url}/mirror"]'
    world.write("vetgate.toml", f'private = ["acme-*"]\nindexes = {indexes}\n')
    link = _put(world, evil).link(evil)
    places = {
        "evil": link,
        "sha": evil.sha256,
        "top": str(world.top),
        "own": f"{world.loopback.url}/own/files/acme_core-1.0-py3-none-any.whl",
    }

    words = what.format(**places).split(" ", 2 if what.startswith("-f") else 0)
    ran = world.pip("install", *words, PIP_NO_BUILD_ISOLATION="1")

    assert ran.code == code, ran.err
    assert bool(world.installed()) is not bool(code)
    assert ("the policy calls acme-core private" in _line(ran)) is bool(code)


def test_a_private_name_that_only_its_metadata_tells_is_refused(world: World) -> None:
    link = commit(world.top / "repository", "acme-core").rpartition("@")[0]
    world.write("vetgate.toml", 'private = ["acme-*"]\n')

    ran = world.pip("install", link)

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED acme-core\n" in ran.err


@pytest.mark.parametrize(("place", "code"), [("/own/files", 0), ("/elsewhere", 1)])
def test_a_lock_file_names_a_private_package_where_its_index_has_it(
    world: World, place: str, code: int
) -> None:
    file = wheel("acme-core")
    url = f"{world.loopback.url}{place}/{file.name}"
    world.loopback.on(f"{place}/{file.name}", Reply(file.content))
    index = f"{world.loopback.url}/own/simple"
    world.write("vetgate.toml", f'private = ["acme-*"]\nindexes = ["{index}"]\n')
    world.write(
        "pylock.toml",
        'lock-version = "1.0"\ncreated-by = "hand"\n'
        '[[packages]]\nname = "acme-core"\nversion = "1.0"\n'
        f'[[packages.wheels]]\nname = "{file.name}"\nurl = "{url}"\n'
        f'hashes = {{sha256 = "{file.sha256}"}}\n',
    )

    ran = world.pip("install", "-r", "pylock.toml")

    assert (ran.code, world.installed()) == (code, [] if code else ["acme_core-1.0"]), ran.err
    assert ("BLOCKED acme-core\n" in ran.err) is bool(code)


@BOTH
@pytest.mark.parametrize("place", ["requires", "build_requires"])
def test_what_a_folder_of_the_project_says_of_another_stands(world: World, place: str) -> None:
    part = [f"part @ file://{world.folder}/part"]
    own = (
        source("own", requires=part) if place == "requires" else source("own", build_requires=part)
    )
    for name, files in (("own", own), ("part", source("part"))):
        for path, text in files.items():
            world.write(f"{name}/{path}", text)

    ran = world.pip("install", "./own")

    assert (ran.code, sorted(world.ran())) == (0, ["own", "part"]), ran.err


def test_a_project_may_name_itself_in_its_extras(world: World) -> None:
    requires = [
        'own[test] ; extra == "dev"',
        'fine ; extra == "test"',
        f'own @ file://{world.folder}/own ; extra == "dev"',
    ]
    for path, text in source("own", requires=requires).items():
        more = "Provides-Extra: dev\nProvides-Extra: test\n" if path == "PKG-INFO" else ""
        world.write(f"own/{path}", text + more)

    plain = world.plain_pip("install", "--dry-run", "./own[dev]")
    ran = world.pip("install", "./own[dev]")

    assert (ran.code, ran.code) == (plain.code, 0), ran.err
    assert "own-1.0" in world.installed()


@EACH
def test_a_branch_that_is_named_like_a_commit_is_no_pin(world: World) -> None:
    folder = world.top / "repository"
    link = commit(folder, "fine", "2.0").rpartition("@")[0]
    git(folder, "branch", "a" * 40)
    pinned = f"{link}@{git(folder, 'rev-parse', 'HEAD')}"

    refused = world.pip("install", f"{link}@{'a' * 40}")
    assert (refused.code, world.installed(), world.ran()) == (1, [], [])
    assert "is no commit of that id, but a branch" in " ".join(refused.err.split())

    ran = world.pip("install", pinned)
    assert (ran.code, world.installed()) == (0, ["fine-2.0"])


@BOTH
@pytest.mark.parametrize("lie", ["PKG-INFO", "pyproject.toml"])
def test_a_source_is_judged_by_the_name_that_it_turns_out_to_have(world: World, lie: str) -> None:
    files = source("acme-core")
    if lie == "PKG-INFO":
        files[lie] = "Metadata-Version: 2.1\nName: fine\nVersion: 1.0\n"
    else:
        del files["PKG-INFO"]
        files[lie] += '[project]\nname = "fine"\nversion = "1.0"\n'
    for path, text in files.items():
        world.write(f"{world.top}/outside/{path}", text)
    world.write("vetgate.toml", 'private = ["acme-*"]\nindexes = ["https://index.example"]\n')

    ran = world.pip("install", f"{world.top}/outside")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED acme-core\n" in ran.err
