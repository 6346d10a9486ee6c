"""`explain --format json`, version 1: the only writer of `explain.schema.json`'s documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from vetgate.model.facts import (
    Advisory,
    Downloads,
    Fact,
    Known,
    Likeness,
    PackageFacts,
    Presence,
    Reborn,
    Release,
    Removed,
)
from vetgate.model.verdict import Judged
from vetgate.render.fields import Fields, Json, findings_fields, timestamp
from vetgate.render.ordered import subject
from vetgate.render.rule_page import RulePage

T = TypeVar("T")

VERSION = 1


def package_document(judged: Judged) -> str:
    """Return what is known about a package, and how adding it would be judged, as JSON in ASCII."""
    dependency = subject(judged.change)
    document: Fields = {
        "version": VERSION,
        "kind": "package",
        "name": dependency.name or dependency.spelled,
        "facts": None if judged.facts is None else facts_fields(judged.facts),
        "requirement": dependency.requirement,
        "verdict": judged.outcome.name.lower(),
        "findings": findings_fields(judged.findings),
    }
    return json.dumps(document, indent=2)


def rule_document(page: RulePage) -> str:
    """Return a rule's page as JSON in ASCII."""
    document: Fields = {
        "version": VERSION,
        "kind": "rule",
        "id": page.id,
        "title": page.title,
        "doc": page.doc,
        "level": page.level.value,
        "limits": {name: page.limits[name] for name in sorted(page.limits)},
        "exempted_by": sorted(exemption.value for exemption in page.exempted_by),
        "prevalence": None
        if page.prevalence is None
        else [
            {"among": each.among, "packages": each.packages, "fires_on": each.fires_on}
            for each in page.prevalence
        ],
    }
    return json.dumps(document, indent=2)


def facts_fields(facts: PackageFacts) -> Fields:
    """Return every fact: its value, date and source, or why it is unknown."""
    return {
        "presence": _fact(facts.presence, _presence),
        "rank": _fact(facts.rank, int),
        "downloads": _fact(facts.downloads, _downloads),
        "dependents": _fact(facts.dependents, int),
        "repository": _fact(facts.repository, _same),
        "urls": _fact(facts.urls, list),
        "first_upload": _fact(facts.first_upload, timestamp),
        "latest_upload": _fact(facts.latest_upload, timestamp),
        "releases": _fact(facts.releases, _releases),
        "status": _fact(facts.status, _same),
        "owners": _fact(facts.owners, list),
        "advisories": _fact(facts.advisories, _advisories),
        "resembles": _fact(facts.resembles, list),
        "imitates": _fact(facts.imitates, _likenesses),
        "newest": _fact(facts.newest, _same),
    }


def _fact(fact: Fact[T], value: Callable[[T], Json]) -> Fields:
    if isinstance(fact, Known):
        return {
            "known": True,
            "value": value(fact.value),
            "as_of": timestamp(fact.as_of),
            "source": fact.source,
        }
    return {"known": False, "why": fact.why}


def _same(value: str | None) -> Json:
    return value


def _presence(presence: Presence) -> Json:
    fields: Fields = {"word": presence.word}
    if isinstance(presence, Removed):
        fields["since"] = _day(presence.since)
    elif isinstance(presence, Reborn):
        fields["removed_on"] = _day(presence.removed_on)
        fields["again_on"] = _day(presence.again_on)
    return fields


def _downloads(downloads: Downloads) -> Json:
    return {"a_month": downloads.a_month, "at_least": downloads.at_least}


def _releases(releases: tuple[Release, ...]) -> Json:
    return [
        {
            "version": release.version,
            "uploaded": None if release.uploaded is None else timestamp(release.uploaded),
            "yanked": release.yanked,
        }
        for release in releases
    ]


def _advisories(advisories: tuple[Advisory, ...]) -> Json:
    return [
        {
            "id": one.id,
            "malicious": one.malicious,
            "aliases": list(one.aliases),
            "summary": one.summary,
            "severity": one.severity or None,
            "spans": [
                {"introduced": span.introduced, "fixed": span.fixed, "last": span.last}
                for span in one.spans
            ],
            "versions": list(one.versions),
        }
        for one in advisories
    ]


def _likenesses(likenesses: tuple[Likeness, ...]) -> Json:
    return [{"name": one.name, "rank": one.rank, "how": one.how} for one in likenesses]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
