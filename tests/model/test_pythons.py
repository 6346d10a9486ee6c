"""Which of a project's Pythons can install a release."""

from __future__ import annotations

import pytest

from vetgate.model.pythons import may_run, runs_on_all


@pytest.mark.parametrize(
    ("wanted", "python", "some", "each"),
    [
        pytest.param([""], ">=3.10", True, True, id="any"),
        pytest.param([">=3.8"], ">=3.10", True, True, id="older-too"),
        pytest.param([">=3.14"], ">=3.10", True, False, id="newer-only"),
        pytest.param([">=3.14"], ">=3.10,<3.14", False, False, id="none"),
        pytest.param([">=3.14", ">=3.9"], ">=3.10", True, True, id="one-file-is-enough"),
        pytest.param(["<3.12", ">=3.12"], ">=3.10,<3.15", True, False, id="two-files-are-not-one"),
        pytest.param([">=3.8,<4"], ">=3.10", True, True, id="a-bound-about-what-is-to-come"),
        pytest.param(["~=3.8"], ">=3.10", True, True, id="compatible"),
        pytest.param([">=3.8,<4"], ">=3.10,<4", True, True, id="the-same-bound"),
        pytest.param([">=3.8,<3.13"], ">=3.10,<4", True, True, id="the-next-major-is-no-bound"),
        pytest.param([">=3.8,<3.13"], ">=3.10,<3.14", True, False, id="a-bound-of-both"),
        pytest.param([">=3.8,<3.10"], ">=3.10", False, True, id="only-older"),
        pytest.param([">=3.8,!=3.10.1"], ">=3.10", True, True, id="without-one-patch"),
        pytest.param([">=3.8,!=3.11.*"], ">=3.10", True, False, id="without-one-minor"),
        pytest.param(["===3.11"], ">=3.10", True, False, id="no-order"),
        pytest.param([">=3.8"], "===3.11", True, False, id="no-order-in-the-project"),
        pytest.param(["hissing"], ">=3.10", True, True, id="unreadable"),
        pytest.param([f">={'9' * 5000}"], ">=3.10", True, True, id="longer-than-a-number"),
    ],
)
def test_pythons(
    wanted: list[str],
    python: str,
    some: bool,  # noqa: FBT001 - drawn from a table
    each: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert (may_run(wanted, python), runs_on_all(wanted, python)) == (some, each)
