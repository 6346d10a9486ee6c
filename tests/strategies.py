"""Hypothesis strategies for the nouns of the model, with hostile text wherever text is foreign."""

from __future__ import annotations

from datetime import date, datetime, timezone

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vetgate.errors import GateError, ManifestError
from vetgate.model.change import Added, Change, Removed, Updated
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
    Advisory,
    Downloads,
    Held,
    Known,
    Likeness,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Release,
    Span,
    Unknown,
)
from vetgate.model.facts import Removed as Gone
from vetgate.model.manifest import Include, Manifest
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import (
    Evidence,
    Finding,
    Judged,
    Outcome,
    SnapshotSummary,
    Verdict,
)

spelled_names: SearchStrategy[str] = st.from_regex(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,12}[A-Za-z0-9])?", fullmatch=True
)
names: SearchStrategy[NormalizedName] = spelled_names.map(normalize)

NASTY = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\u202egnp.exe",
    "\u2066hidden\u2069",
    "[bold red]markup[/]",
    "[/]",
    ":boom:",
    "\x9b2J",
    "\r\rpassed",
    "\n\nBLOCKED you",
    "\x00",
    "\x7f",
    "\u2028",
    "\udc80",
    "\U000e0041",
    "a\u0301\u0301\u0301",
    "\u3042" * 30,
    "x" * 700,
    "\\",
)
"""What people have put into names, messages and addresses to fool a reader or a terminal."""

foreign: SearchStrategy[str] = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(NASTY) | st.text(max_size=5), max_size=4).map("".join),
)
"""Text that somebody else chose."""

moments: SearchStrategy[datetime] = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis wants it naive and adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(timezone.utc),
)
days: SearchStrategy[date] = st.dates(date(2000, 1, 1), date(2100, 1, 1))
hashes: SearchStrategy[tuple[str, ...]] = st.lists(
    st.binary(min_size=32, max_size=32).map(lambda digest: f"sha256:{digest.hex()}"), max_size=2
).map(lambda found: tuple(sorted(found)))
specifiers: SearchStrategy[str] = st.sampled_from(
    ["", ">=1", "==1.4.2", "===1.4.2", "==1.*", "<2,>=1", "~=1.4", "nonsense"]
)
versions: SearchStrategy[str] = st.sampled_from(
    ["0.9", "1.0", "1.4.2", "1.5rc1", "2.0.dev3", "2!1.0", "1.0+local", "not a version"]
)
maybe_foreign: SearchStrategy[str | None] = st.none() | foreign

origins: SearchStrategy[Origin] = st.one_of(
    st.builds(FromIndex, specifiers, maybe_foreign),
    st.builds(FromUrl, foreign, hashes),
    st.builds(FromVcs, foreign, maybe_foreign | st.just("0" * 40)),
    st.builds(FromPath, foreign, st.booleans()),
    st.builds(FromOption, foreign, foreign),
)
locations: SearchStrategy[Location] = st.builds(
    Location,
    st.sampled_from(["requirements.txt", "sub/pyproject.toml", "Pipfile"]) | foreign,
    st.integers(0, 30_000),
)
tables: SearchStrategy[str | None] = st.none() | st.sampled_from(
    ["project.dependencies", "tool.poetry.dependencies", "packages"]
)
dependencies: SearchStrategy[Dependency] = st.builds(
    Dependency,
    name=st.none() | names,
    spelled=spelled_names | foreign,
    requirement=foreign,
    origin=origins,
    location=locations,
    extras=st.lists(spelled_names, max_size=2).map(lambda found: tuple(sorted(found))),
    marker=maybe_foreign,
    hashes=hashes,
    table=tables,
    locked=st.booleans(),
    constraint=st.booleans(),
)
changes: SearchStrategy[Change] = st.one_of(
    st.builds(Added, dependencies),
    st.builds(Updated, dependencies, dependencies),
    st.builds(Removed, dependencies),
)

presences: SearchStrategy[Presence] = st.one_of(
    st.builds(Listed),
    st.builds(Gone, st.none() | days),
    st.builds(Reborn, st.none() | days, st.none() | days),
    st.builds(Held),
    st.builds(Quarantined),
    st.builds(NeverSeen),
)
unknowns: SearchStrategy[Unknown] = st.builds(Unknown, st.just("not asked") | foreign)
releases: SearchStrategy[tuple[Release, ...]] = st.lists(
    st.builds(Release, versions, st.none() | moments, st.booleans()), max_size=4
).map(tuple)
spans: SearchStrategy[tuple[Span, ...]] = st.lists(
    st.builds(Span, st.just("0") | versions, st.none() | versions, st.none() | versions), max_size=2
).map(tuple)
advisories: SearchStrategy[tuple[Advisory, ...]] = st.lists(
    st.builds(
        Advisory,
        id=foreign,
        malicious=st.booleans(),
        aliases=st.lists(foreign, max_size=2).map(tuple),
        summary=foreign,
        severity=st.sampled_from(["", "critical", "high"]) | foreign,
        spans=spans,
        versions=st.lists(versions, max_size=2).map(tuple),
    ),
    max_size=3,
).map(tuple)
foreigners: SearchStrategy[tuple[str, ...]] = st.lists(foreign, max_size=3).map(tuple)
counts: SearchStrategy[int] = st.integers(0, 10**12)

