"""What a client sees of a project: the page, whole or in part, or why there is none."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.live.loopback import Loopback, Reply
from gate.gates import (
    BAD,
    GOOD,
    NOW,
    YOUNG,
    GivenFacts,
    Got,
    document,
    file,
    gate,
    get,
    judging,
    reply,
    unpopular,
    well_known,
)
from vetgate.facts.live.shapes import BadAnswerError, Json
from vetgate.gate import html_page
from vetgate.gate.json_page import resolver
from vetgate.gate.page import SIMPLE_HTML, SIMPLE_JSON
from vetgate.model.dependency import Dependency, FromIndex, Location, NormalizedName
from vetgate.model.policy import Allowance, Level, Policy, RulePolicy

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FACTS = GivenFacts(well_known("good"), unpopular("bad"))
FILES = "https://files.example/"
HTML = "text/html"
BLOCKS_NEW = Policy(rules={"too-new": RulePolicy(level=Level.BLOCK)})
ACME = document("acme-x", file("acme_x-1.0.zip", base=FILES))
PLACE = Location("requirements.txt", 3)


def typed(requirement: str, specifier: str) -> Dependency:
    name = NormalizedName(requirement)
    return Dependency(name, requirement, requirement + specifier, FromIndex(specifier), PLACE)


def links_on(got: Got) -> list[str]:
    return re.findall('<a href="([^"]*)"', got.body.decode())


def test_a_page_with_nothing_to_hide_goes_out_byte_for_byte(index: Loopback) -> None:
    body = document(
        "Good",
        file("good-1.0.tar.gz", base=FILES, more={"provenance": "https://index.example/p"}),
        more={"project-status": {"status": "active"}, "_last-serial": 7, "x-new": [{"y": None}]},
    )
    index.on("/simple/good/", reply(body))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.media_type, got.body) == (200, index_type(), body)


def index_type() -> str:
    return "application/vnd.pypi.simple.v1+json"


def test_links_relative_to_the_page_are_made_absolute_and_nothing_else_changes(
    index: Loopback,
) -> None:
    files = [file("good-1.0.tar.gz", base="../../files/", more={"yanked": "", "provenance": None})]
    index.on("/simple/good/", reply(document("good", *files, more={"x-new": 1})))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    whole = document("good", *files, more={"x-new": 1})
    assert got.body == whole.replace(b"../../files/", f"{index.url}/files/".encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"x-new": 1', b'"x-new": {"url": "../elsewhere"}', id="another-link"),
        pytest.param(b'"url"', rb'"a\"url": "b", "url"', id="a-key-that-ends-like-it"),
        pytest.param(b'"url"', b'"url": "../../other/good-9.zip", "url"', id="two-of-one-key"),
        pytest.param(b"../../files/", rb"..\/..\/files\/", id="escaped-slashes"),
    ],
)
def test_links_are_made_absolute_however_they_are_written(
    index: Loopback, old: bytes, new: bytes
) -> None:
    files = [file("good-1.0.tar.gz", base="../../files/", more={"yanked": "", "provenance": None})]
    body = json.dumps(json.loads(document("good", *files, more={"x-new": 1}))).encode()
    odd = body.replace(old, new)
    index.on("/simple/good/", reply(odd))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    expected = json.loads(odd)
    expected["files"][0]["url"] = f"{index.url}/files/good-1.0.tar.gz"
    assert (odd == body, json.loads(got.body)) == (False, expected)


LINKS = st.one_of(
    st.text("./%:ab-#?\\ @", max_size=14),
    st.lists(st.sampled_from(["..", ".", "a", "", "b-1.0.whl", "https:", "h.example"])).map(
        "/".join
    ),
)


@given(
    LINKS, st.sampled_from([FILES + "simple/good/", FILES + "simple/good", FILES, "file:///i/g/"])
)
def test_links_are_resolved_folder_by_folder_as_one_by_one(link: str, page: str) -> None:
    resolve = resolver(page)
    try:
        expected = urljoin(page, link)
    except ValueError:
        with pytest.raises(BadAnswerError):
            resolve(link)
        return

    assert [resolve(link), resolve(link)] == [expected] * 2


def test_an_html_page_goes_out_byte_for_byte_too(index: Loopback) -> None:
    body = (
        b'<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.4"></head>'
        b"<body>\n<a  HREF='https://files.example/good-1.0.tar.gz#sha256=ab' data-yanked>"
        b"good-1.0.tar.gz</a><br/><A href=https://files.example/good-1.1.zip>x</A></body></html>\n"
    )
    index.on("/simple/good/", reply(body, HTML))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.media_type, got.body) == (
        200,
        "application/vnd.pypi.simple.v1+html",
        body,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><title>Links for Good</title>\n<h1>Links for Good</h1>\n",
        b"<html><body><h1>root/dev: links for good</h1></body></html>",
        b'<html><head><meta name="pypi:repository-version" content="1.0"></head></html>',
    ],
)
def test_the_empty_page_of_a_project_is_one(index: Loopback, body: bytes) -> None:
    index.on("/simple/good/", reply(body, HTML))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, got.body, running.troubles) == (200, body, ())


def test_a_blocked_project_is_refused_by_every_index_and_told_once(
    index: Loopback, other: Loopback
) -> None:
    for each in (index, other):
        each.on("/simple/bad/", reply(document("bad", file("bad-1.0.tar.gz", base=FILES))))

    with gate(judging(FACTS), f"{index.url}/simple", f"{other.url}/simple") as running:
        statuses = [get(running.url(place) + "bad/").status for place in (0, 1)]

    (held,) = running.held
    assert statuses == [403, 403]
    assert (held.name, held.blocked, held.reason) == (
        BAD,
        True,
        "5 downloads in the last month, fewer than 1,000",
    )
    assert [one.outcome.name for one in running.verdict.changes] == ["BLOCKED"]


def test_a_project_that_no_index_has_is_judged_as_unknown(index: Loopback) -> None:
    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "no-such-thing/")

    assert (got.status, [one.reason for one in running.held]) == (
        403,
        ["the index has no such package"],
    )


def test_a_known_project_that_an_index_lacks_is_not_there(index: Loopback) -> None:
    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, running.held, running.troubles) == (404, (), ())
    assert running.verdict.changes == ()


def test_a_pin_that_a_person_wrote_lets_that_version_in_and_no_other(index: Loopback) -> None:
    names = ("bad-1.0.tar.gz", "bad-1.1.tar.gz", "bad-1.1-py3-none-any.whl", "other-thing.zip")
    files = [file(name, base=FILES) for name in names]
    index.on("/simple/bad/", reply(document("bad", *files, more={"versions": ["1.0", "1.1"]})))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.1")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert got.files == ["bad-1.1.tar.gz", "bad-1.1-py3-none-any.whl"]
    assert json.loads(got.body)["versions"] == ["1.1"]
    (held,) = running.held
    assert (held.blocked, sorted(held.hidden)) == (False, ["bad-1.0.tar.gz", "other-thing.zip"])


def test_an_allowance_for_some_versions_lets_those_in(index: Loopback) -> None:
    files = [file(f"bad-{version}.tar.gz", base=FILES) for version in ("1.0", "1.2", "2.0")]
    index.on("/simple/bad/", reply(document("bad", *files)))
    policy = Policy(allow=(Allowance(BAD, "read it", PLACE, versions=">=1.1,<2"),))

    judge = judging(FACTS, policy, home=[f"{index.url}/simple"])

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    (judged,) = running.verdict.changes
    assert (got.files, judged.outcome.name) == (["bad-1.2.tar.gz"], "PASSED")
    assert [one.exempted_why for one in judged.findings] == ["requirements.txt:3: read it"]


def test_an_allowance_for_some_versions_is_one_for_its_rules_only(index: Loopback) -> None:
    index.on("/simple/bad/", reply(document("bad", file("bad-1.0.tar.gz", base=FILES))))
    other = frozenset({"rarely-used"})
    policy = Policy(allow=(Allowance(BAD, "read it", PLACE, versions="==1.0", rules=other),))

    with gate(judging(FACTS, policy), f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert got.status == 403


def test_of_what_is_installed_already_nothing_comes_and_that_alone_is_no_block(
    index: Loopback, other: Loopback
) -> None:
    # Not the version that is there either: whoever puts it on an index may have made another.
    files = [file(f"bad-{version}.tar.gz", base=FILES) for version in ("1.0", "1.2")]
    index.on("/simple/bad/", reply(document("bad", *files)))
    other.on("/simple/bad/", reply(document("bad")))

    judge = judging(FACTS, installed={BAD})
    with gate(judge, f"{index.url}/simple", f"{other.url}/simple") as running:
        got = [get(running.url(place) + "bad/") for place in (0, 1)]

    (held,) = running.held
    assert [(one.status, one.files) for one in got] == [(200, []), (200, [])]
    assert (held.blocked, held.stays) == (False, True)
    assert held.hidden["bad-1.0.tar.gz"] == "5 downloads in the last month, fewer than 1,000"


def test_of_what_is_installed_already_a_pin_comes_in(index: Loopback) -> None:
    files = [file(f"bad-{version}.tar.gz", base=FILES) for version in ("1.0", "1.2")]
    index.on("/simple/bad/", reply(document("bad", *files)))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.2")]}, installed={BAD})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    (held,) = running.held
    assert (got.files, held.stays) == (["bad-1.2.tar.gz"], False)


@pytest.mark.parametrize(
    ("uploaded", "left"),
    [
        pytest.param(YOUNG, ["good-1.0.tar.gz"], id="of-today"),
        pytest.param(None, ["good-1.0.tar.gz"], id="the-page-does-not-tell"),
        pytest.param("yesterday", ["good-1.0.tar.gz"], id="nonsense"),
        pytest.param(
            (NOW - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            ["good-1.0.tar.gz", "good-1.1.tar.gz"],
            id="exactly-the-limit",
        ),
    ],
)
def test_releases_that_are_too_new_are_kept_off_the_page_where_that_blocks(
    index: Loopback, uploaded: str | None, left: list[str]
) -> None:
    files = [
        file("good-1.0.tar.gz", base=FILES),
        file("good-1.1.tar.gz", base=FILES, uploaded=uploaded),
    ]
    index.on("/simple/good/", reply(document("good", *files)))

    with gate(judging(FACTS, BLOCKS_NEW), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.files == left
    assert [(one.name, one.blocked, len(one.hidden)) for one in running.held] == (
        [] if len(left) > 1 else [(GOOD, False, 1)]
    )


def test_a_file_added_to_an_old_release_of_late_is_kept_off_the_page(index: Loopback) -> None:
    files = [
        file("good-1.0.tar.gz", base=FILES),
        file("good-1.0-py3-none-any.whl", base=FILES, uploaded=YOUNG),
    ]
    index.on("/simple/good/", reply(document("good", *files)))

    with gate(judging(FACTS, BLOCKS_NEW), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    (held,) = running.held
    assert got.files == ["good-1.0.tar.gz"]
    assert held.hidden["good-1.0-py3-none-any.whl"].startswith("1.0 was uploaded 5 hours ago")


def test_a_young_release_that_a_person_pinned_comes_in(index: Loopback) -> None:
    files = [file("good-1.1.tar.gz", base=FILES, uploaded=YOUNG)]
    index.on("/simple/good/", reply(document("good", *files)))
    judge = judging(FACTS, BLOCKS_NEW, wanted={GOOD: [typed("good", "==1.1")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.files, running.held) == (["good-1.1.tar.gz"], ())


def test_where_it_only_warns_a_young_release_stays_and_is_warned_of(index: Loopback) -> None:
    body = document("good", file("good-1.1.tar.gz", base=FILES, uploaded=YOUNG))
    index.on("/simple/good/", reply(body))

    with gate(judging(FACTS, home=[f"{index.url}/simple"]), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    (judged,) = running.verdict.changes
    assert (got.body, judged.outcome.name) == (body, "WARNED")
    assert [one.rule for one in judged.findings] == ["too-new"]


def test_of_a_project_on_two_indexes_the_findings_on_both_are_told(index: Loopback) -> None:
    index.on(
        "/simple/good/",
        reply(document("good", file("good-1.1.tar.gz", base=FILES, uploaded=YOUNG))),
    )
    index.on("/other/good/", reply(document("good", file("good-1.0.tar.gz", base=FILES))))
    urls = [f"{index.url}/simple", f"{index.url}/other"]

    with gate(judging(FACTS, home=urls[:1]), *urls) as running:
        for place in (0, 1):
            get(running.url(place) + "good/")

    (judged,) = running.verdict.changes
    assert sorted(one.rule for one in judged.findings) == ["off-index", "too-new"]


def test_versions_reported_malicious_are_kept_off_the_page(index: Loopback) -> None:
    files = [file(f"good-{version}.tar.gz", base=FILES) for version in ("1.0", "1.1", "1.2")]
    index.on("/simple/good/", reply(document("good", *files, file("who-knows.zip", base=FILES))))

    facts = GivenFacts(well_known("good", malicious=("1.1",)))
    judge = judging(facts, home=[f"{index.url}/simple"])

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    (held,) = running.held
    assert got.files == ["good-1.0.tar.gz", "good-1.2.tar.gz"]
    assert sorted(held.hidden) == ["good-1.1.tar.gz", "who-knows.zip"]
    assert held.hidden["good-1.1.tar.gz"].startswith("version 1.1 is reported malicious")
    assert [one.outcome.name for one in running.verdict.changes] == ["PASSED"]


def test_a_project_of_which_nothing_remains_is_blocked(index: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.1.tar.gz", base=FILES))))
    facts = GivenFacts(well_known("good", malicious=("1.1",)))

    with gate(judging(facts), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert (got.status, [one.blocked for one in running.held]) == (403, [True])


def test_one_index_whose_files_are_all_left_out_does_not_block_what_another_has(
    index: Loopback,
) -> None:
    for path, version in (("/simple", "1.0"), ("/more/simple", "2.0")):
        index.on(f"{path}/bad/", reply(document("bad", file(f"bad-{version}.tar.gz", base=FILES))))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0")]})

    with gate(judge, f"{index.url}/simple", f"{index.url}/more/simple") as running:
        got = [get(running.url(at) + "bad/").status for at in (0, 1)]

    (held,) = running.held
    assert (got, held.blocked, sorted(held.hidden)) == ([200, 403], False, ["bad-2.0.tar.gz"])


def test_a_project_of_which_everything_is_too_new_is_blocked_by_that_rule(index: Loopback) -> None:
    body = document("good", file("good-1.1.tar.gz", base=FILES, uploaded=YOUNG))
    index.on("/simple/good/", reply(body))

    with gate(
        judging(FACTS, BLOCKS_NEW, home=[f"{index.url}/simple"]), f"{index.url}/simple"
    ) as run:
        got = get(run.url(0) + "good/")

    (judged,) = run.verdict.changes
    assert (got.status, judged.outcome.name) == (403, "BLOCKED")
    assert [one.rule for one in judged.findings] == ["too-new"]


def test_a_file_whose_name_and_link_disagree_counts_as_neither(index: Loopback) -> None:
    # pip goes by the link: what is called 1.0 on the page would come in as 1.1.
    lying = file("good-1.0.tar.gz", more={"url": f"{FILES}good-1.1.tar.gz"})
    index.on("/simple/good/", reply(document("good", lying, file("good-1.2.tar.gz", base=FILES))))
    facts = GivenFacts(well_known("good", malicious=("1.1",)))

    with gate(judging(facts), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.files == ["good-1.2.tar.gz"]


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("bad-2.0.zip", id="another-file"),
        pytest.param("bad-2.0.zip/", id="a-slash-at-its-end"),
        pytest.param("bad-1.0.zip%2Fbad-2.0.zip", id="an-escaped-slash"),
        pytest.param("bad-2.0.zip#egg=bad-1.0", id="a-version-of-its-own"),
        pytest.param("get?file=bad-1.0.zip", id="no-file"),
    ],
)
def test_what_is_written_on_a_link_does_not_tell_what_comes_of_it(
    index: Loopback, link: str
) -> None:
    page = f'<a href="{FILES}bad-1.0.zip">2.0</a><a href="{FILES}{link}">bad-1.0.zip</a>'
    index.on("/simple/bad/", reply(page.encode(), HTML))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert links_on(got) == [f"{FILES}bad-1.0.zip"]


@pytest.mark.parametrize(
    ("bases", "link"),
    [
        ('<base href="/files/">', "/files/bad-1.0.zip"),
        ('<base target="x"><base href="/files/"><base href="/f/">', "/files/bad-1.0.zip"),
        ('<base href=""><base href="/f/">', "/simple/bad/bad-1.0.zip"),
    ],
)
def test_links_are_relative_to_what_pip_takes_them_to_be(
    index: Loopback, bases: str, link: str
) -> None:
    page = f'{bases}<a href="bad-1.0.zip">x</a><a href="bad-2.0.zip">x</a>'
    index.on("/simple/bad/", reply(page.encode(), HTML))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert links_on(got) == [f"{index.url}{link}"]


@pytest.mark.parametrize("vouching", ["pin", "allowance"])
def test_a_local_version_does_not_come_in_by_the_version_that_it_was_made_of(
    index: Loopback, vouching: str
) -> None:
    files = [file(f"bad-{version}.tar.gz", base=FILES) for version in ("1.0", "1.0+evil")]
    index.on("/simple/bad/", reply(document("bad", *files)))
    allowed = Policy(allow=(Allowance(BAD, "read it", PLACE, versions="==1.0"),))
    judge = judging(
        FACTS,
        allowed if vouching == "allowance" else None,
        wanted={BAD: [typed("bad", "==1.0")]} if vouching == "pin" else None,
        home=[f"{index.url}/simple"],
    )

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert got.files == ["bad-1.0.tar.gz"]


def test_a_pin_of_a_local_version_lets_it_in(index: Loopback) -> None:
    files = [file(f"bad-{version}.tar.gz", base=FILES) for version in ("1.0", "1.0+own")]
    index.on("/simple/bad/", reply(document("bad", *files)))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0+own")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert got.files == ["bad-1.0+own.tar.gz"]


def test_a_young_local_version_is_not_the_one_that_was_pinned(index: Loopback) -> None:
    files = [file(f"good-{one}.zip", base=FILES, uploaded=YOUNG) for one in ("1.1", "1.1+evil")]
    index.on("/simple/good/", reply(document("good", *files)))
    judge = judging(FACTS, BLOCKS_NEW, wanted={GOOD: [typed("good", "==1.1")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.files == ["good-1.1.zip"]


def test_a_version_that_no_report_can_name_is_kept_off_where_there_is_one(index: Loopback) -> None:
    # pip takes what follows `-py` for a version of Python, and reads 2.0.
    files = [file(f"good-{one}.tar.gz", base=FILES) for one in ("1.0", "2.0-py3")]
    index.on("/simple/good/", reply(document("good", *files)))
    facts = GivenFacts(well_known("good", malicious=("2.0",)))

    with gate(judging(facts), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    assert got.files == ["good-1.0.tar.gz"]


def test_a_page_that_says_quarantined_is_believed_before_the_record(index: Loopback) -> None:
    body = document("good", more={"project-status": {"status": "quarantined"}})
    index.on("/simple/good/", reply(body))
    judge = judging(FACTS, wanted={GOOD: [typed("good", "==1.0")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/")

    (held,) = running.held
    assert (got.status, held.blocked) == (403, True)
    assert held.reason.startswith("the index's administrators hold it in quarantine")


def test_an_html_page_without_some_files_is_written_anew(index: Loopback) -> None:
    meta = '<meta name="pypi:repository-version" content="1.4">'
    kept = (
        "<a\n href=\"https://files.example/bad-1.1.zip#sha256=ab\"  DATA-yanked='&lt;so'"
        " data-Requires-Python='&gt;=3.8' on\"click='x'>BAD-1.1.zip</a><br>"
    )
    cut = '<A HREF="https://files.example/bad-1.0.zip">bad-1.0.zip</A>'
    body = f"<!DOCTYPE html>{meta}\n<body><h1>é</h1>\n{cut}{kept}\n<!-- <a href=x> --></body>"
    index.on("/simple/bad/", reply(body.encode(), HTML))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.1")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert got.body.decode() == (
        f"<!DOCTYPE html>\n<html><head>{meta}<title>Links for bad</title></head><body>\n"
        '<a data-requires-python="&gt;=3.8" data-yanked="&lt;so"'
        ' href="https://files.example/bad-1.1.zip#sha256=ab">bad-1.1.zip</a><br>\n</body></html>\n'
    )


def test_what_is_left_around_a_hidden_file_joins_to_no_other(index: Loopback) -> None:
    one, two, three = (f'<a href="{FILES}bad-{number}.0.zip">x</a>' for number in (1, 2, 3))
    index.on("/simple/bad/", reply(f"{one}<{two}{three[1:]}".encode(), HTML))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert links_on(got) == [f"{FILES}bad-1.0.zip"]


_SOUP = st.lists(
    st.sampled_from(
        ["<", ">", "a", " ", "/", '"', "'", "=", "href", "<!--", "-->", "<![CDATA[", "]]>", "</a>"]
        + [f'<a href="{FILES}bad-{number}.0.zip">' for number in (1, 2, 3)]
    ),
    max_size=30,
).map("".join)


@given(_SOUP)
def test_on_a_page_that_is_written_anew_is_what_was_not_hidden_and_nothing_else(soup: str) -> None:
    url = "https://index.example/bad/"
    try:
        page = html_page.read(f'<a href="{FILES}bad-1.0.zip">x</a>{soup}'.encode(), url, BAD)
    except BadAnswerError:
        return  # such a page does not go out at all
    left = [one for one in html_page.offered(page, BAD) if one.filename == "bad-1.0.zip"]
    hidden = {one.filename for one in html_page.offered(page, BAD)} - {"bad-1.0.zip"}

    body = html_page.anew(page, BAD, hidden, lambda _: None)

    assert [*html_page.offered(html_page.read(body, url, BAD), BAD)] == left


def test_an_html_page_of_which_not_all_may_come_is_written_anew_though_nothing_is_hidden(
    index: Loopback,
) -> None:
    # Another reader of HTML may find more on it than was found here.
    page = f'<a href="{FILES}bad-1.0.zip">x</a><!-- <a href="{FILES}bad-2.0.zip">x</a> -->'
    index.on("/simple/bad/", reply(page.encode(), HTML))
    judge = judging(FACTS, wanted={BAD: [typed("bad", "==1.0")]})

    with gate(judge, f"{index.url}/simple") as running:
        got = get(running.url(0) + "bad/")

    assert (links_on(got), b"2.0" in got.body) == ([f"{FILES}bad-1.0.zip"], False)


def test_a_browser_gets_html_with_all_that_html_can_say(index: Loopback) -> None:
    told = file(
        "good-1.0.tar.gz",
        base=FILES,
        more={
            "hashes": {"md5": "00", "sha256": "ab"},
            "yanked": "broken <b>",
            "provenance": "https://index.example/p",
            "requires-python": ">=3.8",
            "core-metadata": {"sha256": "cd"},
        },
    )
    status: Json = {"status": "archived", "reason": "gone"}
    index.on("/simple/good/", reply(document("good", told, more={"project-status": status})))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/", accept="text/html,*/*;q=0.8")

    link = (
        '<a href="https://files.example/good-1.0.tar.gz#sha256=ab"'
        ' data-requires-python="&gt;=3.8" data-core-metadata="sha256=cd"'
        ' data-dist-info-metadata="sha256=cd" data-yanked="broken &lt;b&gt;"'
        ' data-provenance="https://index.example/p">good-1.0.tar.gz</a>'
    )
    assert (got.status, got.media_type) == (200, HTML)
    assert link in got.body.decode()
    assert '<meta name="pypi:project-status" content="archived">' in got.body.decode()


@pytest.mark.parametrize(
    ("client", "media_type"),
    [("pip/22.3.1 {}", SIMPLE_HTML), ("pip/23.0 {}", SIMPLE_JSON), ("uv/0.9", SIMPLE_JSON)],
)
def test_a_pip_that_checks_no_hash_of_json_gets_html(
    index: Loopback, client: str, media_type: str
) -> None:
    one = file("good-1.0.zip", base=FILES, more={"hashes": {"sha256": "a" * 64}})
    index.on("/simple/good/", reply(document("good", one)))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/", User_Agent=client)

    assert got.media_type == media_type
    assert b"a" * 64 in got.body


def test_every_field_there_is_finds_its_place_in_the_other_form(index: Loopback) -> None:
    odd = file(
        "good-1.0.zip",
        base=FILES,
        more={"hashes": {"blake2b": "ab"}, "core-metadata": True, "gpg-sig": False},
    )
    status: Json = {"status": "deprecated"}
    index.on("/simple/good/", reply(document("good", odd, more={"project-status": status})))
    named = '<meta name="pypi:project-status" content="archived"><a href="x/good-2.0.zip"'
    told = ' data-yanked="why" data-dist-info-metadata="true">good-2.0.zip</a><a href="y">y</a>'
    index.on("/simple/bad/", reply((named + told).replace("good-", "bad-").encode(), HTML))
    judge = judging(GivenFacts(well_known("good"), well_known("bad")))

    with gate(judge, f"{index.url}/simple") as running:
        as_html = get(running.url(0) + "good/", accept=HTML).body.decode()
        as_json = json.loads(get(running.url(0) + "bad/", accept=index_type()).body)

    assert (
        '<a href="https://files.example/good-1.0.zip#blake2b=ab" data-core-metadata="true"'
        ' data-dist-info-metadata="true" data-gpg-sig="false">good-1.0.zip</a>'
    ) in as_html
    assert (as_json["project-status"], as_json["files"]) == (
        {"status": "archived"},
        [
            {
                "filename": "bad-2.0.zip",
                "url": f"{index.url}/simple/bad/x/bad-2.0.zip",
                "hashes": {},
                "yanked": "why",
                "core-metadata": True,
            }
        ],
    )


def test_a_client_that_reads_json_alone_gets_an_html_page_as_json(index: Loopback) -> None:
    body = (
        b'<a href="../../f/good-1.0.zip#sha256=ab" data-yanked data-requires-python="&gt;=3.8"'
        b' data-core-metadata="sha256=cd">good-1.0.zip</a>'
    )
    index.on("/simple/good/", reply(body, HTML))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        got = get(running.url(0) + "good/", accept=index_type())

    assert json.loads(got.body) == {
        "meta": {"api-version": "1.0"},
        "name": "good",
        "files": [
            {
                "filename": "good-1.0.zip",
                "url": f"{index.url}/f/good-1.0.zip",
                "hashes": {"sha256": "ab"},
                "requires-python": ">=3.8",
                "yanked": True,
                "core-metadata": {"sha256": "cd"},
            }
        ],
    }


def test_a_client_that_has_the_page_already_is_told_so(index: Loopback) -> None:
    body = document("good", file("good-1.0.tar.gz", base=FILES))
    index.on("/simple/good/", Reply(body, media_type=index_type(), headers=(("ETag", '"v7"'),)))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        first = get(running.url(0) + "good/")
        again = get(running.url(0) + "good/", If_None_Match='"v7"')

    assert (first.headers["etag"], again.status, again.body) == ('"v7"', 304, b"")


def test_names_are_normalised_whoever_asks(index: Loopback) -> None:
    index.on("/simple/bad/", reply(document("bad", file("bad-1.0.tar.gz", base=FILES))))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        statuses = [get(running.url(0) + name).status for name in ("BAD/", "b_a-d/", "Bad")]

    assert statuses == [403, 403, 301]


def test_a_project_is_judged_once_in_a_run(index: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.tar.gz", base=FILES))))
    facts = GivenFacts(well_known("good"))

    with gate(judging(facts), f"{index.url}/simple") as running:
        for _ in range(3):
            get(running.url(0) + "good/")

    assert facts.recorded_names == [GOOD]


class TestPrivateNames:
    """A name that the policy calls private comes from an index that it names, and no other."""

    def policy(self, *indexes: str) -> Policy:
        return Policy(private=("acme-*",), indexes=indexes)

    def test_it_comes_from_the_index_that_is_named_and_the_others_are_not_even_asked(
        self, index: Loopback, other: Loopback
    ) -> None:
        for each in (index, other):
            each.on("/simple/acme-x/", reply(ACME))
        judge = judging(FACTS, self.policy(f"{other.url}/simple"), home=[f"{index.url}/simple"])

        with gate(judge, f"{index.url}/simple", f"{other.url}/simple") as running:
            statuses = [get(running.url(place) + "acme-x/").status for place in (0, 1)]

        assert (statuses, index.paths(), running.held) == ([404, 200], [], ())

    def test_it_comes_from_nowhere_where_no_index_is_named(self, index: Loopback) -> None:
        index.on("/simple/acme-x/", reply(ACME))

        with gate(judging(FACTS, self.policy()), f"{index.url}/simple") as running:
            status = get(running.url(0) + "acme-x/").status

        (held,) = running.held
        assert (status, held.blocked, held.judged) == (404, True, None)
        assert held.reason == (
            "the policy calls acme-x private, and names no index among its `indexes`: it may not "
            f"come from {index.host}"
        )

    def test_nobody_is_asked_about_it(self, other: Loopback) -> None:
        other.on("/simple/acme-x/", reply(ACME))
        facts = GivenFacts()

        with gate(judging(facts, self.policy(f"{other.url}/simple")), f"{other.url}/simple") as run:
            get(run.url(0) + "acme-x/")

        assert facts.asked == []


def test_an_index_that_the_policy_does_not_name_may_be_shut_out_without_the_others(
    index: Loopback, other: Loopback
) -> None:
    for each in (index, other):
        each.on("/simple/good/", reply(document("good", file("good-1.0.zip", base=FILES))))
    policy = Policy(rules={"off-index": RulePolicy(level=Level.BLOCK)})
    judge = judging(FACTS, policy, home=[f"{index.url}/simple"])

    with gate(judge, f"{index.url}/simple", f"{other.url}/simple") as running:
        statuses = [get(running.url(place) + "good/").status for place in (0, 1)]

    assert (statuses, running.held) == ([200, 404], ())


def test_the_index_of_a_folder_is_read_as_pip_reads_it(tmp_path: Path) -> None:
    (tmp_path / "simple/good").mkdir(parents=True)
    (tmp_path / "files").mkdir()
    (tmp_path / "files/good-1.0.zip").write_bytes(b"content")
    page = '<a href="../../files/good-1.0.zip#sha256=ab">good-1.0.zip</a>'
    (tmp_path / "simple/good/index.html").write_text(page)

    with gate(judging(FACTS), (tmp_path / "simple").as_uri()) as running:
        got = get(running.url(0) + "good/")
        link = got.body.decode().partition('href="')[2].partition('"')[0]
        found = get(urljoin(running.url(0) + "good/", link.partition("#")[0]))

    assert link == "../../files/0/good/good-1.0.zip#sha256=ab"
    assert (found.status, found.body) == (200, b"content")


@pytest.mark.parametrize("url", ["file://elsewhere/simple", "file:///no/such/folder"])
def test_a_folder_that_is_none_is_trouble(url: str) -> None:
    with gate(judging(FACTS), url) as running:
        got = get(running.url(0) + "good/")

    assert (got.status, len(running.troubles)) == (502, 1)


def test_a_client_that_reads_neither_form_is_told_so(index: Loopback) -> None:
    index.on("/simple/good/", reply(document("good", file("good-1.0.zip", base=FILES))))

    with gate(judging(FACTS), f"{index.url}/simple") as running:
        assert get(running.url(0) + "good/", accept="image/png").status == 406


def test_a_folder_without_pages_is_read_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good/good-1.0.zip").write_bytes(b"content")
    (tmp_path / "good/notes.txt").write_bytes(b"secret")

    with gate(judging(FACTS), tmp_path.as_uri()) as running:
        got = get(running.url(0) + "good/")
        base = urljoin(running.url(0), "../files/0/good/")
        statuses = [get(base + name).status for name in ("good-1.0.zip", "notes.txt")]

    assert (got.files, statuses) == (["good-1.0.zip"], [200, 404])
