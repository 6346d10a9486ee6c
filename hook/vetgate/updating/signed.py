"""The manifest, as its publisher signed it: the reader of TUF metadata.

The work is python-tuf's (The Update Framework, https://theupdateframework.github.io/specification):
it refuses what is signed by another key, older than what was seen (rollback), past its time
(freeze), or put together from several publications (mix and match), and follows a root of keys
to the next one. One file is signed, the manifest; its digests vouch for all the others.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vetgate.errors import UpdateError
from vetgate.facts.published import FILE, MOST_BYTES
from vetgate.updating.place import Place
from vetgate.updating.store import Store

if TYPE_CHECKING:
    from tuf.ngclient.fetcher import FetcherInterface

METADATA, TARGETS = "metadata", "targets"
FIRST_ROOT = f"{METADATA}/1.root.json"
MOST_METADATA = 1 << 20
_BOOTSTRAP = "first-root.json"
_BASE = "place:/"
_HINT = "the snapshot in use stays; ask the publisher, or look who is between you and them"

_GET = "give the file metadata/1.root.json that the publisher gave you; nothing was trusted"
_OTHER = (
    "the file may be another publisher's, or older than all that is left of this one's: ask them "
    "for theirs; the snapshot in use stays"
)


def digest(root: bytes) -> str:
    """Name a root of keys."""
    return hashlib.sha256(root).hexdigest()


def first_root(store: Store, name: str) -> bytes:
    """Return the root that was trusted first, by its digest; raises `UpdateError`."""
    path = os.path.join(store.trust_folder(name), _BOOTSTRAP)
    try:
        with open(path, "rb") as file:
            root = file.read(MOST_METADATA)
    except OSError as error:
        raise UpdateError(
            f"cannot be read: {error.strerror}",
            path=path,
            hint="it is what says whom to trust; give it anew with --root FILE",
        ) from error
    if digest(root) != name:
        raise UpdateError("is not the root of keys that was trusted", path=path)
    return root


def check_root(root: bytes, path: str) -> None:
    """Raise `UpdateError` for a file that is no root of keys, or that its own keys did not sign.

    Where tuf is not installed, nothing is said yet: nothing will be trusted either.
    """
    try:
        from tuf.api.exceptions import RepositoryError
        from tuf.api.metadata import Metadata, Root
    except ImportError:
        return
    try:
        found = Metadata[Root].from_bytes(root)
        if not isinstance(found.signed, Root):
            raise UpdateError(f"is no root of keys, but {found.signed.type}", path=path, hint=_GET)
        found.signed.verify_delegate("root", found.signed_bytes, found.signatures)
    except RepositoryError as error:
        raise UpdateError(f"is no root of keys: {_lower(error)}", path=path, hint=_GET) from error


def signed_manifest(place: Place, store: Store, root: bytes, *, given: bool = False) -> bytes:
    """Return the manifest that is signed under a root of keys, and is newer than what was seen.

    `given`: the user named the root just now, and may have named another's. Raises `UpdateError`
    for all else, also if tuf is not installed.
    """
    try:
        from tuf.api import exceptions
        from tuf.ngclient.updater import Updater
    except ImportError as error:
        raise UpdateError(
            "what is published there is signed, and tuf, which checks that, is not installed",
            path=place.name,
            hint="install vetgate with its extra `update`",
        ) from error
    logging.getLogger("tuf").addHandler(logging.NullHandler())
    folder = store.trust_folder(digest(root))
    store.write(os.path.join(folder, _BOOTSTRAP), root)
    wanted = store.part("signed-manifest")
    try:
        updater = Updater(
            folder,
            f"{_BASE}{METADATA}/",
            target_base_url=f"{_BASE}{TARGETS}/",
            fetcher=_fetcher(place),
            bootstrap=root,
        )
        updater.refresh()
        target = updater.get_targetinfo(FILE)
        if target is None:
            raise UpdateError(f"is signed, but {FILE} is not in it", path=place.name)
        if target.length > MOST_BYTES:
            raise UpdateError("is signed, but larger than a manifest is", path=place.name)
        with open(updater.download_target(target, wanted), "rb") as file:
            return file.read()
    except (exceptions.RepositoryError, exceptions.DownloadError, OSError, ValueError) as error:
        raise _refused(error, place.name, given=given) from error


def _refused(error: Exception, name: str, *, given: bool) -> UpdateError:
    """Say in our words what is wrong with what is signed."""
    from tuf.api import exceptions

    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, UpdateError):
            return inner
        inner = inner.__cause__
    if isinstance(error, exceptions.ExpiredMetadataError):
        return UpdateError(
            f"what is signed there is past its time: {_lower(error)}",
            path=name,
            hint="the publisher has stopped, somebody holds the news back, or the clock of this "
            "machine is wrong; the snapshot in use stays",
        )
    if given and isinstance(error, exceptions.UnsignedMetadataError):
        return UpdateError(
            f"is not signed by the keys that --root names: {_lower(error)}", path=name, hint=_OTHER
        )
    if isinstance(error, exceptions.DownloadHTTPError):
        problem = "offers no signed metadata, or not all of it"
    elif isinstance(error, exceptions.BadVersionNumberError):
        problem = f"offers something older than what was seen from this publisher: {_lower(error)}"
    elif isinstance(error, exceptions.UnsignedMetadataError):
        problem = f"is not signed by the keys that are trusted: {_lower(error)}"
    elif isinstance(error, exceptions.LengthOrHashMismatchError):
        problem = f"offers parts that do not belong together: {_lower(error)}"
    elif isinstance(error, exceptions.DownloadLengthMismatchError):
        problem = "sends more than it should"
    else:
        problem = f"offers signed metadata that is not in order: {_lower(error)}"
    return UpdateError(problem, path=name, hint=_HINT)


def _lower(error: Exception) -> str:
    words = " ".join(str(error).split())[:200]
    return f"{words[:1].lower()}{words[1:]}"


def _fetcher(place: Place) -> FetcherInterface:
    """Let tuf ask as everything else here asks: with pip's proxy and certificates, and bounds."""
    from tuf.api import exceptions
    from tuf.ngclient.fetcher import FetcherInterface

    class _Fetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            content = place.fetch(url.removeprefix(_BASE), MOST_METADATA)
            if content is None:
                raise exceptions.DownloadHTTPError("not there", 404)
            return iter((content,))

    return _Fetcher()
