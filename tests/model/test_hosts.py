"""Whose host a URL names, and which URLs name the same index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.model.urls import comparable, host_of


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://acme.example/x", "acme.example"),
        ("HTTPS://ACME.example:8443", "acme.example"),
        ("//acme.example", "acme.example"),
        ("git+ssh://git@acme.example/x", "acme.example"),
        ("git@acme.example:acme/acme.git", "acme.example"),
        ("git+git@acme.example:acme", "acme.example"),
        ("https://me:p%40ss@acme.example", "acme.example"),
        ("https://a@b@acme.example", "acme.example"),
        ("https://other.example\\@acme.example", "other.example"),
        ("https://acme.example./", "acme.example"),
        ("https://acme.example?x@other.example", "acme.example"),
        ("https://acme.example#@other.example", "acme.example"),
        ("https://[2606:4700::1111]:443/", "2606:4700::1111"),
        ("\x00 https://acme.example", "acme.example"),
        ("https://ac\tme.exam\nple", "acme.example"),
        ("https://b\u00fccher.example", "xn--bcher-kva.example"),
        ("https://acme\u3002example", "acme.example"),
        ("file:///etc/passwd", None),
        ("./wheels", None),
        ("acme.example", None),
        ("mailto:dev@acme.example", None),
        ("https://", None),
        ("", None),
    ],
)
def test_the_host_of_a_url(url: str, host: str | None) -> None:
    assert host_of(url) == host


def test_a_host_that_dns_could_not_have_draws_attention() -> None:
    assert (host_of("https://\u0430" + "b" * 70) or "").startswith("xn--")


@given(st.text(max_size=30))
def test_any_text_has_a_host_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"//{text}"):
        host = host_of(url)
        assert host is None or host == host.lower() != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://acme.example/simple", "https://acme.example/simple/"),
        ("https://acme.example/simple", "HTTPS://Acme.Example/simple"),
        ("https://acme.example/simple", "https://me:pw@acme.example/simple"),
        ("https://acme.example/simple", "https://acme.example:443/simple"),
        ("http://acme.example/simple", "http://acme.example:80/simple"),
        ("https://acme.example/simple", "  https://acme.example/simple\n"),
        ("./wheels", "./wheels/"),
    ],
)
def test_names_the_same_index(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://acme.example/simple", "http://acme.example/simple"),
        ("https://acme.example/simple", "https://acme.example/Simple"),
        ("https://acme.example/simple", "https://acme.example:8443/simple"),
        ("https://acme.example/simple", "https://acme.example:80/simple"),
        ("https://acme.example/simple", "https://acme.example.other.example/simple"),
        ("https://acme.example/simple", "https://acme.example/simple/../other"),
        ("https://acme.example/simple", "https://acme.example@other.example/simple"),
        ("https://acme.example/simple", "https://acme.example\\@other.example/simple"),
        ("https://acme.example/simple", "https://acme.example/simple?x"),
        ("https://acme.example/simple", "https://acme.example/simple#x"),
    ],
)
def test_names_another_index(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(st.text(max_size=30))
def test_one_spelling_is_its_own(text: str) -> None:
    for url in (text, f"https://{text}"):
        assert comparable(comparable(url)) == comparable(url)
