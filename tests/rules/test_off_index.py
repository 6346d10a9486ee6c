"""Dependencies and options from places that the policy does not name."""

from __future__ import annotations

import pytest

from core_strategies import COMMIT, SHA256, about, dependency, known, listed, option, seen
from vetgate.model import facts as fact
from vetgate.model.dependency import Dependency, FromIndex, FromPath, FromUrl, FromVcs
from vetgate.model.verdict import Evidence, Signal
from vetgate.rules.off_index import RULE

NAMED = "https://packages.acme.example/simple"
OTHER = "https://other.example/simple"
URL = "https://files.example/acme.whl"
GIT = "git+https://git.example/acme"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(listed(), id="the-index"),
        pytest.param(dependency(origin=FromIndex("", only_index=NAMED)), id="a-named-index"),
        pytest.param(dependency(origin=FromIndex("", indexes=(NAMED,))), id="in-reach-of-one"),
        pytest.param(
            dependency(origin=FromIndex("", only_index=NAMED, indexes=(OTHER,))),
            id="its-own-index-alone-counts",
        ),
        pytest.param(
            dependency(
                origin=FromIndex("", only_index="HTTPS://me:pw@Packages.Acme.Example:443/simple/")
            ),
            id="a-named-index-spelled-otherwise",
        ),
        pytest.param(dependency(origin=FromPath("./lib", inside=True)), id="inside-the-project"),
        pytest.param(option("--extra-index-url", NAMED), id="an-option-with-a-named-index"),
    ],
)
def test_is_silent(after: Dependency) -> None:
    assert seen(RULE, after, about(), indexes=(NAMED,)) == []


@pytest.mark.parametrize(
    ("after", "message", "evidence"),
    [
        pytest.param(
            dependency(origin=FromUrl(URL)),
            f"comes from the URL {URL}",
            {"url": URL},
            id="url",
        ),
        pytest.param(
            dependency(origin=FromUrl(URL, (SHA256,))),
            f"comes from the URL {URL}",
            {"url": URL},
            id="url-with-a-hash",
        ),
        pytest.param(
            dependency(origin=FromVcs(GIT, "main")),
            f"comes from {GIT} at main, which can change",
            {"url": GIT, "reference": "main"},
            id="branch",
        ),
        pytest.param(
            dependency(origin=FromVcs(GIT)),
            f"comes from {GIT} at the default branch, which can change",
            {"url": GIT, "reference": None},
            id="default-branch",
        ),
        pytest.param(
            dependency(origin=FromVcs(GIT, COMMIT)),
            f"comes from {GIT} at {COMMIT}",
            {"url": GIT, "reference": COMMIT},
            id="commit",
        ),
        pytest.param(
            dependency(origin=FromPath("../lib", inside=False)),
            "comes from ../lib, which is no part of the project",
            {"path": "../lib"},
            id="path-outside",
        ),
        pytest.param(
            dependency(origin=FromIndex("", only_index=OTHER)),
            f"may come from {OTHER}, which the policy does not name",
            {"index": OTHER},
            id="its-own-index",
        ),
        pytest.param(
            dependency(origin=FromIndex("", indexes=(NAMED, OTHER))),
            f"may come from {OTHER}, which the policy does not name",
            {"index": OTHER},
            id="in-reach-of-another",
        ),
        pytest.param(
            option("--find-links", OTHER),
            f"--find-links names {OTHER}, which the policy does not",
            {"option": "--find-links", "url": OTHER},
            id="option",
        ),
    ],
)
def test_signals(after: Dependency, message: str, evidence: Evidence) -> None:
    assert seen(RULE, after, about(), indexes=(NAMED,)) == [Signal(message, evidence)]


@pytest.mark.parametrize(
    "presence",
    [fact.Listed(), fact.Reborn(), fact.Held(), fact.Quarantined()],
    ids=lambda one: one.word,
)
def test_signals_a_private_name_that_the_public_index_has_too(presence: fact.Presence) -> None:
    assert seen(RULE, listed(), about(presence=known(presence)), private=True) == [
        Signal(
            "the policy calls this name private, but the public index has a package of that name",
            {
                "presence": presence.word,
                "private": True,
                "source": "the test",
                "as_of": "2026-11-23",
            },
        )
    ]


def test_a_private_name_bound_to_the_public_index_is_confusable_too() -> None:
    bound = dependency(origin=FromIndex("", only_index=NAMED))
    facts = about(presence=known(fact.Listed()))

    assert len(seen(RULE, bound, facts, private=True, indexes=(NAMED,))) == 1
    assert seen(RULE, bound, facts, private=True, elsewhere=True, indexes=(NAMED,)) == []


@pytest.mark.parametrize(
    "presence",
    [known(fact.Removed()), known(fact.NeverSeen()), fact.Unknown("never asked")],
    ids=["removed", "never-seen", "unknown"],
)
def test_is_silent_for_a_private_name_that_is_nowhere_else(
    presence: fact.Fact[fact.Presence],
) -> None:
    assert seen(RULE, listed(), about(presence=presence), private=True) == []


def test_is_silent_for_a_public_name_that_the_public_index_has() -> None:
    assert seen(RULE, listed(), about(presence=known(fact.Listed()))) == []
