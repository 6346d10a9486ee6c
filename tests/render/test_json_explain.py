from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given

from render.samples import EVIL, EVIL_FACTS, NOON
from render.schemas import validator
from strategies import judgements
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, NeverSeen, PackageFacts, Presence, Reborn
from vetgate.model.facts import Removed as Gone
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Judged
from vetgate.render.json_explain import facts_fields, package_document, rule_document
from vetgate.render.rule_page import Prevalence, RulePage

SCHEMA = validator("explain")
PAGE = RulePage(
    id="unpopular",
    title="Hardly anyone downloads it",
    doc="Hardly anyone downloads it.\n",
    level=Level.BLOCK,
    limits={"downloads": 1000},
    exempted_by=frozenset({Exemption.PIN, Exemption.ALLOW}),
    prevalence=(Prevalence("top 100", 100, 1), Prevalence("all", 886323, None)),
)


NAME = NormalizedName("evil")


def test_a_fact_tells_value_date_and_source_or_why_it_is_unknown() -> None:
    told = facts_fields(EVIL_FACTS)

    assert (told["downloads"], told["status"]) == (
        {
            "known": True,
            "value": {"a_month": 214, "at_least": False},
            "as_of": "2026-11-20T12:00:00Z",
            "source": "downloads.example",
        },
        {"known": False, "why": "not asked"},
    )


def test_a_report_tells_which_versions_it_is_about() -> None:
    told = facts_fields(EVIL_FACTS)

    assert told["advisories"] == {
        "known": True,
        "value": [
            {
                "id": "PYSEC-2025-7",
                "malicious": False,
                "aliases": ["CVE-2025-1"],
                "summary": "reads any file",
                "severity": "high",
                "spans": [{"introduced": "0", "fixed": "1.4.2", "last": None}],
                "versions": [],
            },
            {
                "id": "MAL-2025-9",
                "malicious": True,
                "aliases": [],
                "summary": "",
                "severity": None,
                "spans": [],
                "versions": ["1.4.0"],
            },
        ],
        "as_of": "2026-11-20T12:00:00Z",
        "source": "reports.example",
    }


@pytest.mark.parametrize(
    ("presence", "fields"),
    [
        (NeverSeen(), {"word": "never-seen"}),
        (Gone(), {"word": "removed", "since": None}),
        (
            Reborn(date(2025, 1, 2), date(2026, 3, 4)),
            {"word": "reborn", "removed_on": "2025-01-02", "again_on": "2026-03-04"},
        ),
    ],
)
def test_a_presence_tells_its_word_and_the_days_that_belong_to_it(
    presence: Presence, fields: dict[str, str | None]
) -> None:
    told = facts_fields(PackageFacts(NAME, presence=Known(presence, NOON, "index.example")))

    assert told["presence"] == {
        "known": True,
        "value": fields,
        "as_of": "2026-11-20T12:00:00Z",
        "source": "index.example",
    }


def test_a_package_tells_what_is_supposed_and_how_it_is_judged() -> None:
    told = json.loads(package_document(EVIL))

    assert list(told) == [
        "version",
        "kind",
        "name",
        "facts",
        "requirement",
        "verdict",
        "findings",
    ]
    assert (told["kind"], told["name"], told["requirement"], told["verdict"]) == (
        "package",
        "evil",
        "Evil>=1",
        "blocked",
    )


def test_a_rule_tells_its_page_and_what_the_policy_makes_of_it() -> None:
    assert json.loads(rule_document(PAGE)) == {
        "version": 1,
        "kind": "rule",
        "id": "unpopular",
        "title": "Hardly anyone downloads it",
        "doc": "Hardly anyone downloads it.\n",
        "level": "block",
        "limits": {"downloads": 1000},
        "exempted_by": ["allow", "pin"],
        "prevalence": [
            {"among": "top 100", "packages": 100, "fires_on": 1},
            {"among": "all", "packages": 886323, "fires_on": None},
        ],
    }


@given(judgements)
def test_every_package_fits_the_schema_and_is_plain_ascii(judged: Judged) -> None:
    told = package_document(judged)

    SCHEMA.validate(json.loads(told))
    assert told.replace("\n", "").isprintable()
    assert told.isascii()


@pytest.mark.parametrize(
    "page", [PAGE, PAGE._replace(prevalence=None), PAGE._replace(exempted_by=frozenset())]
)
def test_every_rule_fits_the_schema(page: RulePage) -> None:
    SCHEMA.validate(json.loads(rule_document(page)))
