"""`vetgate publish`: lay a built snapshot out for a web server, and sign it."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from vetgate.commands.answer import Answer
from vetgate.commands.publication import named_place
from vetgate.errors import UsageError
from vetgate.render.updated import Found, published_text
from vetgate.updating.local import write_bundle
from vetgate.updating.publishing import Order, publish

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Lay out, sign, bundle; raises `GateError`."""
    published = os.path.join(folder, options.folder)
    if not os.path.isdir(published):
        raise UsageError(f"there is no such folder: {options.folder}")
    talk: list[str] = []
    previous = None
    if options.previous is not None:
        previous = named_place(
            options.previous, environment, folder, seconds=options.timeout, note=talk.append
        )
    keys: Mapping[str, CryptoSigner] | None = None
    if options.keys is not None:
        _keep_apart(options.keys, options.folder, folder)
        from vetgate.updating.keys import load

        keys = load(os.path.join(folder, options.keys), make=options.new_keys)
    elif options.new_keys:
        raise UsageError("--new-keys makes them in the folder that --keys names")
    done = publish(
        Order(
            published,
            datetime.now(timezone.utc),
            timedelta(days=options.valid),
            keys=keys,
            previous=previous,
            note=talk.append,
        )
    )
    if options.bundle is not None:
        needed = [file for file in done.files if not file.startswith("deltas/")]
        write_bundle(os.path.join(folder, options.bundle), published, needed)
    found = Found(
        options.folder,
        done.manifest.built,
        done.manifest.packages,
        signed=keys is not None,
        used=None,
        current=True,
        deltas=len(done.manifest.deltas),
        cost=done.manifest.packed.size,
    )
    return Answer(published_text(found, bundle=options.bundle), talk=tuple(talk))


def _keep_apart(keys: str, published: str, folder: str) -> None:
    """Raise `UsageError` if the keys would be served with what they sign."""
    inner, outer = (os.path.realpath(os.path.join(folder, it)) for it in (keys, published))
    if os.path.commonpath((inner, outer)) == outer:
        raise UsageError("the keys lie in the folder that is to be served: put them elsewhere")
