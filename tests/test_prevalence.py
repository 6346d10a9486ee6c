"""How often each rule fires on the packages of an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_strategies import NOW, about, known, listed
from engine_strategies import facts_about
from vetgate.engine import judge
from vetgate.facts.prevalence_page import read, written
from vetgate.model.change import Added
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Downloads, FactName, Known, PackageFacts
from vetgate.model.policy import Policy
from vetgate.model.prevalence import Among, Count, Prevalence
from vetgate.prevalence import count, firing, read_by
from vetgate.rules import RULES

UNPOPULAR = tuple(rule for rule in RULES if rule.id == "unpopular")


def downloaded(name: str, times: int, rank: int | None = None) -> PackageFacts:
    """Return a package of which little but its downloads is known."""
    facts = about(downloads=known(Downloads(times)))._replace(name=NormalizedName(name))
    return facts if rank is None else facts._replace(rank=known(rank))


class Alone:
    """Packages each of which is a kind of its own."""

    def __init__(self, packages: Sequence[PackageFacts]) -> None:
        self._packages = packages

    def each(
        self, questions: Sequence[frozenset[FactName]]
    ) -> Iterator[list[tuple[PackageFacts, int]]]:
        """Give all of them for each question."""
        return ([(facts, 1) for facts in self._packages] for _ in questions)


def test_counts_are_those_of_each_group_with_the_smaller_ones_in_it() -> None:
    packages = [
        downloaded("trusted", 3, 100),
        downloaded("rank-5001", 3, 5001),
        downloaded("rank-10001", 3, 10_001),
        downloaded("good", 3000),
        downloaded("bad", 3),
        about()._replace(name=NormalizedName("unknown")),
    ]

    assert count(Alone(packages), UNPOPULAR, now=NOW) == Prevalence(
        (Among(100, 1), Among(1000, 1), Among(10_000, 2), Among(None, 6)),
        {"unpopular": (Count(0, 0), Count(0, 0), Count(1, 0), Count(3, 1))},
    )


def test_the_packages_that_a_rule_fires_on_are_named_with_what_it_says() -> None:
    packages = [downloaded("good", 3000), downloaded("bad", 3), downloaded("trusted", 3, 5000)]

    assert list(firing(packages, UNPOPULAR[0], now=NOW)) == [
        (packages[1], "3 downloads in the last month, fewer than 1,000")
    ]


NAMES = st.sampled_from([NormalizedName(name) for name in ("acme", "beta")])


@given(st.lists(NAMES.flatmap(facts_about), max_size=4))
def test_what_fires_is_what_an_addition_would_be_judged_by(packages: list[PackageFacts]) -> None:
    fired = {rule.id: 0 for rule in RULES}
    unknown = dict(fired)
    for facts in packages:
        change = Added(listed(str(facts.name)))
        (judged,) = judge([change], {facts.name: facts}, Policy(), RULES, now=NOW).changes
        seen = {finding.rule for finding in judged.findings if not finding.unknown}
        # Of popular packages the gate does not say what it could not see.
        distrusting = Policy(trust_rank=0)
        (all_told,) = judge([change], {facts.name: facts}, distrusting, RULES, now=NOW).changes
        trusted = isinstance(facts.rank, Known) and facts.rank.value <= Policy().trust_rank
        silent = {rule.id for rule in RULES if trusted and rule.trusts_popularity}
        doubted = {finding.rule for finding in all_told.findings} - seen - silent
        for told in seen:
            fired[told] += 1
        for told in doubted:
            unknown[told] += 1

    table = count(Alone(packages), RULES, now=NOW)

    assert {rule: counts[-1] for rule, counts in table.counts.items()} == {
        rule.id: Count(fired[rule.id], unknown[rule.id]) for rule in RULES
    }
    for rule in RULES:
        assert len(list(firing(packages, rule, now=NOW))) == fired[rule.id]


@given(facts_about(NormalizedName("acme")), facts_about(NormalizedName("beta")))
def test_other_facts_than_a_rule_reads_do_not_change_whether_it_fires(
    one: PackageFacts, other: PackageFacts
) -> None:
    for rule in RULES:
        # What `RANKS` tell apart, every question does.
        own = read_by(rule) | {"name", "rank"}
        mixed = one._replace(**{fact: getattr(other, fact) for fact in {*one._fields} - own})

        mine, its = (count(Alone([facts]), (rule,), now=NOW) for facts in (one, mixed))

        assert mine == its, rule.id


numbers = st.integers(0, 10**6)


@given(st.lists(numbers, min_size=1, max_size=4), st.data())
def test_a_table_is_read_back_as_it_was_written(sizes: list[int], data: st.DataObject) -> None:
    groups = tuple(Among(None if at == 0 else at * 10, size) for at, size in enumerate(sizes))
    cells = st.tuples(*(st.builds(Count, numbers, numbers) for _ in sizes))
    rules = st.sampled_from([rule.id for rule in RULES])
    table = Prevalence(groups, data.draw(st.dictionaries(rules, cells)))

    assert read(written(table)) == table


def test_a_table_has_one_form() -> None:
    table = Prevalence((Among(100, 99), Among(None, 7000)), {"removed": (Count(0, 1), Count(2, 3))})

    assert written(table) == "among\t100/99\t-/7000\nremoved\t0/1\t2/3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "between\t-/1",
        "among\t-",
        "among\tall/1",
        "among\t-/1\nremoved",
        "among\t-/1\nremoved\t1",
        "among\t-/1\nremoved\t1/2\t3/4",
        "among\t-/1\nremoved\t-1/2",
        "among\t-/1\nremoved\t1/2\nremoved\t1/2",
        "among\t-/1\n\t1/2",
    ],
)
def test_what_is_no_table_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)
