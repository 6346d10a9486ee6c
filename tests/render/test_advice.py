from __future__ import annotations

from datetime import datetime, timezone

import pytest

from render.samples import (
    EVIL_FACTS,
    EXEMPTIONS,
    PIN_OR_ALLOW,
    UNPOPULAR,
    blocks,
    dependency,
    warns,
)
from vetgate.model.change import Added
from vetgate.model.dependency import Dependency, FromIndex, FromOption, FromPath, FromUrl
from vetgate.model.facts import (
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Presence,
    Reborn,
    Removed,
)
from vetgate.model.pinnable import Demands
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Finding, Judged, Outcome
from vetgate.render.advice import Way, ways_out
from vetgate.render.exempting import Advice

ADVICE = Advice(EXEMPTIONS, policy="pyproject.toml")
NO_FACTS = PackageFacts(EVIL_FACTS.name)
MEANT = Way("did you mean evals?", question=True)
PIN = Way("pin it, after you have read it:", ("evil==1.4.2", "vetgate pin evil"))


def ways(
    *findings: Finding,
    declared: Dependency | None = None,
    known: PackageFacts = EVIL_FACTS,
    advice: Advice = ADVICE,
) -> list[Way]:
    change = Added(declared or dependency("evil"))
    return ways_out([Judged(change, Outcome.BLOCKED, findings, known)], advice)


def allowing(*rules: str, unlisted: bool = False) -> Way:
    named = " ".join(f"--rule {rule}" for rule in rules) + (" --unlisted" if unlisted else "")
    command = f'vetgate allow evil {named} --reason "…" --expires 180d'
    return Way("allow it, and say why:", (command,))


def test_a_pin_and_an_allowance_are_offered_where_both_exempt() -> None:
    assert ways(UNPOPULAR) == [PIN, allowing("unpopular"), MEANT]


def test_of_a_package_from_another_index_no_command_is_told_that_would_ask_the_usual_one() -> None:
    advice = ADVICE._replace(elsewhere=True, pins_in=lambda _: False)

    assert ways(UNPOPULAR, advice=advice) == [
        Way("pin it, after you have read it:", ("evil==1.4.2",)),
        allowing("unpopular", unlisted=True),
        MEANT,
    ]


@pytest.mark.parametrize(("file", "found"), [("requirements.txt", True), ("r.txt", False)])
def test_the_command_that_pins_is_told_where_it_looks(file: str, *, found: bool) -> None:
    declared = dependency("evil", file=file)
    advice = ADVICE._replace(pins_in=lambda path: path == "requirements.txt")

    told = ways(UNPOPULAR, declared=declared, advice=advice)[0]

    assert told.copy == ("evil==1.4.2", "vetgate pin evil")[: 2 if found else 1]


def test_what_another_package_asks_for_is_pinned_beside_that() -> None:
    declared = dependency("evil")._replace(needed_by=("flask",))

    assert ways(UNPOPULAR, declared=declared)[0].sentence == (
        "pin it beside what needs it or in a constraints file (-c), after you have read it:"
    )


def test_only_rules_that_block_count() -> None:
    exempted = blocks("suspicious-tld", "a .zip address")._replace(exempted_by=Exemption.ALLOW)

    assert ways(UNPOPULAR, warns("quarantined", "held"), exempted) == [
        PIN,
        allowing("unpopular"),
        MEANT,
    ]


def test_a_name_is_not_doubted_by_a_rule_that_says_nothing_about_names() -> None:
    assert ways(blocks("no-repository", "none")) == [PIN, allowing("no-repository")]


def test_no_pin_is_offered_where_it_would_not_suffice() -> None:
    assert ways(UNPOPULAR, blocks("suspicious-tld", "a .zip address")) == [
        allowing("suspicious-tld", "unpopular"),
        MEANT,
    ]


def test_a_pin_and_an_allowance_are_combined_where_neither_suffices() -> None:
    advice = Advice(
        {"unpopular": frozenset({Exemption.PIN}), "suspicious-tld": frozenset({Exemption.ALLOW})}
    )

    assert ways(UNPOPULAR, blocks("suspicious-tld", "a .zip address"), advice=advice) == [
        Way(
            "pin it, after you have read it, and allow the rest:",
            (
                "evil==1.4.2",
                "vetgate pin evil",
                'vetgate allow evil --rule suspicious-tld --reason "…" --expires 180d',
            ),
        ),
        MEANT,
    ]


def test_a_rule_on_other_versions_than_the_one_to_pin_is_passed_by_the_pin() -> None:
    strict = ADVICE._replace(demands=Demands(vulnerable=Level.BLOCK))
    seen = blocks("vulnerable", "every version that this admits is affected")
    unseen = seen._replace(unknown=True)

    assert ways(UNPOPULAR, seen, advice=strict)[0] == PIN
    for finding, advice in ((seen, ADVICE), (unseen, strict)):
        assert PIN not in ways(UNPOPULAR, finding, advice=advice)


@pytest.mark.parametrize("advice", [ADVICE, Advice({"unpopular": PIN_OR_ALLOW})])
def test_where_nothing_exempts_nothing_else_is_offered(advice: Advice) -> None:
    assert ways(UNPOPULAR, blocks("quarantined", "held"), advice=advice) == [
        Way("leave it out: nothing exempts from quarantined"),
        MEANT,
    ]


