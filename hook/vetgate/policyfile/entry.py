"""The only writer of an allowance: values in, the lines of one TOML table out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vetgate.model.record import Record
from vetgate.tomlmap.quoting import quoted


class Entry(Record):
    """One allowance as it is to be written; the policy reader is what checks it."""

    name: str
    reason: str
    versions: str | None = None
    """As its author spelled it."""
    rules: tuple[str, ...] | None = None
    by: str | None = None
    on: date | None = None
    expires: date | None = None

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each key and its value in TOML, in the order of the design, section 6."""
        yield "name", quoted(self.name)
        if self.versions is not None:
            yield "versions", quoted(self.versions)
        if self.rules is not None:
            yield "rules", f"[{', '.join(quoted(rule) for rule in self.rules)}]"
        yield "reason", quoted(self.reason)
        if self.by is not None:
            yield "by", quoted(self.by)
        if self.on is not None:
            yield "on", self.on.isoformat()
        if self.expires is not None:
            yield "expires", self.expires.isoformat()

    def block(self, *table: str) -> list[str]:
        """Return the lines of `[[…allow]]`, for a policy that begins at `table`."""
        header = f"[[{'.'.join((*table, 'allow'))}]]"
        return [header, *(f"{key} = {value}" for key, value in self.pairs())]

    def inline(self) -> str:
        """Return the same as an inline table."""
        return "{ " + ", ".join(f"{key} = {value}" for key, value in self.pairs()) + " }"
