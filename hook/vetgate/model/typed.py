"""What a class statement needs of `typing`, without importing it.

Importing `typing` costs the hook a sixth of an interpreter start, and nothing at run time asks for
what it makes: annotations are never evaluated. For a type checker these names *are* those of
`typing`; otherwise they are the least that lets a module be imported. Of use to the modules that a
commit's check imports; all others may import `typing`.
"""

from __future__ import annotations

__all__ = [
    "TYPE_CHECKING",
    "AnyStr",
    "Generic",
    "Literal",
    "NewType",
    "NoReturn",
    "Protocol",
    "TypeAlias",
    "TypeVar",
    "cast",
]

TYPE_CHECKING = False  # what type checkers take for true by its name alone

if TYPE_CHECKING:
    from typing import (
        AnyStr,
        Generic,
        Literal,
        NewType,
        NoReturn,
        Protocol,
        TypeAlias,
        TypeVar,
        cast,
    )
else:

    class Generic:
        """Takes parameters and forgets them."""

        __slots__ = ()

        def __class_getitem__(cls, _parameters):
            return cls

    class Protocol(Generic):
        """A base that asks for nothing."""

        __slots__ = ()

    AnyStr = Literal = NoReturn = TypeAlias = object

    def NewType(_name, supertype):  # noqa: N802 - as `typing` names it
        """Return the type itself: it behaves as the new one does."""
        return supertype

    def TypeVar(_name, **_limits):  # noqa: N802 - as `typing` names it
        """Return what nobody looks at."""
        return object

    def cast(_type, value):
        """Return the value."""
        return value
