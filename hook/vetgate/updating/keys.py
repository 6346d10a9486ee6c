"""The keys that a publisher signs with: one file each, for their owner's eyes only."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from vetgate.errors import UpdateError, UsageError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

ROLES = ("root", "targets", "snapshot", "timestamp")
_EXTRA = "install vetgate with its extra `build`"
_MOST_BYTES = 1 << 16


def load(folder: str, *, make: bool) -> dict[str, CryptoSigner]:
    """Load the keys in `folder`; with `make`, make those that are not there first.

    That of the root may lie elsewhere. Raises `UpdateError`, or `UsageError` if one is missing.
    """
    if make:
        _make(folder)
    return {role: signer for role in ROLES if (signer := _load(folder, role)) is not None}


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for role in ROLES:
            path = _path(folder, role)
            if not os.path.lexists(path):
                content = _signer_class().generate_ed25519().private_bytes
                opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                with open(opened, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
    except OSError as error:
        raise UpdateError(f"no key can be kept there: {error.strerror}", path=folder) from error


def _load(folder: str, role: str) -> CryptoSigner | None:
    path = _path(folder, role)
    try:
        with open(path, "rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read(_MOST_BYTES)
    except FileNotFoundError:
        if role == "root":
            return None
        raise UsageError(f"there is no key {path}", hint="--new-keys makes it") from None
    except OSError as error:
        raise UpdateError(f"cannot be read: {error.strerror}", path=path) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UpdateError(
            "is a key that others on this machine can read", path=path, hint=f"chmod 600 {path}"
        )
    signer = _signer_class()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError) as error:
        raise UpdateError("is no key without a password, as PEM", path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UpdateError("is no Ed25519 key", path=path)
    return signer(key)


def _path(folder: str, role: str) -> str:
    return os.path.join(folder, f"{role}.pem")


def _signer_class() -> type[CryptoSigner]:
    try:
        import cryptography
        import tuf
        from securesystemslib.signer import CryptoSigner
    except ImportError as error:
        raise UpdateError("tuf, which signs, is not installed", hint=_EXTRA) from error
    del cryptography, tuf
    return CryptoSigner
