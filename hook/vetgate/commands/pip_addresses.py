"""What speaks against a package that comes by an address, besides the address itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from vetgate.commands.asking import Asking
from vetgate.commands.judging import rule
from vetgate.engine import OUTCOMES, is_private
from vetgate.facts.index_settings import is_default
from vetgate.facts.live.services import VALID_NAME
from vetgate.facts.live.simple_page import file_name, version_in
from vetgate.installer.wanted import is_direct
from vetgate.model.change import Added, Removed, Updated
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromPath,
    FromUrl,
    NormalizedName,
    normalize,
)
from vetgate.model.facts import Known
from vetgate.model.policy import Exemption, Level, Policy, RulePolicy
from vetgate.model.reports import reach
from vetgate.model.urls import comparable, split
from vetgate.model.verdict import Evidence, Finding, Judged, Outcome
from vetgate.render.advice import PRIVATE_FROM
from vetgate.rules import RULES

OFF_INDEX = "off-index"
PRIVATE: Evidence = {PRIVATE_FROM: "elsewhere"}
"""What a finding goes by that a private name was to come from elsewhere."""
_OF_THE_NAME = frozenset({"malware", "quarantined", "removed"})
"""The rules that speak of a package by its name, from wherever its files come."""
_REMOVED = "removed"
"""Of these, what only warns: who registers the name anew does not get at an address."""
_PAGES = ("simple", "+simple")
"""What the folder of an index's pages is called, where its files lie in another."""
_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar")


def strict(policy: Policy) -> Policy:
    """Return the policy for what no person asked for: no URL but what somebody vouches for."""
    own = policy.rules.get(OFF_INDEX, RulePolicy())
    vouched = frozenset({Exemption.ALLOW})
    blocks = own._replace(level=Level.BLOCK, exempted_by=vouched)
    return policy._replace(rules={**policy.rules, OFF_INDEX: blocks})


def misplaced(judged: Judged, policy: Policy, *, chosen: bool) -> Judged:
    """Refuse a private name from where the policy does not say that it comes from.

    `chosen`: a person asked for it there, who may have pinned just that, or vouched for it.
    """
    one = subject(judged)
    name = one.name or claim(one)[0]
    if name is None or not is_private(name, policy) or _is_in_place(one, policy):
        return judged
    vouched = any(each.rule == OFF_INDEX and each.exempted_by for each in judged.findings)
    if chosen and is_direct(one) and (one.pinned or vouched):
        return judged
    why = "and this is none of its `indexes`: it may not come from here"
    # A pin or an allowance helps only where a person named the address.
    evidence = {} if chosen and is_direct(one) else PRIVATE
    finding = Finding(OFF_INDEX, Level.BLOCK, f"the policy calls {name} private, {why}", evidence)
    others = tuple(each for each in judged.findings if each.rule != OFF_INDEX)
    return named(judged, name)._replace(outcome=Outcome.BLOCKED, findings=(finding, *others))


