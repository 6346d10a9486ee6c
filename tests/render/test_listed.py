"""The allow-list for a person and for a program."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from render.schemas import validator
from strategies import RULES, days, errors, foreign, locations, maybe_foreign, names
from vetgate.errors import GateError
from vetgate.model.dependency import Location, normalize
from vetgate.model.policy import Allowance
from vetgate.render.allowed import Allowed, allowed_text, taken_back_text
from vetgate.render.json_allow import allow_document
from vetgate.render.listed import Listed, Standing
from vetgate.render.listed_text import check_text, listed_text, pruned_text

SCHEMA = validator("allow")

EVIL = Allowance(
    normalize("evil"),
    "read it",
    Location("vetgate.toml", 4),
    versions="<2,>=1",
    rules=frozenset({"unpopular", "removed"}),
    by="dev@acme.example",
    on=date(2026, 11, 23),
    expires=date(2027, 5, 23),
)
PLACES = tuple(Location(f"r{number}.txt", number) for number in range(1, 6))

allowances: SearchStrategy[Allowance] = st.builds(
    Allowance,
    names,
    foreign,
    locations,
    maybe_foreign,
    st.none() | st.frozensets(st.sampled_from(RULES)),
    maybe_foreign,
    st.none() | days,
    st.none() | days,
)
entries: SearchStrategy[list[Listed]] = st.lists(
    st.builds(
        Listed,
        allowances,
        st.sampled_from(Standing),
        st.none() | st.lists(locations, max_size=5).map(tuple),
        st.none() | locations,
    ),
    max_size=4,
)


def test_an_entry_is_told_with_all_its_fields() -> None:
    listed = Listed(EVIL, Standing.REDUNDANT, PLACES[:1], Location("vetgate.toml", 1))

    assert allow_document([listed], []) == (
        '{"version": 1, "allowances": [{"name": "evil", "versions": "<2,>=1",'
        ' "rules": ["removed", "unpopular"], "reason": "read it", "by": "dev@acme.example",'
        ' "on": "2026-11-23", "expires": "2027-05-23", "file": "vetgate.toml", "line": 4,'
        ' "standing": "redundant", "used_by": [{"file": "r1.txt", "line": 1}],'
        ' "covered_by": {"file": "vetgate.toml", "line": 1}}], "errors": []}'
    )


def test_many_places_are_counted_and_a_long_reason_stays_whole() -> None:
    long = EVIL._replace(reason="x" * 60, versions=None, rules=None, by=None, on=None)

    assert listed_text(
        [Listed(long, Standing.IN_FORCE, PLACES), Listed(EVIL, Standing.EXPIRED, None)]
    ) == (
        "name  versions  rules               reason   by                since       expires"
        "     used by\n"
        f"evil  any       all but malware     {'x' * 60}  -                 -           2027-05-23"
        "  r1.txt:1, r2.txt:2, r3.txt:3 and 2 more\n"
        "evil  <2,>=1    removed, unpopular  read it  dev@acme.example  2026-11-23  2027-05-23"
        "  could not be told                        expired"
    )


def test_an_allowance_is_told_with_what_it_does_not_do() -> None:
    allowed = Allowed(EVIL, ("unpopular",), ())

    assert allowed_text(allowed, width=60, colour=False) == (
        "vetgate.toml:4: evil is allowed until 2027-05-23\n"
        "  exempts it from: unpopular\n"
        "  does not exempt it from: nothing\n"
        "  only where nothing outside of <2,>=1 is admitted"
    )


@given(entries, st.lists(errors, max_size=2))
def test_every_list_fits_the_schema_and_is_plain_ascii(
    listed: list[Listed], problems: list[GateError]
) -> None:
    told = allow_document(listed, problems)

    SCHEMA.validate(json.loads(told))
    assert told.isascii()
    assert told.replace("\n", "").isprintable()


@given(entries)
def test_no_text_from_a_policy_reaches_the_terminal_raw(listed: list[Listed]) -> None:
    for text in (listed_text(listed), check_text(listed), pruned_text(listed)):
        assert all(line.isprintable() for line in text.split("\n"))
    assert len(listed_text(listed).split("\n")) == len(listed) + bool(listed) or not listed


@given(allowances)
def test_no_text_from_an_entry_reaches_the_terminal_raw(one: Allowance) -> None:
    told = allowed_text(Allowed(one, ("unpopular",), ()), width=60, colour=False)

    for text in (told, taken_back_text([one])):
        assert all(line.isprintable() for line in text.split("\n"))
