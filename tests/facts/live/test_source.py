"""Live look-ups as a whole, against a web server on this machine."""

from __future__ import annotations

import gzip
import time
from datetime import datetime, timezone

import pytest

from facts.live.loopback import SIMPLE_JSON, Loopback, Reply, page
from facts.making import known as known_at
from facts.making import of
from vetgate.facts.codec import FactValue
from vetgate.facts.index_settings import Credentials, IndexSettings
from vetgate.facts.live.shapes import Json
from vetgate.facts.live.source import Live
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import (
    Downloads,
    FactName,
    Held,
    Known,
    Listed,
    NeverSeen,
    PackageFacts,
    Quarantined,
    Unknown,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EVIL = NormalizedName("evil")
NOBODY = Services(None, None, None, None)


def project(name: str = "evil", **info: Json) -> dict[str, Json]:
    return {
        "info": {"name": name, "version": "1.0", **info},
        "releases": {
            "1.0": [{"upload_time_iso_8601": "2026-01-02T03:04:05.123456Z", "yanked": False}]
        },
    }


def simple(name: str = "evil", *files: Json, status: str = "active") -> dict[str, Json]:
    return {
        "meta": {"api-version": "1.4"},
        "name": name,
        "files": list(files),
        "project-status": {"status": status},
    }


def live(index: Loopback, services: Services = NOBODY, seconds: float = 5.0) -> Live:
    settings = IndexSettings(url=f"{index.url}/simple")
    return Live(settings, now=NOW, services=services, seconds=seconds)


def ask(source: Live, *facts: FactName, name: NormalizedName = EVIL) -> PackageFacts:
    return source.facts({name: frozenset(facts)})[name]


def known(value: FactValue, source: str) -> Known[FactValue]:
    return known_at(value, NOW, source)


def test_one_request_answers_what_the_project_json_tells(index: Loopback) -> None:
    index.on("/pypi/evil/json", page(project(project_urls={"Source": "https://github.com/o/evil"})))

    facts = ask(live(index), "presence", "repository", "urls", "first_upload")

    uploaded = datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=timezone.utc)
    assert facts == of(
        EVIL,
        presence=known(Listed(), index.host),
        repository=known("https://github.com/o/evil", index.host),
        urls=known(("https://github.com/o/evil",), index.host),
        first_upload=known(uploaded, index.host),
    )
    assert index.paths() == ["/pypi/evil/json"]


@pytest.mark.parametrize(
    ("page_of_it", "presence"),
    [
        pytest.param(Reply(status=404), NeverSeen(), id="nothing-there"),
        pytest.param(Reply(status=410), NeverSeen(), id="gone"),
        pytest.param(
            page(simple(status="quarantined"), SIMPLE_JSON),
            Quarantined(),
            id="in-quarantine",
        ),
        pytest.param(page(simple(), SIMPLE_JSON), Listed(), id="without-a-release"),
    ],
)
def test_the_simple_page_decides_what_a_missing_project_json_means(
    index: Loopback, page_of_it: Reply, presence: FactValue
) -> None:
    index.on("/simple/evil/", page_of_it)

    assert ask(live(index), "presence").presence == known(presence, index.host)
    assert index.paths() == ["/pypi/evil/json", "/simple/evil/"]


def test_a_page_of_the_team_that_holds_removed_names_is_known(index: Loopback) -> None:
    text = "Security Holding Package\n\nThis is a placeholder for a deleted package."
    held = project(description=text, version="0.0.0.1")
    held["releases"] = {"0.0.0.1": []}
    held["ownership"] = {"roles": [{"role": "Owner", "user": "security_holding"}]}
    index.on("/pypi/evil/json", page(held))

    facts = ask(live(index), "presence", "owners")

    assert facts.presence == known(Held(), index.host)
    assert facts.owners == known(("security_holding",), index.host)


def test_the_text_of_a_holding_page_alone_holds_nothing(index: Loopback) -> None:
    held = project(description="Security Holding Package", version="0.0.0.1")
    held["releases"] = {"0.0.0.1": []}
    held["ownership"] = {"roles": [{"role": "Owner", "user": "somebody"}]}
    index.on("/pypi/evil/json", page(held))

    assert ask(live(index), "presence").presence == known(Listed(), index.host)


