"""The gate index in front of the indexes that a pip told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module

from vetgate.commands.asking import Asking
from vetgate.commands.gating import gate_facts
from vetgate.commands.lookups import home_indexes
from vetgate.commands.pip_front import settings_of
from vetgate.errors import UsageError
from vetgate.gate.judging import PolicyJudge
from vetgate.gate.ruling import Held, PageJudge
from vetgate.gate.running import GateIndex
from vetgate.gate.upstream import Upstream
from vetgate.installer.meeting import Meeting
from vetgate.model.dependency import Dependency, NormalizedName, normalize
from vetgate.model.policy import Policy
from vetgate.model.verdict import Judged

_MARGIN, _SHARE = 2.0, 0.2
"""Seconds, or that part of them if it is less, by which the gate ends before pip gives up: so pip
hears the reason, and does not ask once more meanwhile."""
_SCHEMES = ("http://", "https://", "file:")


class Opened:
    """A gate that is served, as the keeper looks at it."""

    def __init__(self, index: GateIndex, count: int, talk: Mapping[str, None]) -> None:
        self._index, self._talk = index, talk
        self.urls: Sequence[str] = tuple(index.url(at).rstrip("/") for at in range(count))

    def original(self, url: str) -> str | None:
        return self._index.original(url)

    def judged(self) -> Sequence[Judged]:
        return self._index.verdict.changes

    def held(self) -> Sequence[Held]:
        return self._index.held

    def troubles(self) -> Sequence[str]:
        return self._index.troubles

    def talk(self) -> Sequence[str]:
        return tuple(self._talk)


def prepare() -> None:
    """Import what serving a gate takes, which is some tenths of a second: while pip starts."""
    for name in ("application", "server"):
        import_module(f"vetgate.gate.{name}")


@contextmanager
def open_gate(
    met: Meeting,
    urls: Sequence[str],
    wanted: Sequence[Dependency],
    policy: Policy,
    asking: Asking,
    facts_by: Asking,
) -> Iterator[Opened]:
    """Serve a gate in front of some indexes, until the block ends. Raises `GateError`.

    `asking` is as the environment has it; `facts_by` asks the index that pip goes by.
    """
    upstreams = tuple(Upstream.at(_checked(url), settings_of(met)) for url in urls)
    typed: dict[NormalizedName, list[Dependency]] = {}
    for one in wanted:
        if one.name is not None:
            typed.setdefault(one.name, []).append(one)
    installed = frozenset(map(normalize, met.installed))
    talk: dict[str, None] = {}
    seconds = met.timeout - min(_MARGIN, _SHARE * met.timeout)
    facts_by = facts_by._replace(timeout=min(facts_by.timeout, seconds))

    def note(line: str) -> None:
        talk[line] = None

    with gate_facts(facts_by, note) as facts:

        def judge() -> PageJudge:
            return PolicyJudge(
                policy,
                facts,
                now=lambda: asking.now,
                home=home_indexes(asking.environment),
                wanted=typed,
                installed=installed,
            )

        with GateIndex(upstreams, judge, seconds=seconds, note=note) as index:
            yield Opened(index, len(upstreams), talk)


def _checked(url: str) -> str:
    """Refuse what no gate can stand in front of."""
    if url.lower().startswith(_SCHEMES):
        return url
    raise UsageError(
        f"no index that vetgate can stand in front of: {url.partition('@')[2] or url}",
        hint="an index has a URL that begins with https://, http:// or file:",
    )
