"""Published reports from end to end: what is asked, what blocks, and what excuses what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from facts.live.loopback import Reply
from index_double import IndexDouble, Package, indexing
from scratch import PASSED_QUIETLY, ROWS, TODAY, Json, Ran, Scratch, write_snapshot

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WELL = Package("new-well")


def record(report: str, *versions: str) -> Json:
    package: Json = {"name": "new-well", "ecosystem": "PyPI"}
    return {"id": report, "affected": [{"package": package, "versions": list(versions)}]}


BAD = WELL._replace(
    versions=("1.4.1", "1.4.2"), reports={"MAL-2026-1": record("MAL-2026-1", "1.4.2")}
)


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        yield double


@pytest.fixture
def blind(project: Scratch, tmp_path: Path) -> Scratch:
    """Return the project with a snapshot that knows of no reports, as the starter does not."""
    bare = [row._replace(advisories=None) for row in ROWS]
    snapshot = write_snapshot(tmp_path / "blind.sqlite", bare, reports=False)
    project.environment["VETGATE_SNAPSHOT"] = str(snapshot)
    return project


def added(project: Scratch, index: IndexDouble, line: str) -> Ran:
    project.stage("requirements.txt", f"flask\n{line}\n")
    return project.vetgate("check", **index.environment)


def test_what_is_reported_is_blocked_with_what_to_do(blind: Scratch, index: IndexDouble) -> None:
    index.put(BAD)

    ran = added(blind, index, "new-well")

    assert (ran.code, ran.err) == (1, "")
    assert "/v1/querybatch" in index.asked()
    assert (
        "why: malware: 1 of 2 versions that this admits is reported malicious (1.4.2): MAL-2026-1 ("
        f"{index.web.host}, 2"
    ) in " ".join(ran.out.split())
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[lines.index("what to do:") + 1 :][:6] == [
        "- leave it out, and look at what it may have done if it was ever installed",
        "- or pin it, after you have read it:",
        "new-well==1.4.1",
        "vetgate pin new-well",
        "- or if you know that the report is wrong, allow it, and say why:",
        'vetgate allow new-well --rule malware --reason "…" --expires 180d',
    ]


def test_a_pin_of_what_is_reported_is_blocked_too(blind: Scratch, index: IndexDouble) -> None:
    index.put(BAD)

    assert added(blind, index, "new-well==1.4.2").code == 1
    assert added(blind, index, "new-well==1.4.1").code == 0


def test_an_allowance_that_names_the_rule_lets_it_pass_with_a_warning_to_whoever_wrote_it(
    blind: Scratch, index: IndexDouble
) -> None:
    index.put(BAD)
    reason = ("--reason", "the report is wrong", "--by", "me")

    first = blind.vetgate("allow", "new-well", *reason, **index.environment)
    assert first.code == 0
    assert "does not exempt it from: malware, quarantined" in first.out
    assert added(blind, index, "new-well").code == 1
    named = blind.vetgate("allow", "new-well", "--rule", "malware", *reason, **index.environment)
    assert named.code == 0
    assert (
        "warning: from now on new-well passes even if a published report names it malicious"
        in named.err
    )
    blind.git("add", "vetgate.toml")
    assert blind.vetgate("check", **index.environment).code == 0


def test_an_audit_asks_about_what_is_popular_too(blind: Scratch, index: IndexDouble) -> None:
    package: Json = {"name": "flask", "ecosystem": "PyPI"}
    report: Json = {"id": "MAL-2026-2", "affected": [{"package": package, "versions": ["1.4.2"]}]}
    index.put(Package("flask", versions=("1.4.1", "1.4.2"), reports={"MAL-2026-2": report}))
    blind.stage("requirements.txt", "flask==1.4.2\n")

    commit = blind.vetgate("check", **index.environment)
    audit = blind.vetgate("audit", "--strict", **index.environment)
    pinned = (line.split() for line in audit.out.splitlines())

    assert (commit.code, audit.code, audit.err) == (0, 1, "")
    assert ["flask", "==1.4.2", "blocked", "requirements.txt:1", "malware"] in list(pinned)


def test_an_audit_asks_nobody_about_what_does_not_come_from_the_index(
    blind: Scratch, index: IndexDouble
) -> None:
    blind.write("vetgate.toml", "private = ['acme-*']\n")
    blind.stage("requirements.txt", "own @ https://files.acme.example/own-1.0.zip\nacme-core\n")

    audit = blind.vetgate("audit", **index.environment)

    assert (audit.code, index.asked()) == (0, [])


def test_reports_of_the_past_warn(blind: Scratch, index: IndexDouble) -> None:
    index.put(BAD._replace(versions=("1.4.1", "1.5")))

    ran = added(blind, index, "new-well")

    assert ran.code == 0
    assert "malware: other versions of it were reported malicious" in ran.out


def test_reports_that_cannot_be_had_block_what_nobody_read(
    blind: Scratch, index: IndexDouble
) -> None:
    index.put(WELL)
    index.web.computed.clear()
    index.web.on("/v1/querybatch", Reply(status=400))

    ran = added(blind, index, "new-well")

    assert ran.code == 1
    assert f"could not tell ({index.web.host} answers nothing (status 400)):" in ran.out
    assert "malware, vulnerable (only warns): what published reports say of it" in ran.out
    assert "--rule malware" not in ran.out
    assert 'vetgate allow new-well --reason "…" --expires 180d' in ran.out
    # What the block says to do is enough: a person read it.
    assert added(blind, index, "new-well==1.4.2").code == 0


def test_what_is_on_record_is_looked_up_again_when_it_is_old(
    project: Scratch, index: IndexDouble, tmp_path: Path
) -> None:
    old = write_snapshot(tmp_path / "old.sqlite", of=TODAY - timedelta(days=8))
    project.environment["VETGATE_SNAPSHOT"] = str(old)
    index.put(Package("fine"))

    assert added(project, index, "fine") == PASSED_QUIETLY
    assert index.asked() == ["/pypi/fine/json", "/v1/querybatch"]
    offline = project.vetgate("check", "--offline", VETGATE_CACHE_DIR=str(tmp_path / "empty"))
    assert offline.code == 1
    of = (TODAY - timedelta(days=8)).date()
    record_of = f"could not tell (what is on record (made up) is of {of}, more than"
    assert all(f"{record_of} {days} old):" in offline.out for days in ("7 days", "1 day"))
    project.write("vetgate.toml", "max-age = 8\n")
    project.git("add", "--all")
    assert project.vetgate("check", "--offline").code == 0


def test_what_everybody_uses_passes_without_a_question(blind: Scratch, index: IndexDouble) -> None:
    assert added(blind, index, "requests") == PASSED_QUIETLY
    assert index.asked() == []


def test_a_name_like_a_popular_one_is_blocked_and_a_pin_is_no_excuse(
    project: Scratch, index: IndexDouble
) -> None:
    index.put(Package("reqeusts"))

    ran = added(project, index, "reqeusts==1.4.2")

    assert ran.code == 1
    assert (
        "lookalike: could be taken for requests, which is far more popular (number 1 by "
        "downloads): two neighbouring letters are swapped"
    ) in " ".join(ran.out.split())
    assert "did you mean requests?" in ran.out


def test_a_release_of_these_days_warns_and_names_an_older_one(
    blind: Scratch, index: IndexDouble
) -> None:
    index.put(WELL._replace(uploaded="2999-01-01T00:00:00.000000Z"))

    ran = added(blind, index, "new-well")

    assert ran.code == 0
    assert "too-new: 1.4.2 was uploaded within the last hour, less than 3 days" in ran.out
