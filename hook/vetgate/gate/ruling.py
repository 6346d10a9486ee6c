"""What is decided about a project page, and what is kept of it for the report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Protocol

from vetgate.gate.listing import Hidden, Listing
from vetgate.gate.upstream import Upstream
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import FactName, PackageFacts
from vetgate.model.record import Record
from vetgate.model.verdict import Judged

Wanted = Mapping[NormalizedName, frozenset[FactName]]


class PageRuling(Record):
    """What is decided about one project's page on one upstream."""

    judged: Judged | None
    """The project as it was judged; None where that could not be done."""
    hidden: Hidden = MappingProxyType({})
    """File names that are kept off the page, each with the reason."""
    blocked: bool = False
    """Nothing of the project may come in, from whichever upstream."""
    undecided: str | None = None
    """Why it could not be judged at all."""
    refused: str | None = None
    """Why the project may not come from this upstream (others may have it)."""
    reason: str = ""
    """Where it is blocked or files are hidden: the finding in one line."""
    stays: bool = False
    """Nothing of the project may come in, but one is installed that pip may leave as it is."""
    whole: bool = True
    """Every version may come in, as far as nothing speaks against a single one."""


class PageJudge(Protocol):
    """Judges pages; may be called by many threads at once, and answers one name once per run."""

    def refused(self, name: NormalizedName, upstream: Upstream) -> str | None:
        """Tell why a project may not come from this upstream; None: it may. Asks nobody."""

    def is_settled(self, name: NormalizedName, upstream: Upstream) -> bool:
        """Tell whether `before` would answer at once, without asking anybody."""

    def before(self, name: NormalizedName, upstream: Upstream) -> PageRuling:
        """Judge a project before anything is asked of the upstream; nothing is hidden yet."""

    def of(self, name: NormalizedName, upstream: Upstream, page: Listing) -> PageRuling:
        """Judge a project whose page is there: what of it has to be hidden."""


class Facts(Protocol):
    """Where a judge learns about projects; raises `SnapshotError` if the source is damaged."""

    def recorded(
        self, names: Collection[NormalizedName], computed: frozenset[FactName] = frozenset()
    ) -> Mapping[NormalizedName, PackageFacts]:
        """Answer what is on record; `computed`: facts that take computing, wanted too."""

    def learned(self, wanted: Wanted) -> Mapping[NormalizedName, PackageFacts]:
        """Ask outside for what is wanted, in one batch."""


class Held(Record):
    """A project, or some of its files, that the gate did not let through."""

    name: NormalizedName
    judged: Judged | None
    reason: str
    """In one line."""
    blocked: bool
    """Whether that is the whole project."""
    hidden: Hidden = MappingProxyType({})
    """File names and the reason for each, where some of its files were held back."""
    stays: bool = False
    """Nothing came, and only if pip cannot leave what is installed as it is, that is a block."""
