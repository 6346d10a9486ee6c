from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.samples import EVIL, LOOSENED, NOON, REQUESTS, dependency
from render.schemas import validator
from strategies import errors, snapshots, verdicts
from vetgate.errors import GateError, GitError, ManifestError
from vetgate.model.change import Added, Removed
from vetgate.model.dependency import FromIndex, FromOption, FromPath, FromUrl, FromVcs, Origin
from vetgate.model.policy import Exemption, Level
from vetgate.model.verdict import Judged, Outcome, SnapshotSummary, Verdict
from vetgate.render.json_check import check_document

SCHEMA = validator("check")
SNAPSHOT = SnapshotSummary(NOON, 886323, "ab" * 32)


def test_a_block_is_told_with_all_its_fields_in_the_order_of_the_design() -> None:
    told = check_document(Verdict(Outcome.BLOCKED, (EVIL,)), (), SNAPSHOT)

    assert (
        told
        == """\
{
  "version": 1,
  "verdict": "blocked",
  "snapshot": {
    "built": "2026-11-20T12:00:00Z",
    "packages": 886323,
    "sha256": "abababababababababababababababababababababababababababababababab"
  },
  "changes": [
    {
      "kind": "added",
      "name": "evil",
      "spelled": "Evil",
      "requirement": "Evil>=1",
      "before": null,
      "extras": [],
      "marker": null,
      "origin": {
        "kind": "index",
        "specifier": ">=1"
      },
      "hashes": [],
      "file": "requirements.txt",
      "line": 3,
      "table": null,
      "pinned": false,
      "verdict": "blocked",
      "findings": [
        {
          "rule": "no-repository",
          "level": "block",
          "message": "declares no source repository",
          "evidence": {},
          "exempted_by": null
        },
        {
          "rule": "rarely-used",
          "level": "warn",
          "message": "dependents unknown: dependents.example did not answer within 5 s",
          "evidence": {
            "notes": [
              "vetgate.toml:12: expired on 2026-05-23"
            ]
          },
          "exempted_by": null
        },
        {
          "rule": "unpopular",
          "level": "block",
          "message": "214 downloads a month, fewer than 1000",
          "evidence": {
            "downloads": 214,
            "limit": 1000
          },
          "exempted_by": null
        }
      ]
    }
  ],
  "errors": []
}"""
    )


def test_an_error_leaves_it_undecided_and_tells_no_change() -> None:
    found: list[GateError] = [
        ManifestError("unknown option", path="requirements.txt", line=2, hint="ask pip"),
        GitError("git is missing"),
    ]

    told = check_document(Verdict(Outcome.PASSED, (REQUESTS,)), found, None)

    assert json.loads(told) == {
        "version": 1,
        "verdict": "undecided",
        "snapshot": None,
        "changes": [],
        "errors": [
            {
                "file": "requirements.txt",
                "line": 2,
                "message": "unknown option",
                "hint": "ask pip",
            },
            {"file": None, "line": None, "message": "git is missing", "hint": ""},
        ],
    }


def test_an_update_tells_what_was_required_before() -> None:
    told = json.loads(check_document(Verdict(Outcome.WARNED, (LOOSENED,)), (), None))

    (change,) = told["changes"]
    assert (change["kind"], change["before"], change["requirement"]) == (
        "updated",
        "left-pad==1.0",
        "left-pad>=1",
    )


def test_a_removal_tells_the_old_requirement_as_its_own() -> None:
    gone = Judged(Removed(dependency("evil", "==1")), Outcome.PASSED)

    (change,) = json.loads(check_document(Verdict(Outcome.PASSED, (gone,)), (), None))["changes"]

    assert (change["kind"], change["before"], change["requirement"], change["pinned"]) == (
        "removed",
        None,
        "evil==1",
        True,
    )