_known = (moments, foreign)
facts: SearchStrategy[PackageFacts] = st.builds(
    PackageFacts,
    names,
    presence=unknowns | st.builds(Known[Presence], presences, *_known),
    rank=unknowns | st.builds(Known[int], st.integers(1, 10**6), *_known),
    downloads=unknowns
    | st.builds(Known[Downloads], st.builds(Downloads, counts, st.booleans()), *_known),
    dependents=unknowns | st.builds(Known[int], counts, *_known),
    repository=unknowns | st.builds(Known["str | None"], maybe_foreign, *_known),
    urls=unknowns | st.builds(Known["tuple[str, ...]"], foreigners, *_known),
    first_upload=unknowns | st.builds(Known[datetime], moments, *_known),
    latest_upload=unknowns | st.builds(Known[datetime], moments, *_known),
    releases=unknowns | st.builds(Known["tuple[Release, ...]"], releases, *_known),
    status=unknowns | st.builds(Known[str], foreign, *_known),
    owners=unknowns | st.builds(Known["tuple[str, ...]"], foreigners, *_known),
    advisories=unknowns | st.builds(Known["tuple[Advisory, ...]"], advisories, *_known),
    resembles=unknowns
    | st.builds(
        Known["tuple[NormalizedName, ...]"], st.lists(names, max_size=3).map(tuple), *_known
    ),
    imitates=unknowns
    | st.builds(
        Known["tuple[Likeness, ...]"],
        st.lists(st.builds(Likeness, names, counts, foreign), max_size=2).map(tuple),
        *_known,
    ),
    newest=unknowns | st.builds(Known[str], foreign, *_known),
)

RULES = (
    "removed",
    "unknown-package",
    "unpopular",
    "rarely-used",
    "no-repository",
    "suspicious-tld",
    "malware",
    "vulnerable",
    "quarantined",
    "too-new",
    "lookalike",
    "off-index",
)
evidences: SearchStrategy[Evidence] = st.dictionaries(
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.one_of(foreign, st.integers(), st.booleans(), st.none(), st.lists(foreign, max_size=2)),
    max_size=3,
)
findings: SearchStrategy[Finding] = st.builds(
    Finding,
    rule=st.sampled_from(RULES),
    level=st.sampled_from([Level.BLOCK, Level.WARN]),
    message=foreign,
    evidence=evidences,
    unknown=st.booleans(),
    exempted_by=st.none() | st.sampled_from(Exemption),
    exempted_why=foreign,
    notes=st.lists(foreign, max_size=2).map(tuple),
    allowance=st.none(),
)


def outcome(found: tuple[Finding, ...]) -> Outcome:
    """Tell what findings amount to, as the engine does."""
    levels = {finding.level for finding in found if finding.exempted_by is None}
    if Level.BLOCK in levels:
        return Outcome.BLOCKED
    return Outcome.WARNED if Level.WARN in levels else Outcome.PASSED


def judge(change: Change, found: list[Finding], about: PackageFacts | None) -> Judged:
    """Put a change and its findings together; what is removed has none."""
    kept = () if isinstance(change, Removed) else tuple(found)
    return Judged(change, outcome(kept), kept, about)


def conclude(judged: list[Judged]) -> Verdict:
    """Let the worst change decide for the whole."""
    worst = max((each.outcome for each in judged), default=Outcome.PASSED)
    return Verdict(worst, tuple(judged))


judgements: SearchStrategy[Judged] = st.builds(
    judge, changes, st.lists(findings, max_size=3), st.none() | facts
)
verdicts: SearchStrategy[Verdict] = st.lists(judgements, max_size=4).map(conclude)

errors: SearchStrategy[GateError] = st.builds(
    ManifestError,
    foreign,
    path=maybe_foreign,
    line=st.none() | st.integers(1, 9999),
    hint=foreign,
)
snapshots: SearchStrategy[SnapshotSummary] = st.builds(
    SnapshotSummary,
    moments,
    counts,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
)
manifests: SearchStrategy[Manifest] = st.builds(
    Manifest,
    path=st.sampled_from(["requirements.txt", "sub/requirements.txt"]) | foreign,
    format=st.sampled_from(["requirements", "pyproject"]),
    dependencies=st.lists(dependencies, max_size=4).map(tuple),
    includes=st.lists(
        st.builds(Include, foreign, st.integers(1, 99), st.booleans(), st.booleans()), max_size=2
    ).map(tuple),
)
exemptions: SearchStrategy[dict[str, frozenset[Exemption]]] = st.dictionaries(
    st.sampled_from(RULES), st.frozensets(st.sampled_from(Exemption)), max_size=len(RULES)
)
