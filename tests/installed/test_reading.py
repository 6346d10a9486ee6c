"""What is installed is told whole, from where it came, and nothing of it runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from installed.environment import Json, Made
from vetgate.installed.places import find_environment
from vetgate.installed.reading import Installed, installed
from vetgate.model.dependency import FromIndex, FromPath, FromUrl, FromVcs, Origin

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "env")


def read(made: Made) -> Installed:
    root = made.folder.parent
    return installed(find_environment("env", str(root)), "env", str(root))


def origins(found: Installed) -> dict[str, Origin]:
    assert found.errors == ()
    return {one.spelled: one.origin for one in found.dependencies}


def problems(found: Installed) -> list[str]:
    return [str(error).replace("\\", "/").partition("site-packages/")[2] for error in found.errors]


def test_a_distribution_is_exactly_its_version_and_no_pin_and_no_lock(made: Made) -> None:
    made.install("Evil.Twin", "1.4.2")

    (one,) = read(made).dependencies

    assert (one.name, one.spelled, one.requirement) == (
        "evil-twin",
        "Evil.Twin",
        "Evil.Twin==1.4.2",
    )
    assert one.origin == FromIndex("==1.4.2")
    assert (one.installed, one.pinned, one.locked) == (True, False, False)
    place = made.site.relative_to(made.folder.parent) / "Evil.Twin-1.4.2.dist-info"
    assert one.location.file == place.as_posix()


def test_what_did_not_come_from_the_index_says_so(made: Made) -> None:
    here, there = f"file://{made.folder.parent}", "https://u:p@a.example/a"
    git: Json = {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}
    made.install("editable", direct={"url": f"{here}/src", "dir_info": {"editable": True}})
    made.install("folder", direct={"url": here, "dir_info": {}})
    made.install("outside", direct={"url": "file:///elsewhere/a%20b", "dir_info": {}})
    made.install("wheel", direct={"url": "file:///elsewhere/a-1.whl", "archive_info": {}})
    made.install("hashed", direct={"url": there, "archive_info": {"hash": "sha256=ab"}})
    made.install("url", direct={"url": there, "archive_info": {}})
    made.install("vcs", direct={"url": "https://${TOKEN}@a.example/a", "vcs_info": git})

    found = read(made)

    assert origins(found) == {
        "editable": FromPath("src", inside=True),
        "folder": FromPath(".", inside=True),
        "outside": FromPath("/elsewhere/a b", inside=False),
        "wheel": FromPath("/elsewhere/a-1.whl", inside=False),
        "hashed": FromUrl("https://a.example/a", ("sha256:ab",)),
        "url": FromUrl("https://a.example/a"),
        "vcs": FromVcs("git+https://a.example/a", COMMIT),
    }
    assert [one for one in found.dependencies if one.pinned] == []


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_names_that_pip_leaves_out_of_its_list_are_judged_too(made: Made, kind: str) -> None:
    names = ["argparse", "evil", "pip", "python", "wsgiref"]
    for name in names:
        made.install(name, kind=kind)

    assert origins(read(made)) == dict.fromkeys(names, FromIndex("==1.0"))


def test_one_name_may_be_there_several_times(made: Made) -> None:
    made.install("evil", "1.0")
    made.install("evil", "2.0")
    made.install("Odd", "1.0-final-build")

    assert [one.origin for one in read(made).dependencies] == [
        FromIndex("===1.0-final-build"),
        FromIndex("==1.0"),
        FromIndex("==2.0"),
    ]


def test_old_ways_to_install_are_understood(made: Made) -> None:
    source = made.folder.parent / "src"
    (source / "linked.egg-info").mkdir(parents=True)
    (source / "linked.egg-info/PKG-INFO").write_text("Name: linked\nVersion: 1\n", encoding="utf-8")
    (made.site / "linked.egg-link").write_text(f"{source}\n.", encoding="utf-8")
    (made.site / "easy-install.pth").write_text(f"{source}\n", encoding="utf-8")
    (made.site / "flat-1.egg-info").write_text("Name: flat\nVersion: 1\n", encoding="utf-8")

    assert origins(read(made)) == {"flat": FromIndex("==1"), "linked": FromPath("src", inside=True)}


def test_a_folder_that_a_pth_file_adds_is_read_too(made: Made) -> None:
    more = made.folder.parent / "more"
    (more / "hidden-1.dist-info").mkdir(parents=True)
    (more / "hidden-1.dist-info/METADATA").write_text("Name: hidden\nVersion: 1\n", "utf-8")
    (made.site / "more.pth").write_text(f"{more}\n", encoding="utf-8")

    assert origins(read(made)) == {"hidden": FromIndex("==1")}


def test_a_pth_file_that_names_its_own_folder_hides_nothing(made: Made) -> None:
    made.install("evil", direct={"url": "https://a.example/a", "archive_info": {}})
    (made.site / "own.pth").write_text(f".\n{made.site}\n", encoding="utf-8")

    assert origins(read(made)) == {"evil": FromUrl("https://a.example/a")}


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("METADATA", None, ": has no metadata that tells what it is"),
        ("METADATA", b"Name: evil\n", ": has no name and version to go by"),
        ("METADATA", b"Name: ../evil\nVersion: 1\n", ": has no name and version to go by"),
        ("METADATA", b"Name: \x1b[2J\nVersion: 1\n", ": has no name and version to go by"),
        ("METADATA", b"Name: evil\nVersion: 1 or 2\n", ": has no name and version to go by"),
        ("METADATA", b"\xff", ": has no name and version to go by"),
        ("direct_url.json", b"[]", "/direct_url.json: is not an object (PEP 610)"),
    ],
)
def test_what_cannot_be_read_is_an_error_and_nothing_is_passed_over(
    made: Made, file: str, content: bytes | None, problem: str
) -> None:
    path = made.install("evil") / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)

    assert problems(read(made)) == [f"evil-1.0.dist-info{problem}"]


@pytest.mark.parametrize("file", ["METADATA", "direct_url.json"])
def test_what_would_be_waited_for_is_an_error(made: Made, file: str) -> None:
    path = made.install("evil") / file
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    os.mkfifo(made.site / "waits.pth")

    said = ": cannot be read: no such file, or none that holds anything"
    assert problems(read(made)) == [f"evil-1.0.dist-info{said}"]


@pytest.mark.parametrize(
    "content", [b"{", b"{}", b'{"url": 1}', b'{"url": "https://a.example"}', b"[" * 100_000]
)
def test_an_origin_that_cannot_be_read_is_an_error(made: Made, content: bytes) -> None:
    (made.install("evil") / "direct_url.json").write_bytes(content)

    (problem,) = problems(read(made))

    said = "evil-1.0.dist-info/direct_url.json: does not tell where it came from (PEP 610): "
    assert problem.startswith(said)


def test_nothing_of_the_environment_and_nothing_where_it_is_called_runs(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = tmp_path / "sprung"
    made.install("evil")
    made.set_traps(sprung)
    (tmp_path / "pip.py").write_text(f"open({str(sprung)!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIPAPI_PYTHON_LOCATION", str(made.folder / "bin/python"))
    monkeypatch.setenv("PIP_PYTHON", str(made.folder / "bin/python"))
    monkeypatch.setenv("PIP_EXCLUDE", "evil")
    before = dict(os.environ)

    assert origins(read(made)) == {"evil": FromIndex("==1.0")}
    assert not sprung.exists()
    assert (dict(os.environ), os.getcwd()) == (before, str(tmp_path))
