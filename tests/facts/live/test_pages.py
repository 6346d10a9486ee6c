"""The readers of pages: what they find, what they refuse, and that nothing else comes out."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pip._internal.models.link import Link

from vetgate.facts.live.core_metadata import newest_with_metadata, read_metadata
from vetgate.facts.live.project_json import read_project
from vetgate.facts.live.shapes import BadAnswerError, Json, count, moment, text
from vetgate.facts.live.simple_page import (
    File,
    SimplePage,
    file_name,
    read_simple,
    version_at,
)
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Listed, Quarantined, Release

NAME = NormalizedName("old-evil")
URL = "https://index.example/simple/old-evil/"
JSON = "application/vnd.pypi.simple.v1+json"


def html(source: str) -> SimplePage:
    return read_simple(source.encode(), "text/html", URL, NAME)


def file(version: str, *, yanked: bool = False, metadata: bool = True) -> File:
    return File(f"https://index.example/{version}", version, None, yanked, metadata)


def test_an_html_page_links_to_files_of_today_and_of_old() -> None:
    page = html(
        "<html><body>"
        "<a href='../../f/old_evil-2.0-py3-none-any.whl#sha256=0' data-core-metadata='true'>x</a>"
        "<a href='/f/Old.Evil-1.0.tar.gz' data-yanked=''>y</a>"
        "<a href='https://f.example/old-evil-0.9dev-r12.zip'>z</a>"
        "<a href='/f/old-evil-0.8.tar.bz2'>x</a>"
        "<a href='/get/17'>old-evil-0.7.tar.gz</a>"
        "<a href='/f/other-9.0.tar.gz'>of another package</a>"
        "<a href='/f/old-evil-extra-9.0.tar.gz'>of another package</a>"
        "<a>no link</a>"
    )

    assert tuple(each._replace(name="") for each in page.files) == (
        File("https://index.example/f/old_evil-2.0-py3-none-any.whl", "2.0", None, False, True),  # noqa: FBT003 - a NamedTuple of fields
        File("https://index.example/f/Old.Evil-1.0.tar.gz", "1.0", None, True, False),  # noqa: FBT003 - a NamedTuple of fields
        File("https://f.example/old-evil-0.9dev-r12.zip", "0.9dev-r12", None, False, False),  # noqa: FBT003 - a NamedTuple of fields
        File("https://index.example/f/old-evil-0.8.tar.bz2", "0.8", None, False, False),  # noqa: FBT003 - a NamedTuple of fields
    )
    assert page.facts == {
        "presence": Listed(),
        "releases": (
            Release("0.8", None),
            Release("0.9dev-r12", None),
            Release("1.0", None, yanked=True),
            Release("2.0", None),
        ),
    }


def told(page: SimplePage) -> list[tuple[str, str, str]]:
    return [(each.name, each.requires_python, each.sha256) for each in page.files]


def test_a_page_tells_what_a_pin_needs_and_a_digest_that_is_none_is_not_taken() -> None:
    files: list[Json] = [
        {
            "filename": "old_evil-1.0.tar.gz",
            "url": "old_evil-1.0.tar.gz",
            "hashes": {"sha256": "AB" * 32},
            "requires-python": ">=3.8",
        },
        {"filename": "old_evil-1.1.tar.gz", "url": "x", "hashes": {"sha256": "x \\n --pre"}},
        {"filename": "old_evil-1.2.tar.gz", "url": "x", "hashes": []},
    ]
    page: Json = {"meta": {"api-version": "1.1"}, "name": "old-evil", "files": files}

    assert told(read_simple(json.dumps(page).encode(), JSON, URL, NAME)) == [
        ("old_evil-1.0.tar.gz", ">=3.8", "ab" * 32),
        ("old_evil-1.1.tar.gz", "", ""),
        ("old_evil-1.2.tar.gz", "", ""),
    ]
    link = f"<a href='old_evil-1.0.tar.gz#sha256={'ab' * 32}' data-requires-python='&gt;=3.8'>x</a>"
    assert told(html(link + "<a href='old_evil-1.1.tar.gz#md5=00'>y</a>")) == [
        ("old_evil-1.0.tar.gz", ">=3.8", "ab" * 32),
        ("old_evil-1.1.tar.gz", "", ""),
    ]


def test_an_html_page_may_tell_a_status() -> None:
    page = html(
        "<meta name='pypi:repository-version' content='1.4'>"
        "<meta name='pypi:project-status' content='quarantined'>"
    )

    assert page.facts == {"presence": Quarantined(), "status": "quarantined", "releases": ()}


def test_a_page_of_the_simple_api_tells_times_and_yanks() -> None:
    page = read_simple(
        json.dumps(
            {
                "meta": {"api-version": "1.1", "_last-serial": "26356948"},
                "name": "Old.Evil",
                "files": [
                    {
                        "filename": "old_evil-1.0.tar.gz",
                        "url": "old_evil-1.0.tar.gz",
                        "upload-time": "2015-01-02T16:38:13.9Z",
                        "yanked": "broken",
                    },
                    {
                        "filename": "old_evil-1.0-py3-none-any.whl",
                        "url": "x.whl",
                        "upload-time": "2015-01-02T16:38:06Z",
                        "yanked": False,
                    },
                ],
            }
        ).encode(),
        JSON,
        URL,
        NAME,
    )

    first = datetime(2015, 1, 2, 16, 38, 6, tzinfo=timezone.utc)
    assert page.facts == {
        "presence": Listed(),
        "releases": (Release("1.0", first),),
        "first_upload": first,
        "latest_upload": first,
    }


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("2.0", "speaks version 2.0 of the simple API, which is not known"),
        ("\u00b2.\u00b2", "answered JSON of another shape (api-version)"),
        ("1." + "9" * 5000, "answered JSON of another shape (api-version)"),
        ("one", "answered JSON of another shape (api-version)"),
    ],
)
def test_a_page_of_an_unknown_version_is_refused(version: str, why: str) -> None:
    page = json.dumps({"meta": {"api-version": version}, "name": "old-evil", "files": []})

    with pytest.raises(BadAnswerError) as refused:
        read_simple(page.encode(), JSON, URL, NAME)

    assert refused.value.why == why


def test_the_newest_final_release_that_is_not_yanked_speaks_for_the_package() -> None:
    files = [
        file("1.0"),
        file("1.10"),
        file("1.9"),
        file("3.0", yanked=True),
        file("2.0rc1"),
        file("no-version"),
        file("9" * 5000),
        file("4.0", metadata=False),
    ]

    assert newest_with_metadata(files) == file("1.10")
    assert newest_with_metadata([file("1.0", metadata=False)]) is None


def test_metadata_of_another_package_is_refused() -> None:
    with pytest.raises(BadAnswerError) as refused:
        read_metadata(b"Metadata-Version: 2.1\nName: good\nVersion: 1\n", NAME)

    assert refused.value.why == "has metadata of another package"


def test_metadata_tells_repository_and_urls() -> None:
    metadata = (
        b"Metadata-Version: 2.1\nName: old.evil\nVersion: 1\n"
        b"Project-URL: Source, https://github.com/o/old-evil\n"
        b"Download-URL: http://dl.example/x\nAuthor-email: A <a@mail.example>\n\nHello"
    )

    assert read_metadata(metadata, NAME) == {
        "repository": "https://github.com/o/old-evil",
        "urls": ("https://github.com/o/old-evil", "http://dl.example/x", "//mail.example"),
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12", 12), (7, 7), (True, None), (-1, None), ("\u00b2", None), (10**30, None), ("x", None)],
)
def test_a_count_is_a_count(value: Json, expected: int | None) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    "value", ["", "yesterday", "0001-01-01T00:00:00+23:59", 5, None, "2026-13-01T00:00:00Z"]
)
def test_what_is_no_moment_is_none(value: Json) -> None:
    assert moment(value) is None


def test_half_a_surrogate_pair_cannot_reach_a_file() -> None:
    assert text("a\ud800b") == "a?b"


jsons: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "files", "meta", "api-version", "info", "releases", "url"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(value=jsons)
def test_whatever_json_comes_is_read_or_refused(value: Json) -> None:
    body = json.dumps(value).encode()
    for read in (
        lambda: read_project(body, NAME),
        lambda: read_simple(body, JSON, URL, NAME),
    ):
        with pytest.raises(BadAnswerError):
            read()


@given(info=st.dictionaries(st.sampled_from(["project_urls", "home_page", "description"]), jsons))
def test_whatever_stands_in_metadata_the_presence_is_read(info: dict[str, Json]) -> None:
    body = json.dumps({"info": {**info, "name": "old-evil"}}).encode()

    assert read_project(body, NAME)["presence"] == Listed()


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(body: bytes) -> None:
    for media_type in (JSON, "text/html"):
        with pytest.raises(BadAnswerError):
            read_simple(body, media_type, URL, NAME)
    with pytest.raises(BadAnswerError):
        read_metadata(body, NAME)


@pytest.mark.parametrize(
    "path",
    [
        "old-evil-1.0.tar.gz",
        "old-evil-1.0.tar.gz/",
        "old-evil-1.0.tar.gz//?x=/old-evil-2.0.zip#/y",
        "old-evil-1%2E0.tar.gz",
        "old-evil-1.0.zip%2Fold-evil-2.0.zip%2F",
        "old-evil-1%252E0.zip",
        "old%20evil",
        "old-\tevil-1.0\n.zip",
    ],
)
def test_a_file_is_called_what_pip_calls_it(path: str) -> None:
    link = Link(f"https://files.example/f/{path}")

    assert file_name(link.url) == "".join(link.splitext())


@pytest.mark.parametrize(
    ("link", "version"),
    [
        ("https://files.example/old_evil-1.0-py3-none-any.whl#sha256=0", "1.0"),
        ("https://files.example/old_evil-2.0-py3-none-any.whl/", "2.0"),
        ("https://files.example/old-evil-1%2E0.zip", "1.0"),
        pytest.param("https://files.example/old_evil-2%252E0-py3-none-any.whl", None, id="twice"),
        pytest.param("https://files.example/x.zip#egg=old-evil-2.0", None, id="no-name"),
        pytest.param("https://files.example/old-evil-1.0.zip#egg=old-evil-2.0", None, id="two"),
    ],
)
def test_a_link_tells_a_version_where_all_installers_take_that_one(
    link: str, version: str | None
) -> None:
    assert version_at(link, NAME) == version
