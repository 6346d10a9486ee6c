"""The keyring: asked only after the index refused, and in the way that pip's settings choose."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from facts.live.loopback import Loopback, Reply, page
from vetgate.facts.index_settings import Credentials, IndexSettings
from vetgate.facts.live.keyring import from_keyring
from vetgate.facts.live.source import Live
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, Listed

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)
EVIL = NormalizedName("evil")

_BACK_END = """
class Found:
    username, password = "keyring-user", "keyring-word"

def get_credential(url, username):
    if "broken" in url:
        raise RuntimeError("locked")
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
        ("import", "https://index.example/broken", None),
        ("disabled", "https://index.example/simple", None),
    ],
)
def test_the_keyring_is_asked_as_pip_would(
    provider: str, url: str, found: Credentials | None
) -> None:
    assert from_keyring(provider, url, None) == found


@pytest.mark.usefixtures("back_end")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_index_that_refuses_is_asked_again_with_the_keyring_s_credentials(
    index: Loopback,
) -> None:
    allowed = page({"info": {"name": "evil"}})
    index.on("/pypi/evil/json", Reply(status=401), allowed)
    settings = IndexSettings(url=f"{index.url}/simple", keyring_provider="import")

    live = Live(settings, now=NOW, services=Services(None, None, None))
    facts = live.facts({EVIL: frozenset({"presence"})})

    assert facts[EVIL].presence == Known(Listed(), NOW, index.host)
    sent = [request.headers.get("Authorization") for request in index.requests]
    assert sent == [None, "Basic a2V5cmluZy11c2VyOmtleXJpbmctd29yZA=="]


@pytest.mark.usefixtures("back_end")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_index_that_refuses_the_keyring_too_is_not_asked_for_ever(index: Loopback) -> None:
    index.everything = Reply(status=401)
    settings = IndexSettings(url=f"{index.url}/simple", keyring_provider="import")

    live = Live(settings, now=NOW, services=Services(None, None, None))
    live.facts({EVIL: frozenset({"presence"})})

    assert len(index.requests) == 4  # both pages, each without and with
