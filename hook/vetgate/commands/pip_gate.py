"""The gate index in front of the indexes that a pip told of, and the facts that it judges by."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from vetgate.commands.asking import Asking
from vetgate.commands.judging import RECORDED, open_snapshot
from vetgate.commands.lookups import home_indexes, look_up
from vetgate.errors import UsageError
from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.snapshot import Snapshot
from vetgate.gate.judging import PolicyJudge
from vetgate.gate.ruling import Held, PageJudge, Wanted
from vetgate.gate.running import GateIndex
from vetgate.gate.upstream import Upstream
from vetgate.installer.meeting import Meeting
from vetgate.model.dependency import Dependency, NormalizedName, normalize
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Policy
from vetgate.model.verdict import Judged

_SCHEMES = ("http://", "https://", "file:")


class Learning:
    """Facts for the length of a run: the snapshot's, and what is asked for outside; `Facts`."""

    def __init__(self, snapshot: Snapshot, asking: Asking) -> None:
        self._snapshot, self._asking = snapshot, asking
        self._one_at_a_time = threading.Lock()
        self.talk: dict[str, None] = {}
        """What is to be said of the asking."""

    def note(self, line: str) -> None:
        """Keep what is to be said, once."""
        self.talk[line] = None

    def recorded(
        self, names: Collection[NormalizedName], *, alike: bool = False
    ) -> Mapping[NormalizedName, PackageFacts]:
        wanted = RECORDED | {"resembles"} if alike else RECORDED
        with self._one_at_a_time:
            return self._snapshot.facts(dict.fromkeys(names, wanted))

    def learned(self, wanted: Wanted) -> Mapping[NormalizedName, PackageFacts]:
        with self._one_at_a_time:
            answers, talk = look_up(wanted, self._snapshot, self._asking, quiet=True)
        self.talk.update(dict.fromkeys(talk))
        return answers


class Opened:
    """A gate that is served, as the keeper looks at it."""

    def __init__(self, index: GateIndex, count: int, learning: Learning) -> None:
        self._index, self._learning = index, learning
        self.urls: Sequence[str] = tuple(index.url(at).rstrip("/") for at in range(count))

    def judged(self) -> Sequence[Judged]:
        return self._index.verdict.changes

    def held(self) -> Sequence[Held]:
        return self._index.held

    def troubles(self) -> Sequence[str]:
        return self._index.troubles

    def talk(self) -> Sequence[str]:
        return tuple(self._learning.talk)


@contextmanager
def open_gate(
    met: Meeting,
    urls: Sequence[str],
    wanted: Sequence[Dependency],
    policy: Policy,
    asking: Asking,
) -> Iterator[Opened]:
    """Serve a gate in front of some indexes, until the block ends. Raises `GateError`."""
    settings = IndexSettings(
        proxy=met.proxy,
        cert=met.cert,
        client_cert=met.client_cert,
        trusted_hosts=met.trusted_hosts,
        timeout=met.timeout,
        keyring_provider=met.keyring or "auto",
    )
    upstreams = tuple(Upstream.at(_checked(url), settings) for url in urls)
    typed: dict[NormalizedName, list[Dependency]] = {}
    for one in wanted:
        if one.name is not None:
            typed.setdefault(one.name, []).append(one)
    installed = {normalize(name): version for name, version in met.installed.items()}
    snapshot = open_snapshot(asking.environment)
    learning = Learning(snapshot, asking)

    def judge() -> PageJudge:
        return PolicyJudge(
            policy,
            learning,
            now=lambda: asking.now,
            home=home_indexes(asking.environment),
            wanted=typed,
            installed=installed,
        )

    try:
        with GateIndex(upstreams, judge, note=learning.note) as index:
            yield Opened(index, len(upstreams), learning)
    finally:
        snapshot.close()


def _checked(url: str) -> str:
    """Refuse what no gate can stand in front of."""
    if url.lower().startswith(_SCHEMES):
        return url
    raise UsageError(
        f"no index that vetgate can stand in front of: {url.partition('@')[2] or url}",
        hint="an index has a URL that begins with https://, http:// or file:",
    )
