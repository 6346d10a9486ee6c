"""`vetgate explain`: all that is known about a package, or a rule's page under the policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index_double import IndexDouble, Package, indexing
from render.schemas import validator
from scratch import TODAY, Ran, Scratch, refused, unpopular
from vetgate.rules import RULES

KNOWN = """\
rare
  on the index   yes (made up, 2026-11-01)
  status         unknown: offline: the index was not asked
  rank           unknown: not among the most downloaded in the snapshot of 2026-11-01
  downloads      12 a month (made up, 2026-11-01)
  dependents     9 public packages depend on it (made up, 2026-11-01)
  repository     https://github.com/acme/rare (made up, 2026-11-01)
  addresses      none (made up, 2026-11-01)
  first upload   unknown: offline: the index was not asked
  latest upload  unknown: offline: the index was not asked
  releases       1, newest 1.4.2 (made up, {today})
  owners         unknown: offline: the index was not asked
  reports        none (made up, {today})
  resembles      none (made up, 2026-11-01)
  imitates       none (made up, 2026-11-01)

If a commit added rare:

"""


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        yield double


def test_a_package_that_would_be_blocked_ends_as_a_block(outside: Scratch) -> None:
    assert outside.vetgate("explain", "rare", "--offline") == Ran(
        1, KNOWN.format(today=TODAY.date()) + unpopular(at="requirements.txt:1", passed=None), ""
    )


def test_a_package_that_would_pass(outside: Scratch) -> None:
    ran = outside.vetgate("explain", "Requests", "--offline")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("If a commit added Requests:\n\nPASSED requests\n")


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_index_is_asked_for_everything(outside: Scratch, index: IndexDouble) -> None:
    index.put(Package("new-well"))

    ran = outside.vetgate("explain", "new-well", **index.environment)

    assert (ran.code, ran.err) == (0, "")
    assert f"  on the index   yes ({index.web.host}, " in ran.out
    assert f"  downloads      5,000 a month ({index.web.host}, " in ran.out
    assert index.asked() == [
        "/downloads",
        "/packages/bulk_lookup",
        "/pypi/new-well/json",
        "/simple/new-well/",
    ]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_nobody_is_asked_about_a_private_name(project: Scratch, index: IndexDouble) -> None:
    project.write("vetgate.toml", 'private = ["acme-*"]\n')

    ran = project.vetgate("explain", "acme-secret", **index.environment)

    assert (ran.code, ran.err) == (0, "")
    assert index.asked() == []


def test_a_package_as_json(outside: Scratch) -> None:
    ran = outside.vetgate("explain", "rare", "--offline", "--format", "json")
    document = ran.document()

    validator("explain").validate(document)
    assert (ran.code, ran.err) == (1, "")
    assert (document["kind"], document["name"]) == ("package", "rare")


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_has_a_page(outside: Scratch, rule: str) -> None:
    ran = outside.vetgate("explain", rule)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{rule}: ")
    assert "\nWhy it is a risk\n" in ran.out


def test_a_rules_page_shows_the_policy_in_force(project: Scratch) -> None:
    project.write(
        "vetgate.toml",
        '[rules.unpopular]\nlevel = "warn"\ndownloads = 7\nexempted-by = ["allow"]\n',
    )

    ran = project.vetgate("explain", "unpopular")

    assert (
        "Under the policy in force\n"
        "  level        warn\n"
        "  limits       downloads = 7\n"
        "  exempted by  allow\n"
    ) in ran.out


def test_a_rule_as_json(outside: Scratch) -> None:
    ran = outside.vetgate("explain", "unpopular", "--format", "json")

    validator("explain").validate(ran.document())
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("subject", ["a b", "../etc", "name\n", "-", "", "naïve"])
def test_what_is_neither_a_rule_nor_a_name_is_refused(outside: Scratch, subject: str) -> None:
    ran = outside.vetgate("explain", "--", subject)

    assert ran == refused(
        f"{subject!r} is neither a rule nor a name that a package can have",
        "the rules: " + ", ".join(rule.id for rule in RULES),
        code=2,
    )
