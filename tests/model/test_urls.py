"""URLs are taken apart as the standard library does, and lose their credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.model.urls import Url, comparable, redacted, split

urls = st.lists(
    st.sampled_from(["https", "git+ssh", ":", "//", "/", "@", "u", "p.q", "?", "#", "&", "[", "]"]),
    max_size=12,
).map("".join)


@given(urls)
def test_the_parts_make_up_the_url(url: str) -> None:
    parts = split(url)
    if parts is None:
        return

    assert parts.joined() == url


@given(urls)
def test_the_host_is_the_one_of_the_library(url: str) -> None:
    parts = split(url)
    try:
        expected = urlsplit(url)
    except ValueError:
        return
    if parts is None or "[" in expected.netloc:
        return

    assert (parts.scheme, parts.host) == (expected.scheme, expected.hostname or "")
    assert (parts.authority or "", parts.path) == (expected.netloc, expected.path)


@given(urls)
def test_a_second_look_takes_nothing_more_out(url: str) -> None:
    assert redacted(redacted(url)) == redacted(url)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@h.example/x", "https://****@h.example/x"),
        ("https://token@h.example", "https://****@h.example"),
        ("https://u:p@q@h.example/x@y", "https://****@h.example/x@y"),
        ("a @ git+ssh://git@h.example/r@v ; x", "a @ git+ssh://****@h.example/r@v ; x"),
        ("https:////u:p@h.example", "https:////****@h.example"),
        ("https://h.example/a@b", "https://h.example/a@b"),
        ("https://h.example b@c", "https://h.example b@c"),
        ("git@h.example:r", "git@h.example:r"),
        (r"https://u:p\q@h.example/x", r"https://****\****@h.example/x"),
    ],
)
def test_credentials_are_not_shown(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_takes_an_address_for_a_host() -> None:
    parts = split("HTTPS://u:p@[::1]:80/x?y#z")

    assert parts == Url("https", "u:p@[::1]:80", "/x", "?y", "#z")
    assert parts.host == "::1"


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://h.example/simple", "https://h.example/simple"),
        (" HTTPS://u:p@H.example:443/simple/ ", "https://h.example/simple"),
        ("https://h.example:444/simple", "https://h.example:444/simple"),
        ("http://h.example:80", "http://h.example"),
        ("./wheels/", "./wheels"),
    ],
)
def test_an_index_has_one_spelling(url: str, spelling: str) -> None:
    assert comparable(url) == spelling


@pytest.mark.parametrize("between", ["\\", " ", "\t", "\n", "\0", "\x85", "\u2028", "\\u:p"])
def test_an_index_whose_host_is_not_the_same_to_all_is_none_that_anybody_named(
    between: str,
) -> None:
    url = f"https://evil.example{between}@packages.acme.example/simple"

    assert comparable(url) == url
    assert comparable(redacted(url)) != comparable("https://packages.acme.example/simple")