def test_without_project_json_the_metadata_file_tells(index: Loopback) -> None:
    wheel: Json = {
        "filename": "evil-1.0-py3-none-any.whl",
        "url": "../../files/evil-1.0-py3-none-any.whl",
        "core-metadata": True,
    }
    index.on("/simple/evil/", page(simple("evil", wheel), SIMPLE_JSON))
    metadata = (
        b"Metadata-Version: 2.1\nName: Evil\nVersion: 1.0\nHome-page: https://gitlab.com/a/b\n"
    )
    index.on("/files/evil-1.0-py3-none-any.whl.metadata", Reply(metadata, media_type="text/plain"))

    facts = ask(live(index), "presence", "repository", "status", "owners")

    assert facts == of(
        EVIL,
        presence=known(Listed(), index.host),
        repository=known("https://gitlab.com/a/b", index.host),
        status=known("active", index.host),
        owners=Unknown(f"{index.host} does not tell"),
    )


def test_an_html_page_will_do(index: Loopback) -> None:
    html = b"<!DOCTYPE html><a href='/f/evil-1.0.tar.gz#sha256=00'>evil-1.0.tar.gz</a>"
    index.on("/simple/evil/", Reply(html, media_type="text/html"))

    facts = ask(live(index), "presence", "repository", "status")

    assert facts.presence == known(Listed(), index.host)
    why = f"{index.host} has neither project JSON nor metadata files of it"
    assert (facts.repository, facts.status) == (Unknown(why), Unknown(why))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(
            Reply(b"<p>log in</p>", media_type="text/html"),
            "HOST answered a page that is not a package page",
            id="login-page",
        ),
        pytest.param(
            Reply(b"{", media_type=SIMPLE_JSON),
            "HOST answered something that is not JSON",
            id="broken-json",
        ),
        pytest.param(
            Reply(b"[" * 200_000, media_type=SIMPLE_JSON),
            "HOST answered something that is not JSON",
            id="deep-json",
        ),
        pytest.param(
            page({"meta": {"api-version": "2.0"}, "name": "evil", "files": []}, SIMPLE_JSON),
            "HOST speaks version 2.0 of the simple API, which is not known",
            id="next-api",
        ),
        pytest.param(
            page(simple("good"), SIMPLE_JSON),
            "HOST answered about another package",
            id="other-package",
        ),
        pytest.param(
            Reply(b"x", media_type="image/png"),
            "HOST answered image/png where a package page was due",
            id="picture",
        ),
        pytest.param(Reply(status=500), "HOST answers with status 500", id="server-error"),
        pytest.param(Reply(status=403), "HOST refuses access (status 403)", id="forbidden"),
        pytest.param(Reply(status=401), "HOST refuses access (status 401)", id="unauthorised"),
        pytest.param(Reply(status=418), "HOST answers nothing (status 418)", id="odd-status"),
        pytest.param(
            Reply(status=302, headers=(("Location", "/simple/evil/"),)),
            "HOST redirects more than 5 times",
            id="redirect-loop",
        ),
        pytest.param(
            Reply(status=302, headers=(("Location", "ftp://127.0.0.1/x"),)),
            "HOST redirects to something that is no web address",
            id="redirect-to-ftp",
        ),
        pytest.param(
            Reply(status=302, headers=(("Location", "http://index.example/x"),)),
            "index.example has no https and is no trusted host: it is not asked",
            id="redirect-off",
        ),
        pytest.param(
            Reply(b"x" * (1 << 20), repeat=40, media_type=SIMPLE_JSON),
            "HOST answers with more than 32 MB",
            id="huge-body",
        ),
        pytest.param(
            Reply(
                gzip.compress(b" " * (40 << 20)),
                media_type=SIMPLE_JSON,
                headers=(("Content-Encoding", "gzip"),),
            ),
            "HOST answers with more than 32 MB",
            id="gzip-bomb",
        ),
        pytest.param(
            Reply(b"{}", media_type=SIMPLE_JSON, headers=(("Content-Encoding", "br"),)),
            "HOST broke off its answer",
            id="packing-nobody-asked-for",
        ),
        pytest.param(
            Reply(b"{}", media_type=SIMPLE_JSON, headers=(("Content-Encoding", "gzip"),)),
            "HOST broke off its answer",
            id="packing-that-is-none",
        ),
    ],
)
def test_an_answer_that_is_none_leaves_the_presence_unknown(
    index: Loopback, reply: Reply, why: str
) -> None:
    index.on("/simple/evil/", reply)

    assert ask(live(index), "presence").presence == Unknown(why.replace("HOST", index.host))


def test_a_broken_project_json_is_made_up_for_by_the_simple_page(index: Loopback) -> None:
    index.on("/pypi/evil/json", Reply(b"<html>", media_type="text/html"))
    index.on("/simple/evil/", page(simple(), SIMPLE_JSON))

    assert ask(live(index), "presence").presence == known(Listed(), index.host)


