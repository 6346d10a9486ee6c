"""Published reports, asked of a server on this machine that answers as OSV does."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from facts.live.loopback import Loopback, Reply, Request, page
from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.live import advisories as module
from vetgate.facts.live.shapes import Json
from vetgate.facts.live.source import Live
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory, Fact, Known, Span, Unknown

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EVIL, FINE = NormalizedName("evil"), NormalizedName("fine")
BATCH = "/v1/querybatch"


def record(report: str, name: str = "evil", **more: Json) -> Json:
    ranges: Json = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
    package: Json = {"name": name, "ecosystem": "PyPI"}
    return {"id": report, "affected": [{"package": package, "ranges": ranges}], **more}


def ask(
    service: Loopback, *names: NormalizedName, seconds: float = 5.0
) -> dict[NormalizedName, Fact[tuple[Advisory, ...]]]:
    source = Live(
        IndexSettings(url=f"{service.url}/simple"),
        now=NOW,
        services=Services(None, None, None, service.url),
        seconds=seconds,
    )
    found = source.facts(dict.fromkeys(names, frozenset({"advisories"})))
    return {name: found[name].advisories for name in names}


def known(service: Loopback, *advisories: Advisory) -> Known[tuple[Advisory, ...]]:
    return Known(advisories, NOW, service.host)


def named(*ids: str) -> Json:
    return {"vulns": [{"id": one, "modified": "2026-01-01T00:00:00Z"} for one in ids]}


def test_all_names_are_asked_at_once_and_each_record_by_itself(service: Loopback) -> None:
    service.on(BATCH, page({"results": [named("MAL-2026-1", "PYSEC-2026-2"), {}]}))
    service.on("/v1/vulns/MAL-2026-1", page(record("MAL-2026-1")))
    service.on("/v1/vulns/PYSEC-2026-2", page(record("PYSEC-2026-2", withdrawn="2026-01-01")))

    assert ask(service, EVIL, FINE) == {
        EVIL: known(service, Advisory("MAL-2026-1", malicious=True, spans=(Span(),))),
        FINE: known(service),
    }
    (batch,) = [request for request in service.requests if request.path == BATCH]
    assert (batch.method, json.loads(batch.body)) == (
        "POST",
        {"queries": [{"package": {"name": n, "ecosystem": "PyPI"}} for n in ("evil", "fine")]},
    )
    assert all(request.headers["User-Agent"].startswith("vetgate/") for request in service.requests)


def test_further_pages_are_asked_for_those_that_have_some(service: Loopback) -> None:
    first: Json = {"vulns": [{"id": "PYSEC-1"}], "next_page_token": "more"}
    pages: dict[str, dict[str, Json]] = {
        "": {"evil": first, "fine": {}},
        "more": {"evil": {"next_page_token": "last"}},
        "last": {"evil": named("PYSEC-2")},
    }

    def answer(request: Request) -> Reply:
        queries = json.loads(request.body)["queries"]
        return page(
            {
                "results": [
                    pages[query.get("page_token", "")][query["package"]["name"]]
                    for query in queries
                ]
            }
        )

    service.computed[BATCH] = answer
    for report in ("PYSEC-1", "PYSEC-2"):
        service.on(f"/v1/vulns/{report}", page(record(report)))

    assert ask(service, EVIL, FINE) == {
        EVIL: known(
            service,
            Advisory("PYSEC-1", malicious=False, spans=(Span(),)),
            Advisory("PYSEC-2", malicious=False, spans=(Span(),)),
        ),
        FINE: known(service),
    }
    assert service.paths().count(BATCH) == 3


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(Reply(status=404), "HOST answers nothing (status 404)", id="not-there"),
        pytest.param(Reply(status=400), "HOST answers nothing (status 400)", id="refused"),
        pytest.param(Reply(b"<html>"), "HOST answered something that is not JSON", id="no-json"),
        pytest.param(page([]), "HOST answered JSON of another shape (reports)", id="a-list"),
        pytest.param(
            page({}), "HOST answered JSON of another shape (reports of packages)", id="no-results"
        ),
        pytest.param(
            page({"results": []}),
            "HOST answered about fewer packages than it was asked about",
            id="fewer",
        ),
        pytest.param(
            page({"results": [None]}),
            "HOST answered JSON of another shape (reports of a package)",
            id="null",
        ),
        pytest.param(
            page({"results": [{"vulns": ["MAL-1"]}]}),
            "HOST answered JSON of another shape (report)",
            id="no-report",
        ),
        pytest.param(
            page({"results": [named("../simple")]}),
            "HOST named a report that has no id",
            id="no-id",
        ),
        pytest.param(
            page({"results": [{"next_page_token": "on"}]}),
            "HOST answers in more than 20 pages",
            id="no-end",
        ),
    ],
)
def test_what_cannot_be_had_is_unknown_and_says_why(
    service: Loopback, reply: Reply, why: str
) -> None:
    service.on(BATCH, reply)

    assert ask(service, EVIL) == {EVIL: Unknown(why.replace("HOST", service.host))}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(Reply(status=404), "HOST answers nothing (status 404)", id="gone"),
        pytest.param(Reply(b"{"), "HOST answered something that is not JSON", id="no-json"),
        pytest.param(page({}), "HOST has a report that is no OSV record", id="no-record"),
        pytest.param(
            page(record("MAL-1", "other")), "HOST has a report that does not name it", id="another"
        ),
    ],
)
def test_without_one_of_its_records_nothing_is_known_of_a_package(
    service: Loopback, reply: Reply, why: str
) -> None:
    service.on(BATCH, page({"results": [named("MAL-1", "PYSEC-2"), {}]}))
    service.on("/v1/vulns/MAL-1", reply)
    service.on("/v1/vulns/PYSEC-2", page(record("PYSEC-2")))

    assert ask(service, EVIL, FINE) == {
        EVIL: Unknown(why.replace("HOST", service.host)),
        FINE: known(service),
    }


def test_a_service_that_is_slow_leaves_it_unknown_by_the_deadline(service: Loopback) -> None:
    service.on(BATCH, page({"results": [named("MAL-1")]}))
    service.on("/v1/vulns/MAL-1", page(record("MAL-1"), delay=3.0))

    late = Unknown(f"{service.host} did not answer within 0.4 s")
    assert ask(service, EVIL, seconds=0.4) == {EVIL: late}


def test_more_records_than_any_package_has_are_not_asked_for(service: Loopback) -> None:
    ids = [f"PYSEC-{number}" for number in range(module.MOST_RECORDS + 1)]
    service.on(BATCH, page({"results": [named(*ids)]}))

    assert ask(service, EVIL) == {EVIL: Unknown(f"{service.host} has more than 2,000 reports")}
    assert service.paths() == [BATCH]
