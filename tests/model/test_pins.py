"""What counts as chosen by a person, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from core_strategies import COMMIT, OTHER_SHA256, SHA256, dependency
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    normalize,
)

URL = "https://files.example/acme.whl"
GIT = "git+https://git.example/acme"
MD5 = "md5:" + "0" * 32


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(dependency(origin=FromIndex("==1.4.2")), id="exact"),
        pytest.param(dependency(origin=FromIndex(" == 1.4.2 ")), id="with-blanks"),
        pytest.param(dependency(origin=FromIndex("===1.4.2")), id="arbitrary-equality"),
        pytest.param(dependency(origin=FromIndex("==1!2.0.post1+local")), id="in-full"),
        pytest.param(dependency(origin=FromUrl(URL, (SHA256,))), id="url-with-a-hash"),
        pytest.param(dependency(origin=FromUrl(URL), hashes=(SHA256,)), id="hash-beside-it"),
        pytest.param(dependency(origin=FromUrl(URL, ("sha512:00",))), id="another-strong-hash"),
        pytest.param(
            dependency(origin=FromUrl(URL, (SHA256,)), hashes=(OTHER_SHA256,)), id="both-strong"
        ),
        pytest.param(dependency(origin=FromVcs(GIT, COMMIT)), id="commit"),
        pytest.param(dependency(origin=FromVcs(GIT, COMMIT.upper())), id="commit-in-capitals"),
        pytest.param(dependency(origin=FromVcs(GIT, "ab" * 32)), id="commit-of-sha256"),
    ],
)
def test_is_pinned(one: Dependency) -> None:
    assert one.pinned
    assert not one._replace(locked=True).pinned


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(dependency(), id="any"),
        pytest.param(dependency(origin=FromIndex("==1.*")), id="prefix"),
        pytest.param(dependency(origin=FromIndex(">=1.4.2")), id="from"),
        pytest.param(dependency(origin=FromIndex("<=1.4.2")), id="up-to"),
        pytest.param(dependency(origin=FromIndex("~=1.4.2")), id="compatible"),
        pytest.param(dependency(origin=FromIndex("!=1.4.2")), id="not"),
        pytest.param(dependency(origin=FromIndex("==1.4.2,==1.4.3")), id="two"),
        pytest.param(dependency(origin=FromIndex("==1.4.2,>=1")), id="and-more"),
        pytest.param(dependency(origin=FromIndex("==")), id="nothing"),
        pytest.param(dependency(origin=FromIndex("=1.4.2")), id="one-equals-sign"),
        pytest.param(dependency(origin=FromIndex(">=1,==1.4.2")), id="after-another"),
        pytest.param(dependency(hashes=(SHA256,)), id="a-hash-without-a-version"),
        pytest.param(dependency(origin=FromUrl(URL)), id="url"),
        pytest.param(dependency(origin=FromUrl(URL, (MD5,))), id="url-with-a-weak-hash"),
        pytest.param(dependency(origin=FromUrl(URL, ("sha1:00",))), id="another-weak-hash"),
        pytest.param(dependency(origin=FromUrl(URL, (SHA256, MD5))), id="one-weak-hash-of-two"),
        pytest.param(
            dependency(origin=FromUrl(URL, (MD5,)), hashes=(SHA256,)), id="weak-in-the-url"
        ),
        pytest.param(dependency(origin=FromVcs(GIT)), id="default-branch"),
        pytest.param(dependency(origin=FromVcs(GIT, "v1.4.2")), id="tag"),
        pytest.param(dependency(origin=FromVcs(GIT, COMMIT[:39])), id="one-digit-short"),
        pytest.param(dependency(origin=FromVcs(GIT, COMMIT + "0")), id="one-digit-long"),
        pytest.param(dependency(origin=FromVcs(GIT, COMMIT + "\n")), id="a-line-end"),
        pytest.param(dependency(origin=FromVcs(GIT, "g" * 40)), id="no-digits"),
        pytest.param(dependency(None, FromPath(".", inside=True)), id="path"),
        pytest.param(dependency(None, FromOption("--find-links", URL)), id="option"),
    ],
)
def test_is_not_pinned(one: Dependency) -> None:
    assert not one.pinned


@given(st.text(alphabet="aB9-_.", max_size=12))
def test_names_are_normalised_as_the_standard_says(name: str) -> None:
    assert str(normalize(name)) == str(canonicalize_name(name))
    assert normalize(normalize(name)) == normalize(name)
