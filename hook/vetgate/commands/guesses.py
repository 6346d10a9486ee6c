"""What of a project may be private: guesses, to be shown and agreed to, never more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from vetgate.errors import ManifestError, PolicyError
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    NormalizedName,
    normalize,
)
from vetgate.model.record import Record
from vetgate.model.urls import comparable, split
from vetgate.policyfile.first import first_policy
from vetgate.policyfile.reading import read
from vetgate.tomlmap import load

_SHORTEST = 4
"""Letters of a prefix; shorter ones are shared by strangers."""

# First words that say what a package does, not whose it is. Those that the most downloaded
# packages begin with are told by the snapshot.
_COMMON = frozenset(
    {"backend", "client", "common", "company", "core", "demo", "example", "frontend", "internal"}
    | {"main", "private", "project", "sample", "server", "service", "simple", "test", "tests"}
    | {"tool", "tools", "utils", "website", "package", "library", "template", "tutorial"}
)


class Guesses(Record):
    """Patterns of names, and URLs of indexes, that the policy may want to name."""

    private: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()


def guesses(
    own: NormalizedName | None,
    dependencies: Iterable[Dependency],
    extra: Iterable[str],
    home: Collection[str],
    ranked: Collection[NormalizedName],
) -> Guesses:
    """Guess from a project's own name, the indexes it names, and pip's `extra` ones.

    `home` are the indexes that names are looked up on, `ranked` names that are certainly public.
    """
    homes, public = {comparable(url) for url in home}, frozenset(ranked)
    private: dict[str, None] = {}
    indexes = set(map(_plain, extra))
    for dependency in dependencies:
        origin = dependency.origin
        if isinstance(origin, FromOption) and "find-links" not in origin.option:
            indexes.add(_plain(origin.url))
        if isinstance(origin, FromIndex) and origin.only_index is not None:
            indexes.add(_plain(origin.only_index))
            # What everybody uses may come from a second public index.
            elsewhere = comparable(origin.only_index) not in homes
            if dependency.name is not None and elsewhere and dependency.name not in public:
                private[dependency.name] = None
    if own is not None:
        private.update(dict.fromkeys(_of_a_name(own, public)))
    # A folder of this machine is nothing that a team's policy could name.
    urls = [url for url in indexes if comparable(url) not in homes and not url.startswith("file:")]
    return Guesses(
        tuple(one for one in sorted(private) if _stands([one], [])),
        tuple(one for one in sorted(urls) if _stands([], [one])),
    )


def own_name(content: bytes, path: str) -> NormalizedName | None:
    """Return the project's own name from its `pyproject.toml`; raises `ManifestError`."""
    data = load(content, path, ManifestError).data
    for table in (data.get("project"), _reached(data, "tool", "poetry")):
        name = table.get("name") if isinstance(table, Mapping) else None
        if isinstance(name, str) and name.strip():
            return normalize(name.strip())
    return None


def _plain(url: str) -> str:
    """Return a URL without credentials, nor what stands for them, and without a final slash."""
    parts = split(url.strip().rstrip("/"))
    if parts is None or parts.authority is None:
        return url
    return parts._replace(authority=parts.authority.rpartition("@")[2]).joined()


def _reached(data: Mapping[str, object], *keys: str) -> object:
    found: object = data
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _of_a_name(own: NormalizedName, ranked: frozenset[NormalizedName]) -> tuple[str, ...]:
    """Guess a pattern from the project's own name, or the name alone where that is too broad."""
    prefix, dash, _ = own.partition("-")
    shared = prefix in ranked or any(name.startswith(f"{prefix}-") for name in ranked)
    if dash and len(prefix) >= _SHORTEST and prefix not in _COMMON and not shared:
        # A package of the same owner is often called by the prefix alone; that is no pattern.
        return (f"{prefix}-*",)
    return () if own in ranked else (own,)


def _stands(private: list[str], indexes: list[str]) -> bool:
    """Whether a policy could say so: names and URLs from elsewhere may be anything."""
    try:
        read(first_policy(private, indexes, agreed=True), "", {})
    except (PolicyError, UnicodeEncodeError):
        return False
    return not any(sign in "*?[" for one in private for sign in one.removesuffix("-*"))
