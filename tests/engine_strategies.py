"""Strategies for what the engine judges by: facts that fit together, policies, changes."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from core_strategies import NOW, dependencies, dependency, known, names, specifiers, urls
from vetgate.model.change import Added, Change, Removed, Updated
from vetgate.model.dependency import FromIndex, Location, NormalizedName
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
    T,
    Unknown,
)
from vetgate.model.facts import Fact as AnyFact
from vetgate.model.facts import Removed as Gone
from vetgate.model.policy import Allowance, Exemption, Level, Policy, RulePolicy
from vetgate.rules import RULES

IDS = tuple(rule.id for rule in RULES)
TODAY = NOW.date()

presences: SearchStrategy[Presence] = st.sampled_from(
    [
        Listed(),
        Gone(),
        Gone(date(2024, 3, 1)),
        Reborn(),
        Held(),
        Quarantined(),
        NeverSeen(),
    ]
)
unknowns: SearchStrategy[Unknown] = st.sampled_from(
    [Unknown("not asked"), Unknown("the index timed out")]
)


def known_or_not(values: SearchStrategy[T]) -> SearchStrategy[AnyFact[T]]:
    """Draw a fact, known or not."""
    return values.map(known) | unknowns


ranks = st.sampled_from([1, 4999, 5000, 5001, 90_000])
downloads = st.builds(Downloads, st.sampled_from([0, 999, 1000, 10**7]), st.booleans())
dependents = st.sampled_from([0, 1, 2, 500])
repositories = st.sampled_from([None, "", "https://forge.example/acme"])
url_lists = st.lists(
    st.sampled_from(["https://acme.example", "https://acme.top", "//acme.xyz"]), max_size=2
).map(tuple)


reports = st.lists(
    st.sampled_from(
        [
            Advisory("MAL-1", malicious=True, spans=(Span(),)),
            Advisory("MAL-2", malicious=True, versions=("9.9",)),
            Advisory("PYSEC-1", malicious=False, spans=(Span("0", "1.2"),)),
            Advisory("PYSEC-2", malicious=False, spans=(Span(),)),
        ]
    ),
    max_size=1,
).map(tuple)
release_lists = st.lists(
    st.builds(
        Release,
        st.sampled_from(["1.0", "1.2", "2.0"]),
        st.sampled_from([None, NOW - timedelta(days=1), NOW - timedelta(days=400)]),
    ),
    max_size=2,
).map(tuple)
likenesses = st.sampled_from(
    [
        (),
        (Likeness(NormalizedName("requests"), 5, "so"),),
        (Likeness(NormalizedName("x"), 9000, ""),),
    ]
)


def of_some_age(fact: AnyFact[T], days: int) -> AnyFact[T]:
    """Make a fact older."""
    if isinstance(fact, Unknown):
        return fact
    return Known(fact.value, fact.as_of - timedelta(days=days), fact.source)


@st.composite
def facts_about(draw: st.DrawFn, name: NormalizedName) -> PackageFacts:
    """Draw what may be known about a package; `status` is what the presence says it is."""
    presence = draw(known_or_not(presences))
    quarantined = presence == known(Quarantined())
    return PackageFacts(
        name,
        presence=presence,
        rank=draw(known_or_not(ranks)),
        downloads=draw(known_or_not(downloads)),
        dependents=draw(known_or_not(dependents)),
        repository=draw(known_or_not(repositories)),
        urls=draw(known_or_not(url_lists)),
        status=known("quarantined") if quarantined else Unknown("not asked"),
        advisories=of_some_age(draw(known_or_not(reports)), draw(st.sampled_from([0, 8]))),
        releases=of_some_age(draw(known_or_not(release_lists)), draw(st.sampled_from([0, 2]))),
        imitates=draw(known_or_not(likenesses)),
    )


@st.composite
def completed(draw: st.DrawFn, facts: PackageFacts, asked: frozenset[str]) -> PackageFacts:
    """Draw facts in which what is unknown and was not asked is known after all."""
    answers: dict[str, AnyFact[object]] = {
        "presence": known(draw(presences)),
        "downloads": known(draw(downloads)),
        "dependents": known(draw(dependents)),
        "repository": known(draw(repositories)),
        "urls": known(draw(url_lists)),
        "advisories": known(draw(reports)),
        "releases": known(draw(release_lists)),
        "imitates": known(draw(likenesses)),
    }
    learned = {
        fact: answer
        for fact, answer in answers.items()
        if fact not in asked and isinstance(getattr(facts, fact), Unknown)
    }
    return PackageFacts(**{**facts._asdict(), **learned})


levels = st.sampled_from([None, *Level])
rule_policies: SearchStrategy[RulePolicy] = st.builds(
    RulePolicy,
    level=levels,
    in_manifest=levels,
    exempted_by=st.none() | st.frozensets(st.sampled_from(Exemption)),
    limits=st.just({}),
)
allowances: SearchStrategy[Allowance] = st.builds(
    Allowance,
    name=names,
    reason=st.just("read by hand"),
    location=st.just(Location("vetgate.toml", 3)),
    versions=st.none() | specifiers.filter(bool),
    rules=st.none() | st.frozensets(st.sampled_from(IDS), min_size=1, max_size=3),
    expires=st.sampled_from([None, date(2026, 11, 22), TODAY, date(2027, 1, 1)]),
)
demanding: SearchStrategy[Policy] = st.builds(
    Policy,
    unknown=st.sampled_from([Level.BLOCK, Level.WARN]),
    trust_rank=st.sampled_from([0, 1, 5000]),
    max_age=st.sampled_from([0, 7, 10**12]),
    private=st.sampled_from([(), ("acme-*",), ("acme-*", "gamma")]),
    indexes=st.lists(urls, max_size=1).map(tuple),
    rules=st.dictionaries(st.sampled_from(IDS), rule_policies, max_size=3),
    allow=st.lists(allowances, max_size=3).map(tuple),
)
homes = st.sampled_from([(), ("https://index.example/simple/",)])
PRIVATE_INDEX = "https://packages.acme.example/simple"
plain: SearchStrategy[Added] = st.builds(
    Added,
    st.builds(
        dependency,
        names,
        st.builds(
            FromIndex,
            st.sampled_from(["", ">=1", "==1.0"]),
            only_index=st.sampled_from([None, PRIVATE_INDEX]),
        ),
        locked=st.booleans(),
    ),
)
"""What most commits add, and what most of the rules are about."""
generous: SearchStrategy[Policy] = st.builds(
    Policy,
    unknown=st.sampled_from([Level.BLOCK, Level.WARN]),
    max_age=st.just(7),
    private=st.sampled_from([(), ("gamma",)]),
    indexes=st.sampled_from([(), (PRIVATE_INDEX,)]),
    rules=st.dictionaries(st.sampled_from(IDS), rule_policies, max_size=1),
    allow=st.lists(
        st.builds(
            Allowance,
            name=names,
            reason=st.just("read by hand"),
            location=st.just(Location("vetgate.toml", 3)),
        ),
        max_size=4,
    ).map(tuple),
)
"""Policies that exempt from much, so that little is asked."""
policies: SearchStrategy[Policy] = demanding | generous
changes: SearchStrategy[Change] = plain | st.one_of(
    st.builds(Added, dependencies()),
    st.builds(Updated, dependencies(), dependencies()),
    st.builds(Removed, dependencies()),
)
