"""What OSV knows to be reported about packages: asked for all names at once, then record by record.

`POST /v1/querybatch` names the records of up to a thousand packages, page by page; `GET
/v1/vulns/ID` gives each. Withdrawn ones are left out by the first and marked in the second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from vetgate.facts.codec import AnyFact
from vetgate.facts.live.address import label
from vetgate.facts.live.batch import Job, run
from vetgate.facts.live.sender import WIDTH
from vetgate.facts.live.shapes import BadAnswerError, Json, a_list, an_object, parse, text
from vetgate.facts.live.transport import Absent, Failure, Page, Question, Transport
from vetgate.facts.osv import merged, reports
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Advisory, Known, Unknown

AT_ONCE = 1000
"""Packages that the service takes in one request."""
MOST_RECORDS = 2000
"""Records that are asked for in one batch: no package has so many."""

_MOST = 16 << 20
_MOST_PAGES = 20
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,98}[A-Za-z0-9])?\Z", re.ASCII)


def ask_advisories(
    transport: Transport, base: str, names: Sequence[NormalizedName], now: datetime
) -> dict[NormalizedName, AnyFact]:
    """Ask what is reported about at most a thousand packages; without all of it, it is unknown."""
    base, host = base.rstrip("/"), label(base)
    listed = _ids(transport, base, names)
    if isinstance(listed, Unknown):
        return dict.fromkeys(names, listed)
    wanted = sorted({one for ids in listed.values() for one in ids})
    if len(wanted) > MOST_RECORDS:
        return dict.fromkeys(names, Unknown(f"{host} has more than {MOST_RECORDS:,} reports"))
    records: dict[str, Json | Unknown] = {}

    def fetch(report: str) -> None:
        records[report] = _record(transport, f"{base}/v1/vulns/{report}")

    jobs: list[Job] = [partial(fetch, report) for report in wanted]
    run({"reports": (WIDTH, jobs)}, transport.deadline)
    late = Unknown(transport.late(host).why)
    return {
        name: _told(name, [records.get(one, late) for one in ids], now, host)
        for name, ids in listed.items()
    }


def _ids(
    transport: Transport, base: str, names: Sequence[NormalizedName]
) -> dict[NormalizedName, list[str]] | Unknown:
    """Name the records about each package, following the pages of those that have several."""
    found: dict[NormalizedName, list[str]] = {name: [] for name in names}
    pending: dict[NormalizedName, str] = dict.fromkeys(names, "")
    for _ in range(_MOST_PAGES):
        if not pending:
            return found
        queries: list[Json] = [_query(name, token) for name, token in pending.items()]
        body = json.dumps({"queries": queries}).encode()
        question = Question(f"{base}/v1/querybatch", "application/json", _MOST, body)
        answer = transport.fetch(question)
        if not isinstance(answer, Page):
            return Unknown(_why(answer, base))
        try:
            pending = _read_page(answer.body, tuple(pending), found)
        except BadAnswerError as bad:
            return Unknown(f"{label(base)} {bad.why}")
    return Unknown(f"{label(base)} answers in more than {_MOST_PAGES} pages")


def _query(name: NormalizedName, token: str) -> Json:
    query: dict[str, Json] = {"package": {"name": name, "ecosystem": "PyPI"}}
    return {**query, "page_token": token} if token else query


def _read_page(
    body: bytes, names: Sequence[NormalizedName], found: Mapping[NormalizedName, list[str]]
) -> dict[NormalizedName, str]:
    """Note what a page names; return the packages of which there is more, and how to ask on."""
    results = a_list(an_object(parse(body), "reports").get("results"), "reports of packages")
    if len(results) != len(names):
        raise BadAnswerError("answered about fewer packages than it was asked about")
    more: dict[NormalizedName, str] = {}
    for name, result in zip(names, results, strict=True):
        told = an_object(result, "reports of a package")
        for entry in a_list(told.get("vulns") or [], "reports of a package"):
            report = text(an_object(entry, "report").get("id"))
            if not _ID.match(report):
                raise BadAnswerError("named a report that has no id")
            found[name].append(report)
        if token := text(told.get("next_page_token")):
            more[name] = token
    return more


def _record(transport: Transport, url: str) -> Json | Unknown:
    answer = transport.fetch(Question(url, "application/json", _MOST))
    if not isinstance(answer, Page):
        return Unknown(_why(answer, url))
    try:
        record = an_object(parse(answer.body), "report")
    except BadAnswerError as bad:
        return Unknown(f"{label(url)} {bad.why}")
    return record


def _why(answer: Absent | Failure, url: str) -> str:
    return (
        answer.why if isinstance(answer, Failure) else f"{label(url)} answers nothing (status 404)"
    )


def _told(
    name: NormalizedName, records: Sequence[Json | Unknown], now: datetime, host: str
) -> AnyFact:
    found: list[Advisory] = []
    for record in records:
        if isinstance(record, Unknown):
            return record
        try:
            mine = [advisory for about, advisory in reports(record) if about == name]
        except ValueError as error:
            return Unknown(f"{host} has a report that {error}")
        if not mine and isinstance(record, dict) and not record.get("withdrawn"):
            return Unknown(f"{host} has a report that does not name it")
        found += mine
    return Known(merged(found), now, host)
