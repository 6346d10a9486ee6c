"""The one way in which the guard takes hold of a place in pip."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Function(Protocol):
        """Whatever pip calls."""

        def __call__(self, *given: object, **named: object) -> object: ...


class Unfit(Exception):  # noqa: N818 - says what a pip is
    """A pip lacks a place that the guard takes hold of."""


def hold(owner: object, name: str) -> Function:
    """Return what pip has under a name; raises `Unfit`."""
    found = getattr(owner, name, None)
    if not callable(found):
        raise Unfit(f"it has no {getattr(owner, '__name__', owner)}.{name}")
    held: Function = found
    return held


def put(owner: object, name: str, instead: object) -> None:
    """Put something else under that name."""
    setattr(owner, name, instead)
