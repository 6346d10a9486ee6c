"""The only asker of the user's keyring, in the way that pip's settings choose."""

from __future__ import annotations

from vetgate.facts.index_settings import Credentials


class NoKeyringError(Exception):
    """The keyring cannot be asked; the text says why, and holds nothing that a back end said."""


def from_keyring(provider: str, url: str, username: str | None) -> Credentials | None:
    """Ask for the credentials of an index by its URL; None: there are none to be had.

    pip's own code is asked (a private interface): it knows how to find a `keyring` command outside
    of the environment that it runs in, and which versions of it can be used. It takes the setting
    since pip 23.1. Raises `NoKeyringError` where that code is not there, or fails.
    """
    if provider == "disabled":
        return None
    try:
        from pip._internal.network.auth import get_keyring_provider

        keyring = get_keyring_provider(provider)
    except (ImportError, TypeError) as error:  # not there, or takes no setting; pip catches others
        raise NoKeyringError("it takes pip 23.1 or later") from error
    except OSError as error:  # while it looks for a `keyring` command
        raise NoKeyringError(type(error).__name__) from error
    try:
        found = keyring.get_auth_info(url, username)
    except Exception as error:  # back ends are plug-ins and raise what they like
        raise NoKeyringError(type(error).__name__) from error
    if not found or found[0] is None or found[1] is None:
        return None
    return Credentials(found[0], found[1])
