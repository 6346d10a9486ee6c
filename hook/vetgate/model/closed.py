"""What closes a `match` over a union: the type checker's proof that no member was forgotten."""

from __future__ import annotations

from vetgate.model.typed import NoReturn


def assert_never(value: NoReturn) -> NoReturn:
    """Refuse a value that no branch took; `typing.assert_never` needs Python 3.11."""
    raise AssertionError(f"a case was forgotten: {value!r}")
