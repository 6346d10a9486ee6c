"""The only place that puts environment variables into a line, and that keeps them out of sight.

A `Text` is what pip acts on (`real`), with the knowledge of which characters came from which
variable, so that what is shown and stored can say `${TOKEN}` instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.pattern import pattern
from vetgate.model.record import Record
from vetgate.model.urls import redacted

_VARIABLE = pattern(r"\$\{([A-Z0-9_]+)\}")


class Text(Record):
    """A piece of a line, variables expanded."""

    real: str
    spans: tuple[tuple[int, int, str], ...] = ()
    """From where to where `real` is a variable's value, and how that is written; in order."""

    def part(self, start: int, end: int | None = None) -> Text:
        """Return a slice, as of a string (no negative numbers)."""
        stop = len(self.real) if end is None else end
        spans = tuple(
            (max(left, start) - start, min(right, stop) - start, name)
            for left, right, name in self.spans
            if left < stop and right > start
        )
        return Text(self.real[start:stop], spans)

    def strip(self) -> Text:
        """Return it without white space at its ends, as of a string."""
        start = len(self.real) - len(self.real.lstrip())
        return self.part(start, max(start, len(self.real.rstrip())))

    def behind(self, prefix: str) -> Text:
        """Return it with a prefix that came from no variable."""
        by = len(prefix)
        spans = tuple((left + by, right + by, name) for left, right, name in self.spans)
        return Text(prefix + self.real, spans)

    @property
    def written(self) -> str:
        """The text as it stands in the file, without credentials."""
        return redacted(self._masked(0))

    def shown_url(self) -> str:
        """Return the URL as it may be stored: scheme and host are real, for they are judged.

        Every other character that came from a variable is that variable's name, and the
        credentials are gone.
        """
        start = self.real.find("://")
        if start < 0:
            return self.written
        ends = [at for mark in "/?#" if (at := self.real.find(mark, start + 3)) >= 0]
        return redacted(self._masked(min(ends, default=len(self.real))))

    def _masked(self, plain: int) -> str:
        """Return the text, variables by name from the character `plain` on."""
        pieces, at = [], 0
        for left, right, name in self.spans:
            hidden = max(left, plain)
            if hidden == plain > left and self.real[hidden : hidden + 1] == "/":
                hidden += 1  # the slash after a host is no secret, and ends the host
            if hidden < right:
                pieces += [self.real[at:hidden], name]
                at = right
        return "".join([*pieces, self.real[at:]])


def expanded(line: str, environment: Mapping[str, str]) -> Text | None:
    """Put in the variables that are set and not empty, as pip does.

    None where the values make up a variable that stands in the line too: pip would expand that
    again, or not, by the order in which they stand.
    """
    pieces: list[str] = []
    spans: list[tuple[int, int, str]] = []
    at = length = 0
    for found in _VARIABLE.finditer(line):
        value = environment.get(found[1])
        if not value:
            continue
        pieces += [line[at : found.start()], value]
        length += found.start() - at
        spans.append((length, length + len(value), found[0]))
        length += len(value)
        at = found.end()
    real = "".join([*pieces, line[at:]])
    names = {name for _, _, name in spans}
    if any(again[0] in names for again in _VARIABLE.finditer(real)):
        return None
    return Text(real, tuple(spans))
