"""Two small judged projects, whose whole output the tests of this folder spell out."""

from __future__ import annotations

from datetime import datetime, timezone

from vetgate.model.change import Added, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    Location,
    NormalizedName,
    Origin,
    normalize,
)
from vetgate.model.facts import (
    Advisory,
    Downloads,
    Known,
    Likeness,
    Listed,
    PackageFacts,
    Release,
    Span,
    Unknown,
)
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Finding, Judged, Outcome, Verdict

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
PIN_OR_ALLOW = frozenset({Exemption.PIN, Exemption.ALLOW})
EXEMPTIONS = {
    "removed": frozenset({Exemption.PIN, Exemption.LOCK, Exemption.ALLOW}),
    "unknown-package": frozenset({Exemption.ALLOW, Exemption.PRIVATE}),
    "unpopular": PIN_OR_ALLOW,
    "rarely-used": PIN_OR_ALLOW,
    "no-repository": PIN_OR_ALLOW,
    "suspicious-tld": frozenset({Exemption.ALLOW}),
    "malware": frozenset({Exemption.ALLOW}),
    "vulnerable": frozenset({Exemption.ALLOW}),
    "quarantined": frozenset[Exemption](),
    "too-new": PIN_OR_ALLOW,
    "lookalike": frozenset({Exemption.ALLOW}),
    "off-index": PIN_OR_ALLOW,
}


def dependency(
    spelled: str,
    specifier: str = "",
    *,
    origin: Origin | None = None,
    file: str = "requirements.txt",
    line: int = 3,
    table: str | None = None,
    extras: tuple[str, ...] = (),
    marker: str | None = None,
    locked: bool = False,
) -> Dependency:
    """Build a dependency from an index, or from where `origin` says."""
    return Dependency(
        name=None if isinstance(origin, FromOption) else normalize(spelled),
        spelled=spelled,
        requirement=f"{spelled}{specifier}",
        origin=origin or FromIndex(specifier),
        location=Location(file, line),
        table=table,
        extras=extras,
        marker=marker,
        locked=locked,
    )


def blocks(rule: str, message: str) -> Finding:
    """Build a finding that blocks."""
    return Finding(rule, Level.BLOCK, message, {})


def warns(rule: str, message: str) -> Finding:
    """Build a finding that warns."""
    return Finding(rule, Level.WARN, message, {})


EVIL_FACTS = PackageFacts(
    NormalizedName("evil"),
    presence=Known(Listed(), NOON, "index.example"),
    rank=Unknown("the starter snapshot has no rank for it"),
    downloads=Known(Downloads(214), NOON, "downloads.example"),
    dependents=Unknown("dependents.example did not answer within 5 s"),
    repository=Known(None, NOON, "index.example"),
    first_upload=Known(NOON, NOON, "index.example"),
    releases=Known(
        (
            Release("1.4.1", NOON),
            Release("1.4.2", NOON),
            Release("1.4.3", NOON, yanked=True),
            Release("1.5rc1", NOON),
            Release("0.1", None),
        ),
        NOON,
        "index.example",
    ),
    owners=Known(("mallory", "trent"), NOON, "index.example"),
    advisories=Known(
        (
            Advisory(
                "PYSEC-2025-7",
                malicious=False,
                aliases=("CVE-2025-1",),
                summary="reads any file",
                severity="high",
                spans=(Span("0", "1.4.2"),),
            ),
            Advisory("MAL-2025-9", malicious=True, versions=("1.4.0",)),
        ),
        NOON,
        "reports.example",
    ),
    resembles=Known((NormalizedName("evals"),), NOON, "snapshot"),
    imitates=Known(
        (Likeness(NormalizedName("evals"), 77, "two neighbouring letters are swapped"),),
        NOON,
        "snapshot",
    ),
)
UNPOPULAR = Finding(
    "unpopular",
    Level.BLOCK,
    "214 downloads a month, fewer than 1000",
    {"downloads": 214, "limit": 1000},
)
NO_REPOSITORY = blocks("no-repository", "declares no source repository")
RARELY_USED = Finding(
    "rarely-used",
    Level.WARN,
    "dependents unknown: dependents.example did not answer within 5 s",
    {},
    unknown=True,
    notes=("vetgate.toml:12: expired on 2026-05-23",),
)
EVIL = Judged(
    Added(dependency("Evil", ">=1")),
    Outcome.BLOCKED,
    (UNPOPULAR, RARELY_USED, NO_REPOSITORY),
    EVIL_FACTS,
)
PINNED = Judged(
    Added(dependency("pinned-one", "==1.4.2", line=9)),
    Outcome.PASSED,
    (
        UNPOPULAR._replace(exempted_by=Exemption.PIN, exempted_why="==1.4.2"),
        NO_REPOSITORY._replace(exempted_by=Exemption.PIN, exempted_why="==1.4.2"),
    ),
)
REQUESTS = Judged(Added(dependency("requests", line=4)), Outcome.PASSED)
LOOSENED = Judged(
    Updated(dependency("left-pad", "==1.0", line=5), dependency("left-pad", ">=1", line=5)),
    Outcome.WARNED,
    (warns("rarely-used", "1 public package depends on it, fewer than 2"),),
)
MIXED = Verdict(Outcome.BLOCKED, (PINNED, LOOSENED, REQUESTS, EVIL))
