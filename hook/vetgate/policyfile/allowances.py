"""The only reader of the allow-list."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.dependency import Location, NormalizedName, normalize
from vetgate.model.pattern import pattern
from vetgate.model.policy import Allowance
from vetgate.policyfile.specifiers import specifier
from vetgate.policyfile.words import one_of_the_words, unknown
from vetgate.tomlmap import Node

_KEYS = ("name", "versions", "rules", "reason", "by", "on", "expires")
_NAME = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\Z")


def allowances(policy: Node, known: Mapping[str, frozenset[str]]) -> tuple[Allowance, ...]:
    """Read the entries of `allow`. Raises `PolicyError`."""
    found: dict[tuple[NormalizedName, str | None, frozenset[str] | None], Allowance] = {}
    for node in policy.elements_of("allow"):
        allowance = _allowance(node, known)
        earlier = found.setdefault((allowance.name, allowance.versions, allowance.rules), allowance)
        if earlier is not allowance:
            raise node.error(
                f"{allowance.name} is allowed a second time for the same versions and rules",
                hint=f"the first entry is on line {earlier.location.line}",
            )
    return tuple(found.values())


def _allowance(node: Node, known: Mapping[str, frozenset[str]]) -> Allowance:
    for key, value in node.entries():
        if key not in _KEYS:
            raise unknown("key of an allowance", key, _KEYS, value)
    name, rules = node.needed("name"), node.get("rules")
    versions, by = node.get("versions"), node.get("by")
    on, expires = node.get("on"), node.get("expires")
    allowance = Allowance(
        name=_name(name),
        reason=_said(node.needed("reason")),
        location=Location(node.path, node.line),
        versions=None if versions is None else specifier(versions),
        rules=None if rules is None else _rules(rules, known),
        by=None if by is None else _said(by),
        on=None if on is None else on.day(),
        expires=None if expires is None else expires.day(),
    )
    if allowance.on and allowance.expires and allowance.expires < allowance.on:
        raise node.error("the allowance expires before it begins")
    return allowance


def _name(node: Node) -> NormalizedName:
    name = node.text()
    if _NAME.match(name) is None:
        raise node.error(
            f"not a project name: {name!r}",
            hint="an allowance is for one package; name patterns belong in private",
        )
    return normalize(name)


def _said(node: Node) -> str:
    text = node.text().strip()
    if not text:
        raise node.error(f"{node.label} is blank")
    return text


def _rules(array: Node, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for node in array.elements():
        rule = one_of_the_words("rule", node, known)
        if rule in found:
            raise node.error(f"named twice: {rule}")
        found.add(rule)
    if not found:
        raise array.error(
            f"{array.label} names no rule", hint="leave the key out to allow every rule but malware"
        )
    return frozenset(found)
