"""The disk as a state: what is read, what is refused, what is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vetgate.disk import MAX_FILE, Disk
from vetgate.errors import ManifestError
from vetgate.manifests.formats import holds_manifests, is_manifest

REQ = "requirements.txt"


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"{path}\n")


def test_a_file_is_read_by_its_path_from_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "sub/requirements.txt")

    for path in ("sub/requirements.txt", "./sub//requirements.txt", "sub/../sub/requirements.txt"):
        assert Disk(str(tmp_path)).read(path) == b"sub/requirements.txt\n"
    assert Disk(str(tmp_path)).read(str(tmp_path / "sub" / REQ)) == b"sub/requirements.txt\n"


def test_a_link_is_followed_and_passed(tmp_path: Path) -> None:
    write(tmp_path, "deps/a.list")
    (tmp_path / REQ).symlink_to("deps/a.list")
    disk, real = Disk(str(tmp_path)), os.path.realpath(tmp_path / "deps/a.list")

    assert (disk.read(REQ), disk.resolve(REQ)) == (b"deps/a.list\n", real)
    assert disk.passed(REQ) == {REQ, real}
    assert disk.passed("missing") == {"missing"}


@pytest.mark.parametrize("path", ["missing.txt", "sub/missing.txt", "dangling"])
def test_what_is_not_there_is_not_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "dangling").symlink_to("missing.txt")

    with pytest.raises(FileNotFoundError):
        Disk(str(tmp_path)).read(path)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param("folder", "is not a file", id="folder"),
        pytest.param("pipe", "is not a file", id="pipe"),
        pytest.param("file/x", "cannot be read: Not a directory", id="below-a-file"),
        pytest.param("circle", "cannot be read: Too many levels of symbolic links", id="circle"),
        pytest.param("x" * 300, "cannot be read: File name too long", id="long"),
        pytest.param("a\0b", "cannot be read: embedded null byte", id="zero"),
        pytest.param("../outside.txt", "leaves the project", id="outside"),
        pytest.param("/etc/hostname", "leaves the project", id="absolute"),
        pytest.param("way-out", "leaves the project", id="link-outside"),
        pytest.param(
            "../work-not/outside.txt", "leaves the project", id="a-name-that-begins-alike"
        ),
    ],
)
def test_refuses(tmp_path: Path, path: str, problem: str) -> None:
    top = tmp_path / "work"
    write(tmp_path, "outside.txt", "work-not/outside.txt", "work/file", "work/folder/x")
    os.mkfifo(top / "pipe")
    (top / "circle").symlink_to("circle")
    (top / "way-out").symlink_to("../outside.txt")

    for ask in (Disk(str(top), limit=str(top)).read, Disk(str(top), limit=str(top)).resolve):
        with pytest.raises(ManifestError) as caught:
            ask(path)
        assert (caught.value.problem, caught.value.path) == (problem, path)


def test_without_a_limit_the_neighbours_are_read(tmp_path: Path) -> None:
    write(tmp_path, "outside.txt", "work/requirements.txt")

    assert Disk(str(tmp_path / "work")).read("../outside.txt") == b"outside.txt\n"


def test_a_limit_above_the_folder_holds_above_it(tmp_path: Path) -> None:
    write(tmp_path, "base.txt", "sub/requirements.txt")
    disk = Disk(str(tmp_path / "sub"), limit=str(tmp_path))

    assert disk.read("../base.txt") == b"base.txt\n"
    with pytest.raises(ManifestError, match="leaves the project"):
        disk.read("../../base.txt")


def test_the_whole_disk_may_be_the_limit(tmp_path: Path) -> None:
    write(tmp_path, REQ)

    assert Disk(str(tmp_path), limit="/").read(REQ) == b"requirements.txt\n"


@pytest.mark.parametrize(("size", "refused"), [(MAX_FILE, False), (MAX_FILE + 1, True)])
def test_a_huge_file_is_refused(
    tmp_path: Path,
    size: int,
    refused: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    with (tmp_path / REQ).open("wb") as file:
        file.truncate(size)
    disk = Disk(str(tmp_path))

    if refused:
        with pytest.raises(ManifestError, match=f"larger than {MAX_FILE} bytes"):
            disk.read(REQ)
    else:
        assert len(disk.read(REQ)) == size


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, REQ)
    (tmp_path / REQ).chmod(0)

    with pytest.raises(ManifestError, match="cannot be read: Permission denied"):
        Disk(str(tmp_path)).read(REQ)


def test_finds_manifests_in_order_and_leaves_other_peoples_folders_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        REQ,
        "b/requirements.txt",
        "a/pyproject.toml",
        "a/notes.txt",
        ".git/requirements.txt",
        "node_modules/x/requirements.txt",
        ".hidden/requirements.txt",
        "env/pyvenv.cfg",
        "env/requirements.txt",
        "a/größe/constraints.txt",
    )
    (tmp_path / "dangling-requirements.txt").symlink_to("missing")
    (tmp_path / "round").symlink_to(".")

    assert list(Disk(str(tmp_path)).find(is_manifest, holds_manifests)) == [
        "dangling-requirements.txt",
        REQ,
        ".hidden/requirements.txt",
        "a/pyproject.toml",
        "a/größe/constraints.txt",
        "b/requirements.txt",
    ]


def test_finds_what_a_link_to_a_folder_makes_a_manifest(tmp_path: Path) -> None:
    write(tmp_path, "deps/base.txt", "deps/more/x.in", "other/y.txt", "deps/readme.md")
    (tmp_path / "requirements").symlink_to("deps")
    (tmp_path / "deps/again").symlink_to("../other")
    (tmp_path / "deps/round").symlink_to("..")
    (tmp_path / "elsewhere").symlink_to("deps")
    disk = Disk(str(tmp_path))
    expected = [
        "requirements/again/y.txt",
        "requirements/base.txt",
        "requirements/more/x.in",
        "requirements/round/deps/again/y.txt",
        "requirements/round/deps/base.txt",
        "requirements/round/deps/more/x.in",
        "requirements/round/other/y.txt",
    ]

    assert sorted(disk.find(is_manifest, holds_manifests)) == expected
    assert sorted(disk.behind("requirements", is_manifest, holds_manifests)) == expected
    assert list(disk.behind("elsewhere", is_manifest, holds_manifests)) == []
    assert list(disk.behind("deps", is_manifest, holds_manifests)) == []


def test_files_and_folders_are_located(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c.txt", "inner/.git/HEAD", "inner/d/e.txt", "../outside.txt")
    (tmp_path / "to-folder").symlink_to("a/b")
    (tmp_path / "out").symlink_to("..")
    disk = Disk(str(tmp_path))
    real = os.path.realpath(tmp_path)

    assert disk.locate("a/b/c.txt") == f"{real}/a/b/c.txt"
    assert disk.locate("to-folder") == f"{real}/a/b"
    assert disk.locate("") == real
    assert (disk.link("to-folder"), disk.link("a"), disk.link("none")) == ("a/b", None, None)
    with pytest.raises(FileNotFoundError):
        disk.locate("a/missing")
    for path in ("out", "../outside.txt"):
        with pytest.raises(ManifestError, match="leaves the project"):
            disk.locate(path)
    for path in ("inner", "inner/d/e.txt"):
        with pytest.raises(ManifestError, match="lies in another repository"):
            disk.locate(path)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")

    with pytest.raises(ManifestError) as caught:
        list(Disk(missing).find(is_manifest, holds_manifests))
    assert str(caught.value) == f"{missing}: cannot be read: No such file or directory"
