"""An index or a link page that a table of `pyproject.toml` declares."""

from __future__ import annotations

from collections.abc import Iterable

from vetgate.model.dependency import Dependency, FromOption
from vetgate.model.record import Record


class Index(Record):
    """One place that packages come from."""

    option: Dependency
    name: str | None = None
    explicit: bool = False
    """Used by the dependencies that name it only."""

    @property
    def url(self) -> str:
        """Its URL, without credentials."""
        origin = self.option.origin
        return origin.url if isinstance(origin, FromOption) else ""


def urls(found: Iterable[Index]) -> dict[str, str]:
    """Map the names of indexes to their URLs."""
    return {index.name: index.url for index in found if index.name is not None}