def test_a_failure_that_passes_is_tried_again(index: Loopback) -> None:
    index.on("/pypi/evil/json", Reply(status=503), Reply(status=500), page(project()))

    assert ask(live(index), "presence").presence == known(Listed(), index.host)


def test_a_host_that_asks_to_wait_is_waited_for(index: Loopback) -> None:
    wait = Reply(status=429, headers=(("Retry-After", "1"),))
    index.on("/pypi/evil/json", wait, page(project()))
    began = time.monotonic()

    assert ask(live(index), "presence").presence == known(Listed(), index.host)
    assert time.monotonic() - began >= 1.0


def test_a_host_that_asks_to_wait_beyond_the_deadline_is_let_be(index: Loopback) -> None:
    index.everything = Reply(status=429, headers=(("Retry-After", "60"),))
    began = time.monotonic()

    facts = ask(live(index, seconds=30), "presence")

    why = f"{index.host} answers with status 429 and asks to wait 60 s"
    assert facts.presence == Unknown(why)
    assert time.monotonic() - began < 15
    assert len(index.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(b"{}", delay=20.0), id="no-answer"),
        pytest.param(Reply(b"{" * 1000, drip=0.05), id="drip"),
    ],
)
def test_a_host_that_does_not_answer_costs_its_deadline_once(index: Loopback, reply: Reply) -> None:
    index.everything = reply
    names = [NormalizedName(f"evil-{number}") for number in range(50)]
    began = time.monotonic()

    facts = live(index, seconds=0.6).facts(dict.fromkeys(names, frozenset({"presence"})))

    assert time.monotonic() - began < 15, "one deadline after the other would take 30 s"
    late = Unknown(f"{index.host} did not answer within 0.6 s")
    assert [facts[name].presence for name in names] == [late] * 50


def test_a_host_that_cannot_be_reached_is_asked_no_more() -> None:
    settings = IndexSettings(url="http://127.0.0.1:9/simple")
    names = [NormalizedName(f"evil-{number}") for number in range(50)]
    began = time.monotonic()

    facts = Live(settings, now=NOW, services=NOBODY).facts(
        dict.fromkeys(names, frozenset({"presence"}))
    )

    assert {each.presence for each in facts.values()} == {Unknown("127.0.0.1:9 cannot be reached")}
    assert time.monotonic() - began < 15


def test_fifty_names_are_asked_at_once(index: Loopback) -> None:
    names = [NormalizedName(f"evil-{number}") for number in range(50)]
    for name in names:
        index.on(f"/pypi/{name}/json", page(project(name), delay=0.3))
    wanted = dict.fromkeys(names, frozenset({"presence", "repository"}))
    live(index).facts({EVIL: frozenset({"presence"})})  # imports what is imported late
    began = time.monotonic()

    facts = live(index).facts(wanted)

    assert time.monotonic() - began < 8, "one after the other would take 15 s"
    assert {each.presence for each in facts.values()} == {known(Listed(), index.host)}


def test_credentials_go_to_the_index_and_into_no_message(index: Loopback) -> None:
    elsewhere = f"http://localhost:{index.port}/elsewhere"
    index.on("/simple/evil/", Reply(status=302, headers=(("Location", elsewhere),)))
    index.on("/elsewhere", Reply(status=403))
    settings = IndexSettings(
        url=f"{index.url}/simple", credentials=Credentials("user", "pass word")
    )

    facts = Live(settings, now=NOW, services=NOBODY).facts({EVIL: frozenset({"presence"})})

    sent = [request.headers.get("Authorization") for request in index.requests]
    assert sent == ["Basic dXNlcjpwYXNzIHdvcmQ=", "Basic dXNlcjpwYXNzIHdvcmQ=", None]
    why = f"localhost:{index.port} refuses access (status 403)"
    assert facts[EVIL].presence == Unknown(why)


def test_the_user_agent_is_honest(index: Loopback) -> None:
    ask(live(index), "presence")

    assert index.requests[0].headers["User-Agent"].startswith("vetgate/")


def test_a_name_of_which_nothing_is_wanted_is_not_sent(index: Loopback) -> None:
    facts = live(index).facts({EVIL: frozenset(), NormalizedName("-"): frozenset({"presence"})})

    assert facts == {
        EVIL: PackageFacts(EVIL),
        "-": of(NormalizedName("-"), presence=Unknown("it is not a valid name of a package")),
    }
    assert index.requests == []


