"""The beginning of a file that broke off: how the rest is asked for, and what is taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from requests import Response

from vetgate.facts.live.partial import asking, forget_tag, goes_on, keep_tag

ALL = {"Accept-Encoding": "identity"}


def answer(status: int, **headers: str) -> Response:
    made = Response()
    made.status_code = status
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


def test_the_rest_is_asked_for_in_the_version_that_was_begun(tmp_path: Path) -> None:
    path = str(tmp_path / "part")
    keep_tag(path, answer(200, ETag='"one"'))

    rest = {**ALL, "Range": "bytes=7-", "If-Range": '"one"'}
    assert asking(path, 7, unknown=False) == rest
    assert asking(path, 7, unknown=True) == rest
    assert asking(path, 0, unknown=True) == ALL
    forget_tag(path)
    forget_tag(path)
    assert asking(path, 7, unknown=False) == ALL


@pytest.mark.parametrize("tag", ['W/"one"', "one", '"', "", f'"{"x" * 200}"', '"\x7f"', '"é"'])
def test_of_a_version_that_no_strong_tag_tells_it_is_asked_only_where_a_digest_will_tell(
    tmp_path: Path, tag: str
) -> None:
    path = str(tmp_path / "part")
    keep_tag(path, answer(200, ETag=tag))

    assert asking(path, 7, unknown=False) == ALL
    assert asking(path, 7, unknown=True) == {**ALL, "Range": "bytes=7-"}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (answer(206, Content_Range="bytes 7-9/10"), True),
        (answer(206, Content_Range="bytes 70-79/80"), False),
        (answer(206, Content_Range="bytes 0-9/10"), False),
        (answer(206), False),
        (answer(200, Content_Range="bytes 7-9/10"), False),
        (answer(416, Content_Range="bytes */7"), False),
    ],
)
def test_only_an_answer_that_begins_where_it_broke_off_goes_on(
    response: Response, *, expected: bool
) -> None:
    assert goes_on(response, 7) is expected
