from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.samples import (
    EVIL,
    EVIL_FACTS,
    EXEMPTIONS,
    LOOSENED,
    NOON,
    PIN_OR_ALLOW,
    PINNED,
    REQUESTS,
    dependency,
)
from strategies import foreign, judgements
from vetgate.model.change import Added
from vetgate.model.facts import (
    Downloads,
    Held,
    Known,
    NeverSeen,
    PackageFacts,
    Presence,
    Quarantined,
    Reborn,
    Removed,
)
from vetgate.model.policy import Level
from vetgate.model.verdict import Judged
from vetgate.render.exempting import Advice
from vetgate.render.explain import package_text, rule_text
from vetgate.render.fact_words import fact_words
from vetgate.render.rule_page import Prevalence, RulePage

ADVICE = Advice(EXEMPTIONS)
DOC = """Hardly anyone downloads it.

## What it does

Signals a dependency with fewer downloads a month than the limit.
It asks the services.


## Example
    evil>=1    # signals

- one thing
- another
  that goes on
## Limits
"""
PAGE = RulePage(
    id="unpopular",
    title="Hardly anyone downloads it",
    doc=DOC,
    level=Level.BLOCK,
    limits={"downloads": 1000},
    exempted_by=PIN_OR_ALLOW,
    prevalence=(Prevalence("top 100", 100, 1), Prevalence("all", 886_323, None)),
)


def test_a_package_is_told_fact_by_fact_and_then_judged() -> None:
    supposed = dependency("evil", file="", line=0)

    text = package_text(EVIL._replace(change=Added(supposed)), ADVICE, width=80, colour=False)

    assert (
        text
        == """\
evil
  on the index   yes (index.example, 2026-11-20)
  status         unknown: not asked
  rank           unknown: the starter snapshot has no rank for it
  downloads      214 a month (downloads.example, 2026-11-20)
  dependents     unknown: dependents.example did not answer within 5 s
  repository     none declared (index.example, 2026-11-20)
  addresses      unknown: not asked
  first upload   2026-11-20 (index.example, 2026-11-20)
  latest upload  unknown: not asked
  releases       5, newest 1.4.2, 1 yanked (index.example, 2026-11-20)
  owners         mallory, trent (index.example, 2026-11-20)
  reports        malicious: MAL-2025-9; vulnerable: PYSEC-2025-7
                 (reports.example, 2026-11-20)
  resembles      evals (snapshot, 2026-11-20)
  imitates       evals (rank 77: two neighbouring letters are swapped)
                 (snapshot, 2026-11-20)

If a commit added evil:

BLOCKED evil
  evil
  why:
    no-repository: declares no source repository
    unpopular: 214 downloads a month, fewer than 1000
    rarely-used (only warns, could not tell): dependents unknown:
      dependents.example did not answer within 5 s
      vetgate.toml:12: expired on 2026-05-23
  what to do:
    - pin it, after you have read it:
        evil==1.4.2
    - or allow it, and say why:
        vetgate allow evil --rule no-repository --rule unpopular --reason "…" --expires 180d
    - did you mean evals?"""
    )


@pytest.mark.parametrize(
    ("judged", "ending"),
    [
        (REQUESTS, "If a commit added requests:\n\nPASSED requests"),
        (
            PINNED,
            "PASSED pinned-one\n  pinned-one: no-repository, unpopular, exempted by pin ==1.4.2",
        ),
        (
            LOOSENED,
            (
                "WARNED left-pad\n"
                "  requirements.txt:5: left-pad>=1 (was left-pad==1.0)\n"
                "  rarely-used: 1 public package depends on it, fewer than 2"
            ),
        ),
    ],
)
def test_a_package_that_is_not_blocked_is_told_shortly(judged: Judged, ending: str) -> None:
    text = package_text(judged, ADVICE, width=80, colour=False)

    assert text.endswith(ending)
    assert "\n  nothing is known: it was not looked up\n" in text


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        (Removed(), "no, removed"),
        (Removed(date(2025, 3, 1)), "no, removed since 2025-03-01"),
        (Reborn(), "yes, but removed and registered again by somebody else"),
        (
            Reborn(date(2025, 3, 1), date(2026, 1, 2)),
            "yes, but removed on 2025-03-01 and registered again on 2026-01-02 by somebody else",
        ),
        (Held(), "no, removed, and its name is held by a security team"),
        (Quarantined(), "held in quarantine by the index's administrators"),
        (NeverSeen(), "no, and no record that it ever was"),
    ],
)
def test_every_presence_has_its_words(presence: Presence, words: str) -> None:
    facts = PackageFacts(EVIL_FACTS.name, presence=Known(presence, NOON, "index.example"))

    assert next(fact_words(facts)) == ("on the index", f"{words} (index.example, 2026-11-20)")


def test_figures_and_long_lists_are_readable() -> None:
    facts = PackageFacts(
        EVIL_FACTS.name,
        rank=Known(15_000, NOON, "s"),
        downloads=Known(Downloads(120_000, at_least=True), NOON, "s"),
        dependents=Known(1, NOON, "s"),
        repository=Known("https://forge.example/e", NOON, "s"),
        urls=Known(tuple(f"//{number}.example" for number in range(12)), NOON, "s"),
        owners=Known((), NOON, "s"),
        releases=Known((), NOON, "s"),
    )

    words = dict(fact_words(facts))

    assert [
        words[label].removesuffix(" (s, 2026-11-20)")
        for label in (
            "rank",
            "downloads",
            "dependents",
            "repository",
            "addresses",
            "owners",
            "releases",
        )
    ] == [
        "15,000 by downloads",
        "at least 120,000 a month",
        "1 public package depends on it",
        "https://forge.example/e",
        ", ".join(f"//{number}.example" for number in range(10)) + " and 2 more",
        "none",
        "0",
    ]


def test_every_fact_is_told() -> None:
    told = EVIL_FACTS._replace(newest=Known("2.0", NOON, "s"))

    assert len(list(fact_words(told))) == len(PackageFacts._fields) - 1


def test_a_rule_is_told_by_its_page_its_policy_and_its_prevalence() -> None:
    assert (
        rule_text(PAGE, width=50, colour=False)
        == """\
unpopular: Hardly anyone downloads it

What it does

Signals a dependency with fewer downloads a month
than the limit. It asks the services.

Example
    evil>=1    # signals

- one thing
- another that goes on
Limits

Under the policy in force
  level        block
  limits       downloads = 1000
  exempted by  allow, pin

How many packages it fires on
  top 100  1 of 100
  all      the snapshot in use cannot count this"""
    )


def test_a_rule_without_limits_and_exemptions_says_so() -> None:
    page = PAGE._replace(
        doc="Another summary.", limits={}, exempted_by=frozenset(), prevalence=None
    )

    assert (
        rule_text(page, width=80, colour=False)
        == """\
unpopular: Hardly anyone downloads it

Another summary.

Under the policy in force
  level        block
  limits       none
  exempted by  nothing

How many packages it fires on
  the snapshot in use cannot count this"""
    )


@given(judgements, st.integers(0, 200))
def test_no_text_about_a_package_reaches_the_terminal_raw(judged: Judged, width: int) -> None:
    text = package_text(judged, ADVICE, width=width, colour=False)

    assert all(line.isprintable() for line in text.split("\n"))


@given(foreign)
def test_any_page_can_be_told(doc: str) -> None:
    text = rule_text(PAGE._replace(doc=doc), width=80, colour=False)

    assert all(line.isprintable() for line in text.split("\n"))
