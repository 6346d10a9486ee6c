"""Where downloads and dependents are counted, and what each service is asked.

One request answers all names: ClickPy's SQL for downloads, ecosyste.ms for dependents. A few names
may be asked of pypistats.org where ClickPy does not answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vetgate.facts.codec import AnyFact
from vetgate.facts.live.address import label
from vetgate.facts.live.shapes import BadAnswerError, Json, a_list, an_object, count, parse, text
from vetgate.facts.live.transport import Absent, Failure, Question, Transport
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import Downloads, Known, Unknown
from vetgate.model.record import Record

VALID_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,212}[a-z0-9])?\Z", re.ASCII)
"""A name of PEP 508, normalised by PEP 503: nothing else goes into a URL or a query."""

_MOST = 8 << 20
_CROWD = "pip"  # downloaded every day: a month without it is a month that is not loaded yet
_FEW = 5  # pypistats.org admits 30 requests a minute
_AT_ONCE = 100  # package URLs that ecosyste.ms takes in one request


def ask_downloads(
    transport: Transport, base: str, names: Sequence[NormalizedName], now: datetime
) -> dict[NormalizedName, AnyFact]:
    """Ask for the downloads of the last full month. A name without any has none: zero."""
    host, month = label(base), _last_month(now.date())
    # Valid names hold letters, digits and hyphens: nothing that could end a string of SQL.
    listed = ", ".join(f"'{name}'" for name in sorted({*names, NormalizedName(_CROWD)}))
    query = (
        "SELECT project, sum(count) AS downloads FROM pypi.pypi_downloads_per_month"  # noqa: S608 - see above
        f" WHERE month = toDate('{month.isoformat()}') AND project IN ({listed})"
        " GROUP BY project FORMAT JSON"
    )
    answer = transport.fetch(
        Question(base, "application/json", _MOST, query.encode(), "text/plain; charset=utf-8")
    )
    if isinstance(answer, Absent):
        answer = Failure(f"{host} answers nothing (status 404)")
    if isinstance(answer, Failure):
        return dict.fromkeys(names, Unknown(answer.why))
    try:
        counted = _counted(parse(answer.body))
    except BadAnswerError as bad:
        return dict.fromkeys(names, Unknown(f"{host} {bad.why}"))
    if _CROWD not in counted:
        return dict.fromkeys(names, Unknown(f"{host} has no downloads of {month:%Y-%m} yet"))
    source = f"{host}, {month:%Y-%m}"
    return {name: Known(Downloads(counted.get(name, 0)), now, source) for name in names}


def _counted(answer: Json) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in a_list(an_object(answer, "downloads").get("data"), "rows of downloads"):
        cells = an_object(row, "row of downloads")
        downloads = count(cells.get("downloads"))
        if downloads is None:
            raise BadAnswerError("answered downloads that are no number")
        name = normalize(text(cells.get("project")))
        counted[name] = counted.get(name, 0) + downloads
    return counted


def _last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def ask_recent(
    transport: Transport, base: str, names: Sequence[NormalizedName], now: datetime
) -> dict[NormalizedName, AnyFact]:
    """Ask pypistats.org, one name at a time and only a few."""
    host = label(base)
    found: dict[NormalizedName, AnyFact] = {}
    for name in names[:_FEW]:
        url = f"{base.rstrip('/')}/packages/{name}/recent"
        answer = transport.fetch(Question(url, "application/json", _MOST))
        if isinstance(answer, (Absent, Failure)):
            continue
        try:
            recent = an_object(an_object(parse(answer.body), "recent").get("data"), "recent")
        except BadAnswerError:
            continue
        month = count(recent.get("last_month"))
        if month is not None:
            found[name] = Known(Downloads(month), now, host)
    return found


class Counted(Record):
    """What ecosyste.ms counts of one package."""

    dependents: AnyFact
    downloads: AnyFact


def ask_dependents(
    transport: Transport, base: str, names: Sequence[NormalizedName], now: datetime
) -> dict[NormalizedName, Counted]:
    """Ask how many public packages depend on each of at most a hundred names."""
    host = label(base)
    purls: list[Json] = [f"pkg:pypi/{name}" for name in names]
    body = json.dumps({"purls": purls, "ecosystem": "pypi"}).encode()
    url = f"{base.rstrip('/')}/packages/bulk_lookup"
    answer = transport.fetch(Question(url, "application/json", _MOST, body))
    if isinstance(answer, Absent):
        answer = Failure(f"{host} answers nothing (status 404)")
    if isinstance(answer, Failure):
        return dict.fromkeys(names, Counted(Unknown(answer.why), Unknown(answer.why)))
    try:
        packages = a_list(parse(answer.body), "packages")
        return _dependents(packages, names, now, host)
    except BadAnswerError as bad:
        unknown = Unknown(f"{host} {bad.why}")
        return dict.fromkeys(names, Counted(unknown, unknown))


def _dependents(
    packages: list[Json], names: Sequence[NormalizedName], now: datetime, host: str
) -> dict[NormalizedName, Counted]:
    unknown = Unknown(f"{host} does not know it")
    found = dict.fromkeys(names, Counted(unknown, unknown))
    for entry in packages:
        package = an_object(entry, "package")
        name = normalize(text(package.get("name")))
        if name not in found or text(package.get("ecosystem")) != "pypi":
            continue
        dependents = count(package.get("dependent_packages_count"))
        downloads = count(package.get("downloads"))
        monthly = text(package.get("downloads_period")) == "last-month"
        found[name] = Counted(
            unknown if dependents is None else Known(dependents, now, host),
            unknown if downloads is None or not monthly else Known(Downloads(downloads), now, host),
        )
    return found


def portions(
    names: Sequence[NormalizedName], most: int = _AT_ONCE
) -> list[Sequence[NormalizedName]]:
    """Cut names into portions that one request may ask for."""
    return [names[start : start + most] for start in range(0, len(names), most)]
