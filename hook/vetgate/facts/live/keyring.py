"""The only asker of the user's keyring, in the way that pip's settings choose."""

from __future__ import annotations

from vetgate.facts.index_settings import Credentials


def from_keyring(provider: str, url: str, username: str | None) -> Credentials | None:
    """Ask for the credentials of an index by its URL; None: there are none to be had.

    pip's own code is asked (a private interface): it knows how to find a `keyring` command outside
    of the environment that it runs in, and which versions of it can be used.
    """
    if provider == "disabled":
        return None
    try:
        from pip._internal.network.auth import get_keyring_provider

        found = get_keyring_provider(provider).get_auth_info(url, username)
    except Exception:  # noqa: BLE001 - back ends of keyring are plug-ins and raise what they like
        return None
    if not found or found[0] is None or found[1] is None:
        return None
    return Credentials(found[0], found[1])
