"""Downloads: resumed, bounded, and never from where no https is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from updating.server import Asked, Server
from vetgate.errors import UpdateError
from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.published import Form
from vetgate.updating.web import Web

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
CONTENT = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(8000))
FORM = Form("some/file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()[:12]}"'


@pytest.fixture(autouse=True)
def served(server: Server) -> Server:
    (server.folder / "some").mkdir()
    (server.folder / "some/file").write_bytes(CONTENT)
    return server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.part"


def web(url: str, seconds: float = 5) -> Web:
    return Web(url, IndexSettings(), seconds=seconds, note=lambda _: None, pause=0.01)


def save(server: Server, path: Path, form: Form = FORM, seconds: float = 5) -> list[int]:
    """Download, and return how many bytes were there at each tick."""
    ticks: list[int] = []
    web(server.url, seconds).save(form, str(path), lambda done, _: ticks.append(done))
    return ticks


def problem(server: Server, path: Path, form: Form = FORM, seconds: float = 5) -> str:
    with pytest.raises(UpdateError) as refused:
        save(server, path, form, seconds)
    return str(refused.value)


def test_a_file_is_downloaded(server: Server, path: Path) -> None:
    ticks = save(server, path)

    assert path.read_bytes() == CONTENT
    assert (ticks[-1], ticks == sorted(ticks)) == (len(CONTENT), True)
    assert server.asked == [Asked("/some/file", None, None)]
    assert [it.name for it in path.parent.glob("*.tag")] == []


def test_what_breaks_off_goes_on_where_it_ended(server: Server, path: Path) -> None:
    server.cut["/some/file"] = [100_000, 50_000]

    save(server, path)

    assert path.read_bytes() == CONTENT
    assert server.asked == [
        Asked("/some/file", None, None),
        Asked("/some/file", "bytes=100000-", TAG),
        Asked("/some/file", "bytes=150000-", TAG),
    ]


def test_another_run_goes_on_too(server: Server, path: Path) -> None:
    server.cut["/some/file"] = [100_000, 0, 0, 0, 0]
    assert problem(server, path) == (
        f"{server.url}/some/file: cannot be fetched: 127.0.0.1:{server.port} broke off its answer"
    )
    server.cut.clear()
    server.asked.clear()

    save(server, path)

    assert path.read_bytes() == CONTENT
    assert server.asked == [Asked("/some/file", "bytes=100000-", TAG)]


def test_what_is_all_there_is_not_asked_for(server: Server, path: Path) -> None:
    path.write_bytes(CONTENT)

    save(server, path)

    assert server.asked == []


@pytest.mark.parametrize("how", ["no-ranges", "another-version", "no-tag"])
def test_where_it_cannot_go_on_it_begins_anew(server: Server, path: Path, how: str) -> None:
    path.write_bytes(CONTENT[:1000] if how == "no-ranges" else b"another" * 100)
    server.ranges = how != "no-ranges"
    if how == "another-version":
        Path(f"{path}.tag").write_text('"of-another"')

    save(server, path)

    assert path.read_bytes() == CONTENT


def test_a_beginning_that_is_too_long_is_thrown_away(server: Server, path: Path) -> None:
    path.write_bytes(CONTENT + b"more")

    save(server, path)

    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [404, 403, 400])
def test_what_is_not_there_is_told_at_once(server: Server, path: Path, status: int) -> None:
    server.status["/some/file"] = status

    assert problem(server, path) == (
        f"{server.url}/some/file: cannot be fetched: "
        f"127.0.0.1:{server.port} answers with status {status}"
    )
    assert len(server.asked) == 1


def test_a_busy_server_is_asked_again(server: Server, path: Path) -> None:
    server.status["/some/file"] = 503

    assert problem(server, path).endswith("answers with status 503")
    assert len(server.asked) == 5


def test_what_never_ends_is_ended(server: Server, path: Path) -> None:
    server.endless.add("/some/file")

    assert problem(server, path) == (
        f"{server.url}/some/file: is longer than the {len(CONTENT)} bytes that the manifest tells"
    )
    assert path.stat().st_size <= len(CONTENT)


def test_what_drips_for_ever_is_ended(server: Server, path: Path) -> None:
    server.slow.add("/some/file")

    assert problem(server, path, FORM._replace(size=1000), seconds=0.3) == (
        f"{server.url}: comes in too slowly to ever be there"
    )


def test_nobody_listens(path: Path) -> None:
    with pytest.raises(UpdateError) as refused:
        web("http://127.0.0.1:9").save(FORM, str(path), lambda _done, _all: None)

    assert str(refused.value) == (
        "http://127.0.0.1:9/some/file: cannot be fetched: 127.0.0.1:9 cannot be reached"
    )


def test_redirects_are_followed_but_not_for_ever(server: Server, path: Path) -> None:
    server.moved["/moved"] = "/some/file"
    server.moved["/round"] = "/round"

    save(server, path, FORM._replace(file="moved"))

    assert path.read_bytes() == CONTENT
    path.unlink()
    assert problem(server, path, FORM._replace(file="round")) == (
        f"{server.url}: 127.0.0.1:{server.port} redirects more than 5 times"
    )


@pytest.mark.parametrize("target", ["http://index.example/x", "file:///etc/passwd", "ftp://x/y"])
def test_redirects_to_elsewhere_are_not_followed(server: Server, path: Path, target: str) -> None:
    server.moved["/moved"] = target

    told = problem(server, path, FORM._replace(file="moved"))

    assert "has no https, and is not asked" in told or "is no web address" in told


@pytest.mark.parametrize("url", ["http://index.example/facts", "http://127.0.0.1.index.example"])
def test_without_https_nobody_but_this_machine_is_asked(url: str) -> None:
    with pytest.raises(UpdateError, match="has no https, and is not asked"):
        web(url)


@pytest.mark.parametrize("url", ["https://index.example/x?key=secret", "https://index.example/#x"])
def test_a_url_with_a_query_is_refused(url: str) -> None:
    with pytest.raises(UpdateError) as refused:
        web(url)

    assert "files below a URL with a query cannot be named" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_no_credential_is_told(path: Path) -> None:
    with pytest.raises(UpdateError) as refused:
        web("http://someone:secret@127.0.0.1:9/").save(FORM, str(path), lambda _done, _all: None)

    assert "secret" not in str(refused.value)


class TestSmallFiles:
    """What is read as a whole."""

    def test_it_is_fetched(self, server: Server) -> None:
        assert web(server.url).fetch("some/file", 1 << 20) == CONTENT

    @pytest.mark.parametrize("status", [403, 404, 410])
    def test_it_is_not_there(self, server: Server, status: int) -> None:
        server.status["/some/file"] = status

        assert web(server.url).fetch("some/file", 1 << 20) is None

    @pytest.mark.parametrize("status", [400, 401, 500])
    def test_any_other_answer_is_none(self, server: Server, status: int) -> None:
        server.status["/some/file"] = status

        with pytest.raises(UpdateError, match=f"status {status}"):
            web(server.url, seconds=1).fetch("some/file", 1 << 20)
