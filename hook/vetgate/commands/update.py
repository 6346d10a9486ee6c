"""`vetgate update`: fetch the published snapshot of facts, the cheapest way there is."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from vetgate.commands.answer import PASSED, Answer
from vetgate.commands.asking import is_offline, snapshot_folder
from vetgate.commands.installed import open_installed
from vetgate.commands.publication import named_place
from vetgate.errors import UpdateError, UsageError
from vetgate.facts.live.address import is_web
from vetgate.facts.snapshot import STARTER, Snapshot
from vetgate.render.updated import Found, aged_text, looked_text, updated_text
from vetgate.updating.local import Bundle
from vetgate.updating.place import Place, Tick
from vetgate.updating.signed import MOST_METADATA, check_root
from vetgate.updating.store import Publisher, Store
from vetgate.updating.update import Asked, News, look, update

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

BEHIND = 1
"""The exit code of `--check` if there is something newer."""

_PATIENCE = 60.0
"""Seconds to wait for another update on this machine."""


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Fetch, verify and replace, or only look; raises `GateError`."""
    store = Store(snapshot_folder(environment))
    store.prepare()
    talk: list[str] = []
    with store.alone(_PATIENCE):
        known = store.publisher()
        if options.check and options.root is None and not _names_one(options, environment, known):
            return _age(environment)
        place, source = _place(options, environment, folder, known, talk.append)
        far = _Far()
        asked = Asked(
            place,
            datetime.now(timezone.utc),
            root=None if options.root is None else _root(os.path.join(folder, options.root)),
            source=source,
            tick=far.tick,
            note=talk.append,
        )
        with _progress(far, environment):
            news = look(asked, store) if options.check else update(asked, store)
    talk += _overruled(environment)
    found = _found(news, place.name)
    if options.check:
        code = PASSED if news.current else BEHIND
        return Answer(looked_text(found, asked.now), code, tuple(talk))
    return Answer(updated_text(found), talk=tuple(talk))


def _names_one(options: Namespace, environment: Mapping[str, str], known: Publisher) -> bool:
    """Whether there is any word on where to look."""
    return options.offline_bundle is not None or bool(_named(options, environment, known))


def _named(options: Namespace, environment: Mapping[str, str], known: Publisher) -> str | None:
    named: str | None = options.origin or environment.get("VETGATE_UPDATE_URL") or known.source
    return named


def _age(environment: Mapping[str, str]) -> Answer:
    """Tell how old what is in use is, which takes no publisher; raises `SnapshotError`.

    It passes: nothing is known that it would be behind of.
    """
    fetched = open_installed(environment)
    snapshot = fetched or Snapshot.open(STARTER)
    built = snapshot.built
    snapshot.close()
    told = aged_text(built, datetime.now(timezone.utc), fetched=fetched is not None)
    return Answer(told, talk=_overruled(environment))


def _overruled(environment: Mapping[str, str]) -> tuple[str, ...]:
    if named := environment.get("VETGATE_SNAPSHOT"):
        return (f"note: VETGATE_SNAPSHOT names another, which is what is used: {named}",)
    return ()


def _found(news: News, place: str) -> Found:
    manifest = news.manifest
    return Found(
        place,
        manifest.built,
        manifest.packages,
        signed=news.root is not None,
        used=news.used,
        current=news.current,
        deltas=len(news.way),
        cost=news.cost,
    )


def _place(
    options: Namespace,
    environment: Mapping[str, str],
    folder: str,
    known: Publisher,
    note: Callable[[str], None],
) -> tuple[Place, str | None]:
    """Return where to look, and what to remember of it; raises `UsageError` if nobody said."""
    if options.offline_bundle is not None:
        bundle = os.path.join(folder, options.offline_bundle)
        if not os.path.isfile(bundle):
            raise UsageError(f"there is no such bundle: {options.offline_bundle}")
        return Bundle(bundle), None
    named = _named(options, environment, known)
    if not named:
        raise UsageError(
            "nobody said where a snapshot is published",
            hint="say it once with --from URL, or in VETGATE_UPDATE_URL; "
            "`vetgate build` and `vetgate publish` make one of your own",
        )
    if is_web(named) and is_offline(environment, asked=False):
        raise UsageError("VETGATE_OFFLINE says that nobody may be asked, and that is a URL")
    place = named_place(named, environment, folder, seconds=options.timeout, note=note)
    return place, place.name


def _root(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            root = file.read(MOST_METADATA + 1)
    except OSError as error:
        raise UsageError(f"--root: cannot be read: {error.strerror}", path=path) from error
    if len(root) > MOST_METADATA:
        raise UpdateError("is too large for a root of keys", path=path)
    check_root(root, path)
    return root


class _Far:
    """How far the download is, for whoever draws it."""

    def __init__(self) -> None:
        self._done = self._whole = 0

    @property
    def tick(self) -> Tick:
        def told(done: int, whole: int) -> None:
            self._done, self._whole = done, whole

        return told

    def line(self) -> str:
        from vetgate.render.progress import bar

        if not self._whole:
            return "asking what is published"
        if self._done == self._whole:
            return "checking and unpacking the snapshot"
        return bar("fetching the snapshot", self._done, self._whole)


def _progress(far: _Far, environment: Mapping[str, str]) -> AbstractContextManager[None]:
    if not sys.stderr.isatty():
        return nullcontext()
    from vetgate.commands.screen import width
    from vetgate.render.progress import Progress

    return Progress(sys.stderr, far.line, width=width(environment), patience=0.5, beat=0.25)