def test_pip_without_an_index_asks_none(index: Loopback) -> None:
    settings = IndexSettings(url=f"{index.url}/simple", no_index=True)

    facts = Live(settings, now=NOW, services=NOBODY).facts({EVIL: frozenset({"presence"})})

    assert facts[EVIL].presence == Unknown("pip is set to use no index")
    assert index.requests == []


def test_services_are_asked_once_for_all_names(index: Loopback, service: Loopback) -> None:
    service.on(
        "/sql",
        page(
            {"data": [{"project": "pip", "downloads": "9"}, {"project": "Evil", "downloads": "34"}]}
        ),
    )
    service.on(
        "/eco/packages/bulk_lookup",
        page([{"name": "Evil", "ecosystem": "pypi", "dependent_packages_count": 3}]),
    )
    services = Services(f"{service.url}/sql", None, f"{service.url}/eco")
    other = NormalizedName("other")

    facts = live(index, services).facts(
        {EVIL: frozenset({"downloads", "dependents"}), other: frozenset({"downloads"})}
    )

    assert facts[EVIL].downloads == known(Downloads(34), f"{service.host}, 2026-10")
    assert facts[EVIL].dependents == known(3, service.host)
    assert facts[other].downloads == known(Downloads(0), f"{service.host}, 2026-10")
    assert sorted(service.paths()) == ["/eco/packages/bulk_lookup", "/sql"]
    query = next(each.body for each in service.requests if each.path == "/sql").decode()
    assert "project IN ('evil', 'other', 'pip')" in query
    assert "toDate('2026-10-01')" in query
    assert index.requests == []


def test_downloads_not_wanted_are_not_asked(index: Loopback, service: Loopback) -> None:
    services = Services(f"{service.url}/sql", f"{service.url}/stats", f"{service.url}/eco")

    ask(live(index, services), "presence")

    assert service.requests == []


@pytest.mark.parametrize(
    ("recent", "downloads"),
    [
        pytest.param(
            page({"data": {"last_month": 12}}), Known(Downloads(12), NOW, "HOST"), id="recent"
        ),
        pytest.param(Reply(status=404), Known(Downloads(77), NOW, "HOST"), id="other-service"),
    ],
)
def test_downloads_fall_back_on_the_other_services(
    index: Loopback, service: Loopback, recent: Reply, downloads: Known[Downloads]
) -> None:
    service.on("/sql", Reply(b"oops", media_type="text/html"))
    service.on("/stats/packages/evil/recent", recent)
    eco: Json = {
        "name": "evil",
        "ecosystem": "pypi",
        "downloads": 77,
        "downloads_period": "last-month",
    }
    service.on("/eco/packages/bulk_lookup", page([eco]))
    services = Services(f"{service.url}/sql", f"{service.url}/stats", f"{service.url}/eco")

    facts = ask(live(index, services), "downloads", "dependents")

    assert facts.downloads == Known(downloads.value, NOW, service.host)
    assert facts.dependents == Unknown(f"{service.host} does not know it")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(page({"data": []}), "HOST has no downloads of 2026-10 yet", id="not-loaded"),
        pytest.param(
            page({"data": [{"project": "pip", "downloads": "many"}]}),
            "HOST answered downloads that are no number",
            id="no-number",
        ),
        pytest.param(page([]), "HOST answered JSON of another shape (downloads)", id="other-shape"),
        pytest.param(Reply(status=402), "HOST answers nothing (status 402)", id="quota"),
        pytest.param(Reply(status=404), "HOST answers nothing (status 404)", id="moved-away"),
    ],
)
def test_downloads_that_cannot_be_had_say_why(
    index: Loopback, service: Loopback, reply: Reply, why: str
) -> None:
    service.everything = reply
    services = Services(f"{service.url}/sql", None, None)

    facts = ask(live(index, services), "downloads", "dependents")

    assert facts.downloads == Unknown(why.replace("HOST", service.host))
    assert facts.dependents == Unknown("no service is set that tells it")


@pytest.mark.live
@pytest.mark.enable_socket
def test_the_real_index_lists_six() -> None:
    source = Live(IndexSettings(), now=NOW, services=NOBODY, seconds=20.0)

    facts = ask(source, "presence", "repository", name=NormalizedName("six"))

    assert isinstance(facts.presence, Known)
    assert facts.presence.value == Listed()
    assert isinstance(facts.repository, Known)
    assert facts.repository.value == "https://github.com/benjaminp/six"
