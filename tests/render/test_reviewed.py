"""The pages of `vetgate review`."""

from __future__ import annotations

from render.samples import EVIL
from vetgate.render.groups import Group
from vetgate.render.reviewed import (
    Item,
    Key,
    done_text,
    help_text,
    item_text,
    left_text,
    question,
    written_text,
)

ITEM = Item("evil", (Group("evil", (EVIL,)),), EVIL.facts, ("evals",))
KEYS = (
    Key("p", "pin", "pin", "pin: write it", "nobody may be asked"),
    Key("m", "meant", "take evals", "meant: put evals in its place"),
    Key("q", "quit", "quit", "quit: nothing at all is written"),
)
PAGE = """
BLOCKED evil (1 of 12)
  requirements.txt:3: Evil>=1
  why:
    no-repository: declares no source repository
    unpopular: 214 downloads a month, fewer than 1000
    rarely-used (only warns, could not tell): dependents unknown: dependents.example
      did not answer within 5 s
      vetgate.toml:12: expired on 2026-05-23
  known:
    on the index  yes (index.example, 2026-11-20)
    downloads     214 a month (downloads.example, 2026-11-20)
    repository    none declared (index.example, 2026-11-20)
    first upload  2026-11-20 (index.example, 2026-11-20)
    releases      5, newest 1.4.2, 1 yanked (index.example, 2026-11-20)
    owners        mallory, trent (index.example, 2026-11-20)
    reports       malicious: MAL-2025-9; vulnerable: PYSEC-2025-7 (reports.example,
                  2026-11-20)
    resembles     evals (snapshot, 2026-11-20)
    imitates      evals (rank 77: two neighbouring letters are swapped) (snapshot,
                  2026-11-20)
    unknown (the starter snapshot has no rank for it): rank
    unknown (dependents.example did not answer within 5 s): dependents
  did you mean evals?

m take evals, q quit"""
HOSTILE = "e\x1b[2Jvil\n"


def test_a_page_tells_place_reasons_facts_and_what_can_be_done() -> None:
    assert item_text(ITEM, KEYS, (1, 12), width=88, colour=False) == PAGE


def test_of_a_package_without_a_name_nothing_is_known_and_nothing_is_said_of_that() -> None:
    page = item_text(ITEM._replace(facts=None, meant=()), KEYS, (1, 1), width=88, colour=False)

    assert "\n  known:" not in page
    assert "did you mean" not in page


def test_a_narrow_page_keeps_to_its_width() -> None:
    page = item_text(ITEM, KEYS, (1, 1), width=30, colour=False)

    assert max(map(len, page.splitlines())) <= 30


def test_what_a_name_holds_reaches_no_terminal_raw() -> None:
    group = Group(HOSTILE, (EVIL,))
    shown = [
        item_text(Item(HOSTILE, (group,), meant=(HOSTILE,)), KEYS, (1, 1), width=80, colour=False),
        question(HOSTILE, KEYS),
        done_text([HOSTILE], [HOSTILE], width=80, colour=False),
        left_text([(HOSTILE, (HOSTILE,))], width=80, colour=False),
        written_text([HOSTILE], [HOSTILE], width=80, colour=False),
    ]

    assert all("\x1b" not in text and "e\\x1b[2Jvil\\n" in text for text in shown)


def test_a_question_offers_the_keys_that_do_something_and_fits_a_line() -> None:
    assert question("evil", KEYS) == "evil [m/q] "
    assert len(question("e" * 500, KEYS)) < 100


def test_the_help_tells_why_a_key_does_nothing_here() -> None:
    assert help_text(KEYS, width=80, colour=False) == (
        "p  pin: write it (not here: nobody may be asked)\n"
        "m  meant: put evals in its place\n"
        "q  quit: nothing at all is written"
    )


def test_what_a_decision_did_and_left_is_told() -> None:
    assert done_text(["done"], [], width=80, colour=False) == "  done"
    assert done_text(["done"], ["removed", "unpopular"], width=80, colour=False) == (
        "  done\n  still blocked by removed and unpopular"
    )
    assert left_text([], width=80, colour=False) == "nothing of it is blocked then"
    assert left_text([("a", ("removed", "unpopular"))], width=80, colour=False) == (
        "1 package is blocked all the same:\n  a: removed, unpopular"
    )


def test_files_are_named_with_what_git_is_to_be_given() -> None:
    assert written_text(["b c", "a"], ["b c", "a"], width=80, colour=False) == (
        "written: a, b c\nthe commit has it once it is staged:\n  git add a 'b c'"
    )
    assert written_text(["a"], [], width=80, colour=False) == "written: a"
