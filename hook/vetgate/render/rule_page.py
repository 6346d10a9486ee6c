"""What `explain RULE` is told: a rule's page, and what the policy in force makes of the rule."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.policy import Exemption, Level
from vetgate.model.record import Record


class Prevalence(Record):
    """On how many packages of a group a rule fires."""

    among: str
    """The group in words: `top 100`, `top 1,000`, `top 10,000`, `all`."""
    packages: int
    """How many packages the group has."""
    fires_on: int | None
    """None: the snapshot in use cannot count this."""


class RulePage(Record):
    """One rule, under the policy in force."""

    id: str
    title: str
    doc: str
    """The docstring of the rule's module, as `__doc__` has it."""
    level: Level
    limits: Mapping[str, int]
    exempted_by: frozenset[Exemption]
    prevalence: tuple[Prevalence, ...] | None
    """None: the snapshot in use cannot count any of it."""
