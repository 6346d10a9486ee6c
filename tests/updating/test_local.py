from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from vetgate.errors import UpdateError
from vetgate.facts.published import Form
from vetgate.updating.local import Bundle, Folder, write_bundle

CONTENT = b"content" * 100_000
FORM = Form("some/file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "some").mkdir(parents=True)
    (folder / "some/file").write_bytes(CONTENT)
    (folder / "small").write_bytes(b"small")
    return folder


@pytest.fixture
def bundle(tmp_path: Path, folder: Path) -> Path:
    write_bundle(str(tmp_path / "bundle"), str(folder), ["some/file", "small"])
    return tmp_path / "bundle"


def nothing(_done: int, _whole: int) -> None:
    """Tell nobody."""


def test_a_folder_and_a_bundle_of_it_give_the_same(
    folder: Path, bundle: Path, tmp_path: Path
) -> None:
    for place in (Folder(str(folder)), Bundle(str(bundle))):
        assert place.fetch("small", 5) == b"small"
        assert place.fetch("missing", 5) is None
        place.save(FORM, str(tmp_path / "out"), nothing)
        assert (tmp_path / "out").read_bytes() == CONTENT


def test_what_is_longer_than_it_may_be_is_refused(folder: Path, bundle: Path) -> None:
    for place in (Folder(str(folder)), Bundle(str(bundle))):
        with pytest.raises(UpdateError, match="is longer than 4 bytes"):
            place.fetch("small", 4)


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (FORM._replace(size=100), "is longer than the 100 bytes that the manifest tells"),
        (FORM._replace(size=800_000), "is cut short: 700000 bytes of 800000"),
        (FORM._replace(sha256="0" * 64), "has another digest than the manifest tells"),
    ],
)
def test_what_is_not_as_told_is_refused_and_not_kept(
    folder: Path, bundle: Path, tmp_path: Path, form: Form, problem: str
) -> None:
    for place in (Folder(str(folder)), Bundle(str(bundle))):
        with pytest.raises(UpdateError) as refused:
            place.save(form, str(tmp_path / "out"), nothing)
        assert str(refused.value) == f"{place.name}/some/file: {problem}"


def test_the_same_files_are_the_same_bundle(bundle: Path, folder: Path, tmp_path: Path) -> None:
    write_bundle(str(tmp_path / "other"), str(folder), ["small", "some/file"])

    assert (tmp_path / "other").read_bytes() == bundle.read_bytes()


def test_a_bundle_that_cannot_be_written_leaves_what_was_there(folder: Path, bundle: Path) -> None:
    before = bundle.read_bytes()

    with pytest.raises(UpdateError, match="cannot be written: No such file or directory"):
        write_bundle(str(bundle), str(folder), ["small", "missing"])

    assert bundle.read_bytes() == before
    assert sorted(path.name for path in bundle.parent.iterdir()) == ["bundle", "folder"]


@pytest.mark.parametrize("content", [b"", b"garbage" * 100])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bundle"
    path.write_bytes(content)

    with pytest.raises(UpdateError, match="is no bundle: File is not a zip file"):
        Bundle(str(path)).fetch("small", 5)


def test_a_bundle_that_is_damaged_is_refused(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    content[content.index(b"content")] ^= 1
    bundle.write_bytes(content)

    with pytest.raises(UpdateError, match="is damaged: Bad CRC-32"):
        Bundle(str(bundle)).save(FORM, str(tmp_path / "out"), nothing)


def test_a_bundle_with_too_many_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    with zipfile.ZipFile(path, "w") as many:
        for number in range(10_001):
            many.writestr(str(number), b"")

    with pytest.raises(UpdateError, match="it has too many files"):
        Bundle(str(path)).fetch("small", 5)


def test_a_bomb_in_a_bundle_does_not_go_off(tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("small", bytes(50_000_000))

    with pytest.raises(UpdateError, match="is longer than 5 bytes"):
        Bundle(str(path)).fetch("small", 5)


def test_what_cannot_be_read_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="cannot be read: Is a directory"):
        Folder(str(folder)).fetch("some", 5)
    with pytest.raises(UpdateError, match="cannot be read: No such file or directory"):
        Folder(str(folder)).save(FORM._replace(file="missing"), str(tmp_path / "out"), nothing)
    write_bundle(str(tmp_path / "b"), str(folder), ["small"])
    bundle = Bundle(str(tmp_path / "b"))
    with pytest.raises(UpdateError, match="lacks missing"):
        bundle.save(FORM._replace(file="missing"), str(tmp_path / "out"), nothing)
