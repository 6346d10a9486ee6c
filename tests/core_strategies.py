"""What the tests of the core share: short ways to write the nouns, and strategies for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vetgate.model.change import Added
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    NormalizedName,
    Origin,
    normalize,
)
from vetgate.model.facts import (
    Downloads,
    Fact,
    Known,
    Listed,
    PackageFacts,
    Presence,
    Release,
    T,
    Unknown,
)
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = "sha256:" + "ab" * 32
OTHER_SHA256 = "sha256:" + "cd" * 32

ANY = FromIndex("")


def dependency(
    name: str | None = "acme",
    origin: Origin = ANY,
    *,
    file: str = "requirements.txt",
    line: int = 1,
    extras: tuple[str, ...] = (),
    marker: str | None = None,
    hashes: tuple[str, ...] = (),
    table: str | None = None,
    locked: bool = False,
    constraint: bool = False,
) -> Dependency:
    """Return a dependency that is written as a parser would write it."""
    return Dependency(
        name=None if name is None else normalize(name),
        spelled=name if name is not None else _stands_for(origin),
        requirement=_written(name, origin, extras),
        origin=origin,
        location=Location(file, line),
        extras=extras,
        marker=marker,
        hashes=hashes,
        table=table,
        locked=locked,
        constraint=constraint,
    )


def listed(
    name: str = "acme",
    specifier: str = "",
    *,
    file: str = "requirements.txt",
    line: int = 1,
    constraint: bool = False,
) -> Dependency:
    """Return a dependency from an index."""
    return dependency(name, FromIndex(specifier), file=file, line=line, constraint=constraint)


def option(name: str, url: str, *, file: str = "requirements.txt", line: int = 1) -> Dependency:
    """Return an option that names a place."""
    return dependency(None, FromOption(name, url), file=file, line=line)


def known(value: T, source: str = "the test", *, days: float = 0) -> Known[T]:
    """Return a fact of today, or of so many days ago."""
    return Known(value, NOW - timedelta(days=days), source)


def releases(**ages: float | None) -> tuple[Release, ...]:
    """Return releases by their ages in days (`v1_0=3`), None: when is not known; in that order."""
    return tuple(
        Release(
            name.removeprefix("v").removesuffix("y").replace("_", "."),
            None if age is None else NOW - timedelta(days=age),
            yanked=name.endswith("y"),
        )
        for name, age in ages.items()
    )


def about(
    *,
    presence: Fact[Presence] = Unknown("the index timed out"),  # noqa: B008 - frozen
    rank: Fact[int] = Unknown("no snapshot"),  # noqa: B008 - frozen
    downloads: Fact[Downloads] = Unknown("the service timed out"),  # noqa: B008 - frozen
    dependents: Fact[int] = Unknown("the service timed out"),  # noqa: B008 - frozen
    repository: Fact[str | None] = Unknown("the index timed out"),  # noqa: B008 - frozen
    urls: Fact[tuple[str, ...]] = Unknown("the index timed out"),  # noqa: B008 - frozen
) -> PackageFacts:
    """Return facts about acme."""
    return PackageFacts(
        normalize("acme"),
        presence=presence,
        rank=rank,
        downloads=downloads,
        dependents=dependents,
        repository=repository,
        urls=urls,
    )


def seen(
    rule: Rule,
    after: Dependency,
    facts: PackageFacts,
    *,
    private: bool = False,
    elsewhere: bool = False,
    indexes: tuple[str, ...] = (),
    trusted: bool = False,
    **limits: int,
) -> list[Signal]:
    """Return what a rule signals, its limits at their defaults unless told otherwise."""
    values = {**rule.limits, **limits}
    told = Limits(
        values, NOW, private=private, indexes=indexes, elsewhere=elsewhere, trusted=trusted
    )
    return list(rule.check(Added(after), facts, told))


LISTED: Fact[Presence] = known(Listed())


def _stands_for(origin: Origin) -> str:
    if isinstance(origin, FromOption):
        return origin.option
    return origin.path if isinstance(origin, FromPath) else _address(origin)


def _address(origin: Origin) -> str:
    return origin.url if isinstance(origin, FromUrl | FromVcs) else ""


def _written(name: str | None, origin: Origin, extras: Iterable[str]) -> str:
    bracket = f"[{','.join(extras)}]" if extras else ""
    if isinstance(origin, FromIndex):
        return f"{name}{bracket}{origin.specifier}"
    if isinstance(origin, FromOption):
        return f"{origin.option} {origin.url}"
    if isinstance(origin, FromVcs):
        place = origin.url if origin.reference is None else f"{origin.url}@{origin.reference}"
    else:
        place = origin.path if isinstance(origin, FromPath) else origin.url
    return place if name is None else f"{name}{bracket} @ {place}"


names: SearchStrategy[NormalizedName] = st.sampled_from(
    [NormalizedName(name) for name in ("acme", "acme-utils", "beta", "gamma")]
)
versions: SearchStrategy[str] = st.builds(
    "{}.{}{}".format,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["", "", "", "a1", ".dev1", ".post1", "-rc.1"]),
)
clauses: SearchStrategy[str] = st.builds(
    "{}{}".format, st.sampled_from(["==", ">=", "<=", "<", ">", "!=", "==="]), versions
)
specifiers: SearchStrategy[str] = st.lists(clauses, max_size=2).map(",".join)
urls: SearchStrategy[str] = st.sampled_from(
    [
        "https://packages.acme.example/simple",
        "https://index.example/simple",
        "https://evil.top/simple",
        "https://files.example/acme.whl",
    ]
)
hash_lists: SearchStrategy[tuple[str, ...]] = st.sampled_from(
    [(), (SHA256,), (OTHER_SHA256,), (SHA256, OTHER_SHA256), ("md5:00",)]
)
from_index: SearchStrategy[FromIndex] = st.builds(
    FromIndex,
    specifier=specifiers,
    only_index=st.none() | urls,
    indexes=st.lists(urls, max_size=2, unique=True).map(tuple),
)
packages: SearchStrategy[Origin] = st.one_of(
    from_index,
    st.builds(FromUrl, url=urls, hashes=hash_lists),
    st.builds(
        FromVcs, url=urls.map("git+".__add__), reference=st.sampled_from([None, "main", COMMIT])
    ),
    st.builds(FromPath, path=st.sampled_from([".", "../lib"]), inside=st.booleans()),
)
options: SearchStrategy[Origin] = st.builds(
    FromOption,
    option=st.sampled_from(["--index-url", "--extra-index-url", "--find-links", "--trusted-host"]),
    url=urls,
)


@st.composite
def dependencies(draw: st.DrawFn) -> Dependency:
    """Draw any dependency, as different from its neighbours as can be."""
    origin = draw(packages | options)
    unnamed = not isinstance(origin, FromIndex) and draw(st.booleans())
    name = None if isinstance(origin, FromOption) or unnamed else draw(names)
    return dependency(
        name,
        origin,
        file=draw(st.sampled_from(["requirements.txt", "dev/requirements.txt"])),
        line=draw(st.integers(1, 9)),
        extras=draw(st.sampled_from([(), ("x",), ("x", "y")])) if name else (),
        hashes=draw(hash_lists),
        table=draw(st.sampled_from([None, "project.dependencies"])),
        locked=draw(st.booleans()),
        constraint=draw(st.booleans()),
    )
