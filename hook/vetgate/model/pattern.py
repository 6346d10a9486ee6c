"""Regular expressions that are compiled where they are first used.

Compiling costs 0.1 to 1 ms each, and importing the parsers would compile some thirty of which a
usual commit uses five; `re`'s own cache does not help a process that lives for 50 ms.
"""

from __future__ import annotations

import re

from vetgate.model.typed import AnyStr, Generic, cast


class _Waiting(Generic[AnyStr]):
    """Stands in for a pattern until one of its methods is asked for."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._pattern: AnyStr = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self._pattern, self._flags)
        asked: object = getattr(compiled, name)
        # From now on found without coming here.
        self.__dict__[name] = asked
        return asked


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as `re.compile(text, flags)`, compiled at its first use."""
    return cast("re.Pattern[AnyStr]", _Waiting(text, flags))
