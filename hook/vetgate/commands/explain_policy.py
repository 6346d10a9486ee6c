"""`vetgate explain --policy`: the policy in force, and which file each setting comes from."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from vetgate.commands.answer import Answer
from vetgate.commands.policies import Ask, InForce, default_rules, in_force
from vetgate.commands.states import project_root
from vetgate.model.dependency import Location
from vetgate.model.policy import Level, RulePolicy
from vetgate.policyfile.layer import Layer, rule_over
from vetgate.policyfile.locking import lock_of
from vetgate.render.policy_page import PolicyPage, Setting


def explain_policy(options: Namespace, folder: str, asking: Ask) -> Answer:
    """Print the policy in force; raises `PolicyError`."""
    found = in_force(project_root(folder) or folder, folder, asking)
    page = PolicyPage(
        files=tuple(layer.root.path for layer in found.layers),
        settings=(*_top(found), *_rules(found)),
        allow=found.policy.allow,
    )
    if options.format == "json":
        from vetgate.render.json_policy import policy_document

        return Answer(policy_document(page))
    from vetgate.render.policy_text import policy_text

    return Answer(policy_text(page))


def _top(found: InForce) -> Iterator[Setting]:
    policy = found.policy
    yield _setting(found, (), "unknown", policy.unknown.value)
    yield _setting(found, (), "trust-rank", policy.trust_rank)
    yield _setting(found, (), "max-age", policy.max_age)
    yield _setting(found, (), "self-approved", policy.self_approved.value)
    for key, values in (("private", policy.private), ("indexes", policy.indexes)):
        said = tuple(_said(found.layers, key, value) for value in values)
        yield Setting("", key, values, said or (None,), lock_of((key,), found.layers))


def _said(layers: tuple[Layer, ...], key: str, value: str) -> Location | None:
    """Return where the nearest file that lists a value does so."""
    for layer in layers:
        values = layer.private if key == "private" else layer.indexes
        if value in values:
            node = list(layer.root.elements_of(key))[values.index(value)]
            return Location(node.path, node.line)
    return None


def _rules(found: InForce) -> Iterator[Setting]:
    for name, default in default_rules().items():
        table = ("rules", name)
        own = found.policy.rules.get(name, RulePolicy())
        rule = rule_over(own, default)
        if rule.level is not None:
            yield _setting(found, table, "level", rule.level.value)
        if default.in_manifest is not None and rule.in_manifest is not None:
            off = own.in_manifest is None and rule.level is Level.OFF
            level = Level.OFF if off else rule.in_manifest
            yield _setting(found, table, "in-manifest", level.value)
        by = tuple(sorted(one.value for one in rule.exempted_by or ()))
        yield _setting(found, table, "exempted-by", by)
        for limit in sorted(rule.limits):
            yield _setting(found, table, limit, rule.limits[limit])


def _setting(
    found: InForce, table: tuple[str, ...], key: str, value: int | str | tuple[str, ...]
) -> Setting:
    keys = (*table, key)
    lock = lock_of(keys, found.layers)
    return Setting(".".join(table), key, value, (found.place(keys),), lock)