def with_reports(
    judged: Sequence[Judged], versions: Sequence[str], policy: Policy, asking: Asking
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Add what is known of names that come by an address: reported malicious, in quarantine.

    The name is the one that was written, or that the file's name says; `versions` are those that
    are known otherwise, else empty. What nobody could tell warns, where a person did not pin it.
    Also returns what is to be said of the asking.
    """
    claims = [_as_of_an_index(*pair) for pair in zip(judged, versions, strict=True)]
    changes = tuple(Added(one) for one in claims if one is not None)
    if not changes:
        return tuple(judged), ()
    off = {one.id: RulePolicy(level=Level.OFF) for one in RULES if one.id not in _OF_THE_NAME}
    by = policy._replace(rules={**policy.rules, **off})
    found = rule(changes, by, asking, summarise=False)
    told = iter(found.verdict.changes)
    joined = tuple(
        one if as_of is None else _joined(one, next(told))
        for one, as_of in zip(judged, claims, strict=True)
    )
    return joined, found.talk


def subject(one: Judged) -> Dependency:
    """Return what was judged."""
    change = one.change
    return change.before if isinstance(change, Removed) else change.after


def _as_of_an_index(judged: Judged, version: str) -> Dependency | None:
    """Return what comes by an address as if an index had it; None: there is nothing to ask by."""
    one = subject(judged)
    if not is_direct(one) or (isinstance(one.origin, FromPath) and one.origin.inside):
        return None
    name, claimed = claim(one)
    if name is None or VALID_NAME.match(name) is None:
        return None
    exact = version or claimed
    specifier = f"=={exact}" if exact else ""
    return one._replace(
        name=name,
        requirement=f"{name}{specifier}",
        origin=FromIndex(specifier),
        installed=True,
    )


def claim(one: Dependency) -> tuple[NormalizedName | None, str | None]:
    """Tell name and version that an address says its file has."""
    origin = one.origin
    file = ""
    if isinstance(origin, FromUrl):
        file = file_name(origin.url)
    elif isinstance(origin, FromPath) and not origin.inside:
        file = os.path.basename(origin.path)
    name = one.name
    if name is None:
        stem = next((file[: -len(end)] for end in _SUFFIXES if file.endswith(end)), "")
        name = normalize(stem.rpartition("-")[0]) or None
    return name, None if name is None else version_in(file, name)


def _joined(one: Judged, told: Judged) -> Judged:
    """Add what is told of the name; reports of versions speak for none that nobody knows."""
    pinned = subject(one).pinned
    known = {(each.rule, each.message) for each in one.findings}
    further = tuple(
        each._replace(level=Level.WARN) if each.unknown or each.rule == _REMOVED else each
        for each in told.findings
        if (each.rule, each.message) not in known
        and (_is_of_it(each, told) if not each.unknown else each.rule != _REMOVED and not pinned)
    )
    if not further:
        return one
    worst = max((OUTCOMES[each.level] for each in further if each.exempted_by is None), default=0)
    return named(one, subject(told).name)._replace(
        outcome=max(one.outcome, Outcome(worst)),
        findings=(*one.findings, *further),
        facts=told.facts,
    )


def _is_of_it(finding: Finding, told: Judged) -> bool:
    facts = told.facts
    origin = subject(told).origin
    exact = not isinstance(origin, FromIndex) or bool(origin.specifier)
    if finding.rule != "malware" or exact or facts is None:
        return True
    reports = facts.advisories.value if isinstance(facts.advisories, Known) else ()
    releases = facts.releases.value if isinstance(facts.releases, Known) else None
    return reach([each for each in reports if each.malicious], "", releases).every


def named(judged: Judged, name: NormalizedName | None) -> Judged:
    """Return what was judged under the name that it turned out to have, whatever was told."""
    change = judged.change
    if isinstance(change, Removed) or name is None:
        return judged
    after = change.after._replace(name=name)
    if isinstance(change, Updated):
        return judged._replace(change=change._replace(after=after))
    return judged._replace(change=Added(after))


def _is_in_place(one: Dependency, policy: Policy) -> bool:
    """Whether a package comes from a part of the project, or from an index that the policy names.

    One that is named in a lock file comes by its address there, which is judged beside it.
    """
    origin = one.origin
    named = [url for url in policy.indexes if not is_default(url)]
    match origin:
        case FromIndex():
            place = origin.only_index
            return place is None or comparable(place) in map(comparable, named)
        case FromPath():
            return origin.inside or _is_below(_url_of(origin.path), named)
        case FromUrl():
            return _is_below(origin.url, named)
        case _:
            return False


def _url_of(path: str) -> str:
    from pathlib import Path

    return Path(os.path.abspath(path)).as_uri()


def _is_below(url: str, indexes: Iterable[str]) -> bool:
    """Whether a file lies where an index keeps its files: below it, or beside its `/simple`."""
    from urllib.parse import unquote

    parts = split(comparable(url))
    if parts is None or ".." in unquote(parts.path).split("/"):
        return False
    for index in indexes:
        of = split(comparable(index))
        if of is None or (of.scheme, of.authority) != (parts.scheme, parts.authority):
            continue
        above, _, last = of.path.rpartition("/")
        if parts.path.startswith(f"{above if last in _PAGES else of.path}/"):
            return True
    return False