@pytest.mark.parametrize(
    ("origin", "fields"),
    [
        (FromIndex(""), {"kind": "index", "specifier": ""}),
        (
            FromIndex(">=1", "https://index.example/simple", ("https://links.example",)),
            {"kind": "index", "specifier": ">=1", "index": "https://index.example/simple"},
        ),
        (
            FromUrl("https://files.example/e.whl", ("sha256:ab",)),
            {"kind": "url", "url": "https://files.example/e.whl", "hashes": ["sha256:ab"]},
        ),
        (
            FromVcs("git+https://forge.example/e", "main"),
            {"kind": "vcs", "url": "git+https://forge.example/e", "reference": "main"},
        ),
        (FromPath("../e", inside=False), {"kind": "path", "path": "../e", "inside": False}),
        (
            FromOption("--extra-index-url", "https://index.example"),
            {"kind": "option", "option": "--extra-index-url", "url": "https://index.example"},
        ),
    ],
)
def test_an_origin_tells_its_kind_and_the_fields_of_the_kind(
    origin: Origin, fields: dict[str, str]
) -> None:
    judged = Judged(Added(dependency("evil", origin=origin)), Outcome.PASSED)

    (change,) = json.loads(check_document(Verdict(Outcome.PASSED, (judged,)), (), None))["changes"]

    assert change["origin"] == fields


def test_a_finding_tells_what_exempts_it_and_a_rule_that_is_off_says_nothing() -> None:
    exempted = EVIL.findings[0]._replace(exempted_by=Exemption.ALLOW)
    silent = EVIL.findings[1]._replace(level=Level.OFF)
    judged = EVIL._replace(outcome=Outcome.PASSED, findings=(exempted, silent))

    (change,) = json.loads(check_document(Verdict(Outcome.PASSED, (judged,)), (), None))["changes"]

    assert [(each["rule"], each["exempted_by"]) for each in change["findings"]] == [
        ("unpopular", "allow")
    ]


def test_the_evidence_tells_what_the_text_tells_beside_a_finding() -> None:
    why = "vetgate.toml:12: read by hand"
    note = "vetgate.toml:20: expired on 2026-05-23"
    exempted = EVIL.findings[0]._replace(
        exempted_by=Exemption.ALLOW, exempted_why=why, notes=(note,)
    )
    constraint = dependency("Evil", ">=1")._replace(constraint=True)
    judged = Judged(Added(constraint), Outcome.PASSED, (exempted,))

    told = json.loads(check_document(Verdict(Outcome.PASSED, (judged,)), (), None))

    SCHEMA.validate(told)
    assert told["changes"][0]["findings"][0]["evidence"] == {
        "constraint": True,
        "downloads": 214,
        "exempted_why": why,
        "limit": 1000,
        "notes": [note],
    }


def test_a_time_in_another_zone_is_told_in_utc() -> None:
    built = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    told = json.loads(check_document(Verdict(Outcome.PASSED), (), SNAPSHOT._replace(built=built)))

    assert told["snapshot"]["built"] == "2025-12-31T23:30:00Z"


@given(verdicts, st.lists(errors, max_size=2), st.none() | snapshots)
def test_every_verdict_fits_the_schema_and_is_plain_ascii(
    verdict: Verdict, found: list[GateError], snapshot: SnapshotSummary | None
) -> None:
    told = check_document(verdict, found, snapshot)

    SCHEMA.validate(json.loads(told))
    assert told.replace("\n", "").isprintable()
    assert told.isascii()


@given(verdicts)
def test_the_order_of_the_changes_does_not_matter(verdict: Verdict) -> None:
    told = check_document(verdict, (), None)

    # Two changes that stand in the same place with the same text differ by their findings only.
    turned = check_document(verdict._replace(changes=verdict.changes[::-1]), (), None)
    assert sorted(told.splitlines()) == sorted(turned.splitlines())


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "fine"},
        {"verdict": "undecided"},
        {"version": 2},
        {"extra": 1},
        {"errors": [{"file": None, "line": None, "message": "m", "hint": ""}]},
    ],
)
def test_the_schema_refuses_what_is_not_version_1(wrong: dict[str, str]) -> None:
    told = json.loads(check_document(Verdict(Outcome.PASSED), (), None))
    assert SCHEMA.is_valid(told)

    assert not SCHEMA.is_valid({**told, **wrong})