def test_where_the_policy_above_locks_the_allow_list_its_keepers_are_to_be_asked() -> None:
    advice = ADVICE._replace(closed=frozenset({"allow"}))
    ask = Way("ask whoever keeps the policy that pyproject.toml extends to allow it")

    assert ways(UNPOPULAR, advice=advice) == [PIN, ask, MEANT]


def test_what_cannot_be_added_here_is_not_offered_beside_a_pin() -> None:
    exemptions = {
        "unpopular": frozenset({Exemption.PIN}),
        "suspicious-tld": frozenset({Exemption.ALLOW}),
    }
    advice = Advice(exemptions, closed=frozenset({"allow"}))

    assert ways(UNPOPULAR, blocks("suspicious-tld", "a .zip address"), advice=advice) == [
        Way("leave it out, or change what the rule may do in vetgate.toml"),
        MEANT,
    ]


def test_lists_that_the_policy_above_locks_are_added_to_there() -> None:
    advice = ADVICE._replace(closed=frozenset({"private", "indexes"}))
    declared = dependency("evil", origin=FromIndex("", only_index="https://index.example/simple"))

    unknown, elsewhere = (
        ways(blocks(rule, "it is"), declared=declared, known=NO_FACTS, advice=advice)[-1].sentence
        for rule in ("unknown-package", "off-index")
    )

    assert unknown == ("if it is your own and not public, say so in what pyproject.toml extends:")
    assert elsewhere == "if you trust that index, name it in what pyproject.toml extends:"


def test_what_is_private_and_comes_from_elsewhere_needs_the_name_of_its_index() -> None:
    finding = blocks("off-index", "it is private")._replace(evidence={"private_from": "a.example"})
    sentence = "name the index that it comes from in pyproject.toml, and give that to pip:"

    assert ways(finding) == [Way(sentence, ('indexes = ["https://…"]',))]


def test_where_only_a_lock_exempts_it_is_named() -> None:
    advice = Advice({"removed": frozenset({Exemption.LOCK})})

    assert ways(blocks("removed", "gone"), known=NO_FACTS, advice=advice) == [
        Way("only a lock file's entry exempts from removed")
    ]


def test_a_name_that_may_be_private_can_be_declared_so() -> None:
    assert ways(blocks("unknown-package", "no such package")) == [
        allowing("unknown-package"),
        Way(
            "if it is your own and not public, say so in pyproject.toml:",
            ('private = ["evil"]',),
        ),
        MEANT,
    ]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param(
            dependency("evil", "==1", origin=FromIndex("==1", "https://index.example/simple")),
            [
                allowing("off-index"),
                Way(
                    "if you trust that index, name it in pyproject.toml:",
                    ('indexes = ["https://index.example/simple"]',),
                ),
            ],
            id="an-index-of-its-own",
        ),
        pytest.param(
            dependency("-i", origin=FromOption("--index-url", "https://index.example/simple")),
            [
                Way(
                    "if you trust that index, name it in pyproject.toml:",
                    ('indexes = ["https://index.example/simple"]',),
                ),
            ],
            id="an-option",
        ),
        pytest.param(
            dependency("../evil", origin=FromPath("../evil", inside=False))._replace(name=None),
            [Way("leave it out, or change what the rule may do in pyproject.toml")],
            id="a-path-without-a-name",
        ),
        pytest.param(
            dependency("evil", origin=FromUrl("https://files.example/e.whl"))._replace(name=None),
            [
                Way(
                    "pin it, after you have read it:",
                    ("https://files.example/e.whl#sha256=<hash>",),
                )
            ],
            id="an-address-without-a-name",
        ),
    ],
)
def test_what_comes_from_elsewhere_gets_what_can_be_done_there(
    declared: Dependency, expected: list[Way]
) -> None:
    assert ways(blocks("off-index", "elsewhere"), declared=declared) == expected


def test_where_all_is_doubt_trying_again_comes_first() -> None:
    doubt = UNPOPULAR._replace(unknown=True)

    assert ways(doubt, known=NO_FACTS) == [
        Way("try again: what could not be learned now may be there later"),
        Way("pin it, after you have read it:", ("evil==<version>", "vetgate pin evil")),
        allowing("unpopular", unlisted=True),
    ]
    assert ways(doubt, blocks("no-repository", "none"), known=NO_FACTS)[0].sentence == (
        "pin it, after you have read it:"
    )


@pytest.mark.parametrize(
    ("presence", "rules", "unlisted"),
    [
        (Listed(), ("unpopular",), False),
        (Reborn(), ("unpopular",), False),
        (NeverSeen(), ("unpopular",), True),
        (Removed(), ("unpopular",), True),
        (NeverSeen(), ("unknown-package",), False),
        (Removed(), ("removed", "unpopular"), False),
    ],
)
def test_the_command_says_that_the_name_is_not_there_where_the_rules_do_not(
    presence: Presence, rules: tuple[str, ...], *, unlisted: bool
) -> None:
    told = Known(presence, datetime(2026, 11, 1, tzinfo=timezone.utc), "the tests")
    found = [blocks(rule, "it is") for rule in rules]
    advice = Advice(dict.fromkeys(rules, frozenset({Exemption.ALLOW})))

    told_to = ways(*found, known=NO_FACTS._replace(presence=told), advice=advice)

    assert told_to[-1] == allowing(*rules, unlisted=unlisted)
