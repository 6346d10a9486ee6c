"""The page that says why, in every case that there is."""

from __future__ import annotations

import re

import pytest

from gate.gates import BAD, GOOD, GivenFacts, judging, unpopular, well_known
from vetgate.commands.advising import advice_for
from vetgate.gate.ruling import PageRuling
from vetgate.gate.upstream import Upstream
from vetgate.gate.why import why_page
from vetgate.model.dependency import Location
from vetgate.model.policy import Allowance, Policy

UPSTREAM = Upstream.at("https://index.example/simple")
SEEN = "5 downloads in the last month, fewer than 1,000"
PLACE = Location("vetgate.toml", 3)


def ruling(name: str, policy: Policy | None = None) -> PageRuling:
    judge = judging(GivenFacts(well_known("good"), unpopular("bad")), policy, home=[UPSTREAM.url])
    return judge.before(BAD if name == "bad" else GOOD, UPSTREAM)


def words(name: str, told: PageRuling) -> list[str]:
    """Return the page's words, block by block, without the table of figures."""
    page = why_page(name, told, advice_for(Policy()))
    body = page.partition("<body>")[2].partition("<h2>What is known")[0]
    return [" ".join(one.split()) for one in re.split(r"<[^>]+>", body) if one.strip()]


def test_of_what_is_blocked_it_tells_what_why_and_what_next() -> None:
    assert words("bad", ruling("bad"))[:8] == [
        "bad",
        "Held back: nothing of it comes through this index.",
        "Why",
        "unpopular",
        f"(blocks): {SEEN}",
        "What next",
        "allow it, and say why:",
        "vetgate allow bad --rule unpopular --reason &quot;…&quot; --expires 180d",
    ]


def test_of_what_is_well_it_says_so() -> None:
    assert words("good", ruling("good")) == ["good", "Comes through."]


def test_of_what_is_allowed_it_tells_by_whom() -> None:
    told = ruling("bad", Policy(allow=(Allowance(BAD, "read <it>", PLACE),)))

    assert words("bad", told) == [
        "bad",
        "Comes through.",
        "Why",
        "unpopular",
        f"(blocks; exempted by allow: vetgate.toml:3: read &lt;it&gt;): {SEEN}",
    ]


def test_of_what_is_held_back_in_part_it_names_the_files() -> None:
    hidden = {f"bad-{number:02}.zip": "too <new>" for number in range(25)}

    told = words("good", ruling("good")._replace(hidden=hidden))

    assert told[1:5] == [
        "Comes through in part: some of its releases are held back.",
        "What is kept off its page",
        "bad-00.zip",
        ": too &lt;new&gt;",
    ]
    assert told[-1] == "and 5 more files"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (PageRuling(None, refused="it is <private>"), "It may not come from here: it is &lt;"),
        (PageRuling(None, undecided="a.example is down"), "Nothing was decided: a.example is down"),
    ],
)
def test_of_what_could_not_be_judged_it_tells_why(told: PageRuling, said: str) -> None:
    assert words("x", told)[1].startswith(said)


def test_a_warning_is_no_block() -> None:
    warned = Upstream.at("https://other.example/simple")
    judge = judging(GivenFacts(well_known("good")), home=[UPSTREAM.url])

    told = words("good", judge.before(GOOD, warned))

    assert told[1:] == [
        "Comes through, with a warning.",
        "Why",
        "off-index",
        "(warns): may come from https://other.example/simple, which the policy does not name",
    ]
