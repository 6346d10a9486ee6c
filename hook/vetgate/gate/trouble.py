"""Why the gate did not serve what was asked for; each becomes one status of HTTP."""

from __future__ import annotations

from simple_repository import errors

from vetgate.gate.ruling import PageRuling


class UpstreamError(errors.SourceRepositoryUnavailable):
    """The upstream could not be asked, or answered nonsense; `why` names it. 502."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class UndecidedError(Exception):
    """The project could not be judged. 502."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class HeldBackError(Exception):
    """The project is blocked: nothing of it comes from anywhere. 403."""

    def __init__(self, ruling: PageRuling) -> None:
        super().__init__(ruling.reason)
        self.ruling = ruling


class RefusedError(errors.PackageNotFoundError):
    """The project may not come from this upstream, so that for a client it is not there. 404."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.why = why
