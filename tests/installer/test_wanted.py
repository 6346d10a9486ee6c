"""From what pip was given to what is judged: names, places, pins, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from vetgate.errors import GateError, ManifestError
from vetgate.installer.meeting import Root, Taking, meeting
from vetgate.installer.wanted import NOWHERE, dependency, same_file, taken
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    normalize,
)

_URL = "https://files.example/evil-1.0-py3-none-any.whl"
_SHA = "a" * 64
_COMMIT = "c" * 40


def _root(text: str | None = None, link: str | None = None, source: str | None = None) -> Root:
    return Root(text, link, editable=False, constraint=False, hashes=(), source=source)


def _read(root: Root, project: Path, *, nested: bool = False) -> Dependency:
    return dependency(root, str(project), str(project), nested=nested)


def test_a_requirement_from_the_command_line_stands_in_no_file(tmp_path: Path) -> None:
    found = _read(_root("Evil[more]>=1,<2"), tmp_path)

    assert found == Dependency(
        normalize("evil"),
        "Evil",
        "Evil[more]>=1,<2",
        FromIndex("<2,>=1"),
        NOWHERE,
        ("more",),
    )


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("-r list.txt (line 3)", Location("list.txt", 3)),
        ("-c in/list.txt (line 30)", Location("in/list.txt", 30)),
        (
            "-r https://u:p@web.example/list.txt (line 1)",
            Location("https://****@web.example/list.txt", 1),
        ),
        ("pylock.toml", Location("pylock.toml", 0)),
    ],
)
def test_a_requirement_from_a_file_stands_there(
    tmp_path: Path, source: str, place: Location
) -> None:
    assert _read(_root("evil==1", source=source), tmp_path).location == place


@pytest.mark.parametrize(
    ("source", "nested", "pinned"),
    [
        pytest.param(None, False, True, id="typed"),
        pytest.param("-r list.txt (line 3)", False, True, id="in-a-file"),
        pytest.param("-r https://web.example/list.txt (line 3)", False, False, id="from-the-web"),
        pytest.param("-r  https://web.example/list.txt (line 3)", False, False, id="a-blank-first"),
        pytest.param("-c \x1f\nht\ttp://web.example/l (line 3)", False, False, id="blanks-within"),
        pytest.param("-r  list.txt (line 3)", False, True, id="a-file-with-a-blank-first"),
        pytest.param("pylock.toml", False, False, id="in-a-lock-file"),
        pytest.param("https://web.example/pylock.dev.toml", False, False, id="lock-on-the-web"),
        pytest.param(None, True, False, id="for-a-build"),
    ],
)
@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("evil==1", None),
        (None, f"{_URL}#sha256={_SHA}"),
        (None, f"git+https://g.example/x@{_COMMIT}"),
    ],
)
def test_only_what_a_person_here_wrote_is_a_pin(
    tmp_path: Path,
    text: str | None,
    link: str | None,
    source: str | None,
    *,
    nested: bool,
    pinned: bool,
) -> None:
    assert _read(_root(text, link, source), tmp_path, nested=nested).pinned is pinned


@pytest.mark.parametrize(
    ("text", "link", "name", "origin", "requirement"),
    [
        pytest.param(
            "evil==1.0", _URL, "evil", FromUrl(_URL), _URL, id="a-name-that-pip-took-from-the-url"
        ),
        pytest.param(
            f"evil @ {_URL}", _URL, "evil", FromUrl(_URL), f"evil @ {_URL}", id="a-name-of-its-own"
        ),
        pytest.param(
            None,
            "https://user:secret@files.example/x.zip",
            None,
            FromUrl("https://files.example/x.zip"),
            "https://****@files.example/x.zip",
            id="credentials",
        ),
        pytest.param(
            None,
            "git+ssh://git@g.example/x.git@main#egg=evil",
            "evil",
            FromVcs("git+ssh://g.example/x.git", "main"),
            "git+ssh://****@g.example/x.git@main#egg=evil",
            id="repository",
        ),
    ],
)
def test_a_link_tells_where_it_comes_from(
    tmp_path: Path,
    text: str | None,
    link: str,
    name: str | None,
    origin: FromUrl | FromVcs,
    requirement: str,
) -> None:
    found = _read(_root(text, link), tmp_path)

    assert (found.name, found.requirement) == (name, requirement)
    assert type(found.origin) is type(origin)
    assert "secret" not in repr(found)


def test_a_folder_of_the_project_is_a_part_of_it_and_an_archive_is_not(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    for each in (project / "own", outside):
        each.mkdir(parents=True)
    archive = project / "evil-1.0-py3-none-any.whl"
    archive.touch()

    def origin(path: Path) -> object:
        return _read(_root(None, path.as_uri()), project).origin

    assert origin(project) == FromPath(".", inside=True)
    assert origin(project / "own") == FromPath("own", inside=True)
    assert origin(outside) == FromPath(str(outside), inside=False)
    assert origin(archive) == FromPath(archive.name, inside=False)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("file://{out}?/../project/own", "{out}", id="query"),
        pytest.param("file://{own}#subdirectory=../../out", "{out}", id="subdirectory"),
        pytest.param("file://{own}?a&subdirectory=../../out", "{out}", id="one-in-the-query"),
        pytest.param("file://localhost{out}", "{out}", id="localhost"),
    ],
)
def test_a_folder_outside_passes_for_no_part_of_the_project(
    tmp_path: Path, url: str, shown: str
) -> None:
    project, out = tmp_path / "project", tmp_path / "out"
    own = project / "own"
    for each in (own, out, project / f"localhost{out}"):
        each.mkdir(parents=True)

    found = _read(_root(None, url.format(own=own, out=out)), project).origin

    assert found == FromPath(shown.format(own=own, out=out), inside=False)


def test_what_has_a_repository_of_its_own_is_no_part_of_the_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "third" / "part").mkdir(parents=True)
    (tmp_path / "third" / ".git").touch()

    for folder in ("third", "third/part"):
        found = _read(_root(None, (tmp_path / folder).as_uri()), tmp_path).origin
        assert found == FromPath(folder, inside=False)


def test_a_folder_of_a_folder_of_the_project_is_a_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "own" / "part").mkdir(parents=True)
    link = f"{(tmp_path / 'own').as_uri()}#subdirectory=part"

    assert _read(_root(None, link), tmp_path).origin == FromPath("own/part", inside=True)


def test_what_makes_no_sense_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        _read(_root("evil=="), tmp_path)

    assert str(caught.value).startswith("evil==: ")


@pytest.mark.parametrize("root", [_root(), _root("no name here"), _root(None, "gopher://x/y")])
def test_what_makes_no_sense_is_refused(tmp_path: Path, root: Root) -> None:
    with pytest.raises(ManifestError):
        _read(root, tmp_path)


def _taken(asked: Taking, places: tuple[str, ...] = (), known: Dependency | None = None) -> object:
    return taken(asked, places, known, "/project")


def _pin(specifier: str) -> Dependency:
    return Dependency(normalize("evil"), "evil", f"evil{specifier}", FromIndex(specifier), NOWHERE)


@pytest.mark.parametrize(
    ("file", "known", "specifier", "pinned"),
    [
        pytest.param("evil-1.0.tar.gz", None, "==1.0", False, id="nobody-asked"),
        pytest.param("evil-1.0-py3-none-any.whl", _pin(">=1"), "==1.0", False, id="any-version"),
        pytest.param("evil-1.zip", _pin("==1"), "==1", True, id="pinned"),
        pytest.param("evil-1+bad.zip", _pin("==1"), "==1+bad", False, id="not-just-the-pin"),
        pytest.param("evil-2.zip", _pin("==1"), "==2", False, id="not-the-pin"),
    ],
)
def test_what_find_links_has_comes_as_its_own_version_from_an_index_of_that_address(
    tmp_path: Path, file: str, known: Dependency | None, specifier: str, *, pinned: bool
) -> None:
    local = Taking((tmp_path / file).as_uri(), None, "evil", None)
    linked = Taking(f"https://files.example/{file}", "https://l.example/links", "evil", None)

    for asked, place in ((local, str(tmp_path)), (linked, "https://l.example/links")):
        (found,) = taken(asked, (place,), known, "/project")

        assert (found.origin, found.pinned) == (FromIndex(specifier, only_index=place), pinned)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param("other-1.0.tar.gz", id="another-package"),
        pytest.param("evil-too-1.0.tar.gz", id="a-longer-name"),
        pytest.param("evil.zip", id="no-version"),
        pytest.param("evil-1%252E0-py3-none-any.whl", id="escaped-twice"),
        pytest.param("..%2Fother%2Fevil-1.0.tar.gz", id="another-folder"),
        pytest.param("evil-1.0.tar.gz#egg=evil-2.0", id="two-versions"),
        pytest.param("x.txt?evil-1.0.tar.gz", id="in-the-query"),
    ],
)
def test_what_find_links_has_under_another_name_is_refused(tmp_path: Path, file: str) -> None:
    local = Taking(f"{tmp_path.as_uri()}/{file}", None, "evil", None)
    linked = Taking(f"https://files.example/{file}", "https://l.example/links", "evil", None)

    for asked, place in ((local, str(tmp_path)), (linked, "https://l.example/links")):
        with pytest.raises(ManifestError):
            taken(asked, (place,), _pin("==1.0"), "/project")


def test_an_address_in_metadata_is_no_persons_choice() -> None:
    asked = Taking(f"{_URL}#sha256={_SHA}", None, "evil", "fine")

    (found,) = taken(asked, ("/wheels", "https://l.example/links"), None, "/project")

    assert (found.name, found.pinned, found.location, found.needed_by) == (
        "evil",
        False,
        NOWHERE,
        ("fine",),
    )


def test_what_a_lock_file_names_is_judged_by_name_and_by_address() -> None:
    known = Dependency(
        normalize("evil"),
        "evil",
        "evil==1.0",
        FromIndex("==1.0"),
        Location("pylock.toml", 0),
        hashes=(f"sha256:{_SHA}",),
        locked=True,
    )

    by_name, by_address = taken(Taking(_URL, "pylock.toml", "evil", None), (), known, "/project")

    assert by_name == known
    assert by_address.origin == FromUrl(_URL, (f"sha256:{_SHA}",))
    assert (by_address.locked, by_address.pinned) == (True, False)


def test_a_lock_file_on_the_web_is_no_place_of_find_links() -> None:
    page, link = "https://web.example/l/pylock.toml", "https://web.example/l/evil-1.0.tar.gz"

    (found,) = taken(Taking(link, page, "evil", None), ("https://web.example/l",), None, "/project")

    assert (found.origin, found.pinned) == (FromUrl(link), False)


def test_two_links_to_one_package_are_one() -> None:
    assert same_file(f"{_URL}#egg=x") == same_file(f"{_URL}#egg=y") == same_file(_URL) == _URL
    assert same_file(f"{_URL}#egg=x&sha256={_SHA}") == same_file(f"{_URL}#sha256={_SHA}&egg=y")


@pytest.mark.parametrize("fragment", [f"sha256={_SHA}", "subdirectory=x", "subdirectory=y&egg=x"])
def test_with_another_hash_or_folder_it_is_another(fragment: str) -> None:
    assert same_file(f"{_URL}#{fragment}") != same_file(_URL)


@pytest.mark.parametrize(
    "told",
    [{}, {"roots": 1}, {"roots": [], "installed": []}, {"roots": [1], "installed": {}}],
)
def test_what_the_guard_cannot_have_said_is_no_answer(told: dict[str, object]) -> None:
    with pytest.raises(GateError, match="does not understand"):
        meeting(told)


@pytest.mark.parametrize("place", ["file:{}", "file://{}", "file://localhost{}/", "file:wheels"])
@pytest.mark.parametrize("page", [None, "links.html"])
def test_a_folder_of_find_links_is_the_same_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, page: str | None
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    written = place.format(folder)
    listing = None
    if page is not None:
        written = f"{written.rstrip('/')}/{page}"
        listing = f"{folder.as_uri()}/{page}"
    asked = Taking((folder / "evil-1.0.tar.gz").as_uri(), listing, "evil", None)

    (found,) = taken(asked, (written,), _pin("==1.0"), "/project")

    assert (found.origin, found.pinned) == (FromIndex("==1.0", only_index=written), True)


@pytest.mark.parametrize("place", ["file://elsewhere{}", "file:{}2", "file:{}/more", "file:///\0"])
def test_another_folder_is_none_of_find_links(tmp_path: Path, place: str) -> None:
    asked = Taking((tmp_path / "evil-1.0.tar.gz").as_uri(), None, "evil", None)

    (found,) = taken(asked, (place.format(tmp_path),), _pin("==1.0"), "/project")

    assert (isinstance(found.origin, FromPath), found.pinned) == (True, False)
