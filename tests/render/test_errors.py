from __future__ import annotations

import pytest

from vetgate.errors import GateError, GitError, ManifestError
from vetgate.render.errors import error_text


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ManifestError(
                "unknown option '--find'", path="r.txt", line=14, hint="pip reads this file too"
            ),
            "error: r.txt:14: unknown option '--find'\nhint: pip reads this file too",
        ),
        (ManifestError("is a folder", path="r.txt"), "error: r.txt: is a folder"),
        (GitError("git is missing"), "error: git is missing"),
        (
            ManifestError("bad\x1b[2J", path="a\nb", hint="\u202etry"),
            "error: a\\nb: bad\\x1b[2J\nhint: \\u202etry",
        ),
    ],
)
def test_an_error_is_told_with_its_place_and_its_way_out(error: GateError, text: str) -> None:
    assert error_text(error) == text
