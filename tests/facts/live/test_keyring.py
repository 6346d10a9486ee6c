"""The keyring: asked only after the index refused, and in the way that pip's settings choose."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from facts.live.loopback import Loopback, Reply, page
from vetgate.facts.index_settings import Credentials, IndexSettings
from vetgate.facts.live.keyring import NoKeyringError, from_keyring
from vetgate.facts.live.source import Live
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, Listed, Unknown

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)
EVIL = NormalizedName("evil")

_BACK_END = """
class Found:
    username, password = "keyring-user", "keyring-word"

def get_credential(url, username):
    if "broken" in url:
        raise RuntimeError("locked, with the word secret")
    return None if "nothing" in url else Found
"""


@pytest.fixture
def back_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from pip._internal.network.auth import get_keyring_provider

    (tmp_path / "keyring.py").write_text(_BACK_END)
    monkeypatch.syspath_prepend(str(tmp_path))
    get_keyring_provider.cache_clear()
    yield
    get_keyring_provider.cache_clear()
    sys.modules.pop("keyring", None)


@pytest.mark.usefixtures("back_end")
@pytest.mark.parametrize(
    ("provider", "url", "found"),
    [
        ("import", "https://index.example/simple", Credentials("keyring-user", "keyring-word")),
        ("auto", "https://index.example/simple", Credentials("keyring-user", "keyring-word")),
        ("import", "https://index.example/nothing", None),
        ("disabled", "https://index.example/simple", None),
    ],
)
def test_the_keyring_is_asked_as_pip_would(
    provider: str, url: str, found: Credentials | None
) -> None:
    assert from_keyring(provider, url, None) == found


@pytest.mark.usefixtures("back_end")
def test_a_back_end_that_fails_says_so_and_no_more() -> None:
    with pytest.raises(NoKeyringError) as raised:
        from_keyring("import", "https://index.example/broken", None)

    assert str(raised.value) == "RuntimeError"


class Pip22:
    """What pip has there before 23.0: nothing."""


class Pip23:
    """What pip 23.0 has there: it takes no setting."""

    @staticmethod
    def get_keyring_provider() -> None:
        raise AssertionError("it cannot have been called with a setting")


class PipAtOdds:
    """What pip does where it may not look for a `keyring` command."""

    @staticmethod
    def get_keyring_provider(_: str) -> None:
        raise PermissionError("/secret")


def take_for_pip(pip: type, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("pip._internal.network.auth")
    vars(module).update(vars(pip))
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.parametrize(
    ("pip", "why"),
    [
        (Pip22, "it takes pip 23.1 or later"),
        (Pip23, "it takes pip 23.1 or later"),
        (PipAtOdds, "PermissionError"),
    ],
)
def test_a_pip_that_cannot_ask_the_keyring_is_said_to(
    pip: type, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_for_pip(pip, monkeypatch)

    with pytest.raises(NoKeyringError) as raised:
        from_keyring("auto", "https://index.example/simple", None)

    assert str(raised.value) == why


def test_a_keyring_that_is_switched_off_needs_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    take_for_pip(Pip23, monkeypatch)

    assert from_keyring("disabled", "https://index.example/simple", None) is None


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_keyring_that_cannot_be_asked_is_noted_once(
    index: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_for_pip(Pip23, monkeypatch)
    index.everything = Reply(status=401)
    notes: list[str] = []
    names = [NormalizedName(f"evil-{number}") for number in range(5)]

    live = Live(
        IndexSettings(url=f"{index.url}/simple"),
        now=NOW,
        services=Services(None, None, None, None),
        note=notes.append,
    )
    facts = live.facts(dict.fromkeys(names, frozenset({"presence"})))

    refused = Unknown(f"{index.host} refuses access (status 401)")
    assert [facts[name].presence for name in names] == [refused] * 5
    assert notes == [f"{index.host}: the keyring cannot be asked (it takes pip 23.1 or later)"]


@pytest.mark.usefixtures("back_end")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_another_host_that_refuses_gets_nothing_from_the_keyring(index: Loopback) -> None:
    elsewhere = f"http://localhost:{index.port}/elsewhere"
    index.on("/pypi/evil/json", Reply(status=302, headers=(("Location", elsewhere),)))
    index.on("/elsewhere", Reply(status=401))
    settings = IndexSettings(url=f"{index.url}/simple", keyring_provider="import")

    live = Live(settings, now=NOW, services=Services(None, None, None, None))
    live.facts({EVIL: frozenset({"presence"})})

    assert index.paths() == ["/pypi/evil/json", "/elsewhere", "/simple/evil/"]
    assert [request.headers.get("Authorization") for request in index.requests] == [None] * 3


@pytest.mark.usefixtures("back_end")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_index_that_refuses_is_asked_again_with_the_keyring_s_credentials(
    index: Loopback,
) -> None:
    allowed = page({"info": {"name": "evil"}})
    index.on("/pypi/evil/json", Reply(status=401), allowed)
    settings = IndexSettings(url=f"{index.url}/simple", keyring_provider="import")

    live = Live(settings, now=NOW, services=Services(None, None, None, None))
    facts = live.facts({EVIL: frozenset({"presence"})})

    assert facts[EVIL].presence == Known(Listed(), NOW, index.host)
    sent = [request.headers.get("Authorization") for request in index.requests]
    assert sent == [None, "Basic a2V5cmluZy11c2VyOmtleXJpbmctd29yZA=="]


@pytest.mark.usefixtures("back_end")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_index_that_refuses_the_keyring_too_is_not_asked_for_ever(index: Loopback) -> None:
    index.everything = Reply(status=401)
    settings = IndexSettings(url=f"{index.url}/simple", keyring_provider="import")

    live = Live(settings, now=NOW, services=Services(None, None, None, None))
    live.facts({EVIL: frozenset({"presence"})})

    assert len(index.requests) == 4  # both pages, each without and with
