"""The cache of files that are known by their digest: what it gives back is what was asked for."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress


class Digests:
    """A folder of files, each named by the SHA-256 digest of its content."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def get(self, sha256: str) -> bytes | None:
        """Return the content with a digest (in lower case); None if it is not there, or damaged."""
        try:
            with open(self._path(sha256), "rb") as file:
                content = file.read()
        except OSError:
            # Not cached, or not to be read: it is fetched again.
            return None
        return content if digest(content) == sha256 else None

    def put(self, content: bytes) -> None:
        """Keep a content; where nothing can be kept, it is fetched again another time."""
        path = self._path(digest(content))
        beside = f"{path}.{os.urandom(6).hex()}.part"
        with suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            try:
                with open(beside, "xb") as file:
                    file.write(content)
                os.replace(beside, path)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(beside)

    def _path(self, sha256: str) -> str:
        return os.path.join(self._folder, f"{sha256}.toml")


def digest(content: bytes) -> str:
    """Return the SHA-256 digest in lower case."""
    return hashlib.sha256(content).hexdigest()
