"""The rules as a whole: none forgotten, each with its page, the defaults of the design."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import MappingProxyType

import pytest

import vetgate.rules
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.rules import RULES
from vetgate.rules.base import Rule

BLOCK, WARN = Level.BLOCK, Level.WARN
PIN, LOCK, ALLOW, PRIVATE = (
    Exemption.PIN,
    Exemption.LOCK,
    Exemption.ALLOW,
    Exemption.PRIVATE,
)
HEADINGS = ["What it signals", "Why it is a risk", "Example", "What to do", "Limits"]


def modules() -> list[str]:
    return [
        module.name
        for module in pkgutil.iter_modules(vetgate.rules.__path__)
        if module.name != "base"
    ]


def test_each_module_has_a_rule_of_its_name_and_none_is_forgotten() -> None:
    found = {}
    for name in modules():
        rule = importlib.import_module(f"vetgate.rules.{name}").RULE
        assert isinstance(rule, Rule)
        found[name.replace("_", "-")] = rule

    assert found == {rule.id: rule for rule in RULES}
    assert len(RULES) == len(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_has_a_page(rule: Rule) -> None:
    first, *_ = rule.doc.splitlines()

    assert re.findall(r"^## (.*)$", rule.doc, re.MULTILINE) == HEADINGS
    assert first.endswith(".")
    assert not rule.title.endswith(".")
    assert all(part.strip() for part in re.split(r"^## .*$", rule.doc, flags=re.MULTILINE))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_page_names_the_limits_that_a_policy_may_set(rule: Rule) -> None:
    for name, value in rule.limits.items():
        assert f"`{name}` ({value:,})" in rule.doc


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_needs_facts_that_there_are(rule: Rule) -> None:
    assert rule.needs <= set(PackageFacts._fields) - {"name"}


def test_the_defaults_are_those_of_the_design() -> None:
    assert {
        rule.id: (rule.default_level, rule.exempted_by, dict(rule.limits)) for rule in RULES
    } == {
        "removed": (BLOCK, {PIN, LOCK, ALLOW}, {}),
        "unknown-package": (BLOCK, {ALLOW, PRIVATE}, {}),
        "unpopular": (BLOCK, {PIN, ALLOW}, {"downloads": 1000}),
        "rarely-used": (WARN, {PIN, ALLOW}, {"dependents": 2}),
        "no-repository": (BLOCK, {PIN, ALLOW}, {}),
        "suspicious-tld": (WARN, {ALLOW}, {}),
        "malware": (BLOCK, {ALLOW}, {}),
        "vulnerable": (WARN, {ALLOW}, {}),
        "quarantined": (BLOCK, frozenset(), {}),
        "too-new": (WARN, {PIN, ALLOW}, {"days": 3}),
        "lookalike": (BLOCK, {ALLOW}, {}),
        "off-index": (WARN, {PIN, ALLOW}, {}),
    }


def test_popularity_silences_three_rules() -> None:
    assert {rule.id for rule in RULES if rule.trusts_popularity} == {
        "unpopular",
        "rarely-used",
        "no-repository",
    }


def test_what_a_person_read_is_excused_from_what_two_rules_could_not_see() -> None:
    assert {rule.id: rule.unknown_exempted_by for rule in RULES if rule.unknown_exempted_by} == {
        "malware": {PIN, ALLOW},
        "lookalike": {PIN, ALLOW},
    }


def test_what_stands_in_the_manifest_blocks_in_one_rule() -> None:
    assert {rule.id: rule.in_manifest_level for rule in RULES if rule.in_manifest_level} == {
        "suspicious-tld": BLOCK
    }


def test_all_rules_but_those_about_the_manifest_ask_the_index() -> None:
    assert {rule.id for rule in RULES if not rule.asks_index} == {"suspicious-tld", "off-index"}


def test_a_rule_without_limits_shares_no_mutable_default() -> None:
    assert isinstance(Rule._field_defaults["limits"], MappingProxyType)
