"""`typing.assert_never`, which Python 3.10 does not have yet."""

from __future__ import annotations

from typing import NoReturn


def assert_never(value: NoReturn) -> NoReturn:
    """Tell the type checker that every member of a union was handled before."""
    raise AssertionError(repr(value))
