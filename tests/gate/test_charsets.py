"""A page in another charset than UTF-8 is read as its index says, and goes out in UTF-8."""

from __future__ import annotations

import pytest

from facts.live.loopback import Loopback, Reply
from gate.gates import GivenFacts, gate, get, judging, well_known
from vetgate.gate.page import SIMPLE_HTML

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FACTS = GivenFacts(well_known("good"))
PAGE = (
    "<!doctype html><title>Links for good</title>caf\xe9"
    '<a href="https://files.example/good-1.0.zip">good-1.0.zip</a>'
)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("; charset=iso-8859-1", "iso-8859-1"),
        ('; a=b;CHARSET="Windows-1252"', "windows-1252"),
        ("; charset=utf-16", "utf-16"),
        ("; charset=UTF-8", "utf-8"),
        ("; charset=", "utf-8"),
        ("", "utf-8"),
    ],
)
@pytest.mark.parametrize("kind", ["text/html", SIMPLE_HTML])
def test_a_page_in_any_charset_reaches_the_client(
    index: Loopback, kind: str, charset: str, encoding: str
) -> None:
    index.on("/simple/good/", Reply(PAGE.encode(encoding), media_type=f"{kind}{charset}"))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.media_type, got.body) == (200, SIMPLE_HTML, PAGE.encode())


@pytest.mark.parametrize("charset", ["utf-7x", "ascii", "hex", "punycode", "undefined", "\xe9"])
def test_a_page_in_none_is_trouble(index: Loopback, charset: str) -> None:
    kind = f"text/html; charset={charset}"
    index.on("/simple/good/", Reply(PAGE.encode(), media_type=kind))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.status == 502
    assert b"answered a page that is not in the charset that it names" in got.body
