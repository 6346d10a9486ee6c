"""`Record`: a `typing.NamedTuple` whose classes cost the hook half as much to define.

`typing.NamedTuple` makes every annotation into a `ForwardRef`, and so compiles it as an expression;
with the fifty classes that a commit's check defines, that alone costs half an interpreter start
(measured with `python -X importtime`). For a type checker a `Record` *is* a `NamedTuple`.
"""

from __future__ import annotations

from vetgate.model.typed import TYPE_CHECKING

__all__ = ["Record"]

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import namedtuple

    class _Meta(type):
        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = tuple(namespace[field] for field in fields if field in namespace)
            made = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            made.__annotations__ = namespace.get("__annotations__", {})
            for key, value in namespace.items():
                if key not in fields and key not in _OWN:
                    setattr(made, key, value)
            made.__doc__ = namespace.get("__doc__", made.__doc__)
            return made

    _OWN = frozenset({"__annotations__", "__module__", "__qualname__", "__doc__"})

    class Record(metaclass=_Meta):
        """A frozen record: fields and their defaults as `typing.NamedTuple` has them."""

        __slots__ = ()
