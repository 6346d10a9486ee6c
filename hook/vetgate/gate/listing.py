"""What a project page offers, whatever it is written in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from vetgate.model.record import Record


class Offered(Record):
    """A file on a project page."""

    filename: str
    url: str
    """Absolute, without fragment."""
    version: str | None
    """None where the file's name does not tell which version of this project it is."""
    uploaded: datetime | None = None
    """Aware UTC; None where the page does not tell."""
    yanked: bool = False


class Listing(Protocol):
    """A project page, read no further than is asked for: most pages are only passed on."""

    @property
    def offered(self) -> tuple[Offered, ...]:
        """Every file on the page. Raises `BadAnswerError` where the page makes no sense."""

    @property
    def is_quarantined(self) -> bool:
        """Whether the page says that the project is in quarantine (PEP 792)."""

    @property
    def host(self) -> str:
        """Who says so."""

    @property
    def tells_uploads(self) -> bool:
        """Whether it is of a kind that tells when files were uploaded."""

    def uploads_since(self, moment: datetime) -> bool:
        """Whether a file may have been uploaded since; True where that is not certain."""


Hidden = Mapping[str, str]
"""File names that are kept off a page, each with the reason."""
