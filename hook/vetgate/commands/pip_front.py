"""What stands in front of pip's indexes, as those look at it who only ask what it decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from vetgate.commands.asking import Asking
from vetgate.facts.index_settings import IndexSettings
from vetgate.installer.meeting import Meeting
from vetgate.model.dependency import Dependency, NormalizedName
from vetgate.model.verdict import Judged


class Gate(Protocol):
    """The indexes that stand in front of pip's own, while they are served."""

    @property
    def urls(self) -> Sequence[str]:
        """One for each upstream, in order, without trailing slash."""

    def original(self, url: str) -> str | None:
        """Tell where a file lies that is had through the gate; None: it is not one."""

    def judged(self) -> Sequence[Judged]:
        """Tell what was decided about the pages that were asked for, so far."""

    def held(self) -> Sequence[Held]:
        """Tell what was held back, so far: whole projects, and some of the files of others."""

    def troubles(self) -> Sequence[str]:
        """Tell what kept a page from being judged, so far."""

    def talk(self) -> Sequence[str]:
        """Tell what is to be said beside."""


class Held(Protocol):
    """A project, or some of its files, that did not come through."""

    @property
    def name(self) -> NormalizedName: ...

    @property
    def judged(self) -> Judged | None: ...

    @property
    def reason(self) -> str: ...

    @property
    def blocked(self) -> bool:
        """Whether that is the whole project."""

    @property
    def hidden(self) -> Mapping[str, str]:
        """The files, each with the reason."""

    @property
    def stays(self) -> bool:
        """Nothing came: a block only if pip cannot leave what is installed as it is."""


Opening = Callable[[Meeting, Sequence[str], Sequence[Dependency], Asking], Gate]
"""Open a gate in front of some of the indexes that a pip told of; facts are asked as told."""


def settings_of(met: Meeting) -> IndexSettings:
    """Return how pip reaches its indexes, wherever it was told of that."""
    return IndexSettings(
        proxy=met.proxy,
        cert=met.cert,
        client_cert=met.client_cert,
        trusted_hosts=met.trusted_hosts,
        timeout=met.timeout,
        keyring_provider=met.keyring or "auto",
    )
